"""The look: one accent colour, one typeface, verdict colours distinguishable by colour-blind readers."""

from typing import Final

FONT: Final = '"Be Vietnam Pro", system-ui, sans-serif'

SERIES: Final = "#3a78c9"
PLAN: Final = "#8a8f98"
INK: Final = "#23272f"
GRID: Final = "#e4e7ec"
INTERVAL: Final = "#b9c3d1"
MET: Final = "#0a8f6e"
NOT_MET: Final = "#d1570b"
AT_RISK: Final = "#b8860b"
UNCERTAIN: Final = "#7a808a"

ACCENT: Final = (
    "#eef4fc",
    "#d9e6f8",
    "#b3cdf1",
    "#88b1e8",
    "#6096dd",
    "#4183d2",
    "#2f6fc0",
    "#1f5aa6",
    "#184a8b",
    "#123a6f",
)
DARK: Final = (
    "#e3e6eb",
    "#c3c8d1",
    "#9ba3af",
    "#747d8b",
    "#4b535f",
    "#363d47",
    "#2a3038",
    "#20252c",
    "#181c22",
    "#12151a",
)

THEME: Final = {
    "fontFamily": FONT,
    "headings": {"fontFamily": FONT, "fontWeight": "600"},
    "primaryColor": "accent",
    "primaryShade": {"light": 7, "dark": 6},
    "colors": {"accent": list(ACCENT), "dark": list(DARK)},
    "defaultRadius": "md",
    "cursorType": "pointer",
    "respectReducedMotion": True,
    "fontSizes": {"xs": "0.75rem", "sm": "0.875rem", "md": "0.9375rem", "lg": "1.0625rem", "xl": "1.25rem"},
}
