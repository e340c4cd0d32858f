"""The single figure factory: a small layout, the configuration of every chart, Vietnamese names and separators.

Colours are those of the light scheme; assets/app.css recolours text and grid in the dark one, so a figure does not
depend on the reader's scheme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from babel import Locale

from data.language import Language
from layouts.figures.theme import FONT, GRID, INK

Spec = dict[str, Any]
"""A part of a figure as plotly reads it: a trace, an axis, a shape, a note."""

Figure = Spec

_MODE_BAR: Final[Mapping[Language, Mapping[str, str]]] = {
    Language.EN: {},
    Language.VI: {
        "Autoscale": "Tự chỉnh trục",
        "Box Select": "Chọn theo khung",
        "Double-click to zoom back out": "Nhấp đúp để thu về như cũ",
        "Download plot": "Tải ảnh biểu đồ",
        "Download plot as a PNG": "Tải ảnh PNG",
        "Download plot as a png": "Tải ảnh PNG",
        "Lasso Select": "Chọn tự do",
        "Pan": "Di chuyển",
        "Reset": "Đặt lại",
        "Reset axes": "Đặt lại trục",
        "Snapshot succeeded": "Đã lưu ảnh",
        "Taking snapshot - this may take a few seconds": "Đang lưu ảnh",
        "Zoom": "Phóng to vùng",
        "Zoom in": "Phóng to",
        "Zoom out": "Thu nhỏ",
    },
}
_SEPARATORS: Final = {Language.VI: (",", "."), Language.EN: (".", ",")}


def _locale(language: Language) -> Spec:
    names = Locale(str(language))
    days = names.days["format"]
    months = names.months["format"]
    order = (6, 0, 1, 2, 3, 4, 5)
    decimal, thousands = _SEPARATORS[language]
    return {
        "dictionary": dict(_MODE_BAR[language]),
        "format": {
            "days": [days["wide"][i] for i in order],
            "shortDays": [days["abbreviated"][i] for i in order],
            "months": [months["wide"][i] for i in range(1, 13)],
            "shortMonths": [months["abbreviated"][i] for i in range(1, 13)],
            "date": "%d/%m/%Y",
            "decimal": decimal,
            "thousands": thousands,
            "grouping": [3],
        },
    }


CONFIG: Final[Mapping[Language, Spec]] = {
    language: {
        "displaylogo": False,
        "showSendToCloud": False,
        "responsive": True,
        "locale": str(language),
        "locales": {str(language): _locale(language)},
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d", "pan2d"],
        "toImageButtonOptions": {"scale": 2},
    }
    for language in Language
}


def figure(data: Sequence[Mapping[str, Any]], language: Language, **layout: Any) -> Figure:
    """A figure of these traces; `layout` extends or overrides the shared layout."""
    return {"data": list(data), "layout": {**_shared(language), **layout}}


def axis(**settings: Any) -> Spec:
    """The shared axis, with `settings` applied."""
    return {"automargin": True, "gridcolor": GRID, "zeroline": False, "fixedrange": True, **settings}


def _shared(language: Language) -> Spec:
    return {
        "font": {"family": FONT, "size": 13, "color": INK},
        "separators": "".join(_SEPARATORS[language]),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 16, "t": 16, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": INK,
            "bordercolor": INK,
            "align": "left",
            "font": {"family": FONT, "size": 13, "color": "#fff"},
        },
        "xaxis": axis(showgrid=False),
        "yaxis": axis(),
    }
