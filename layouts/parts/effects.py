"""What a change would move, shown before it is made."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from data.language import Text
from layouts.text import language, t
from layouts.words import formats


def listed(said: str, lines: Sequence[Text], count: int) -> Component:
    """A sentence above the first of what it counts."""
    more = [t("difference.left", count=formats.number(count - len(lines), language()))] if count > len(lines) else []
    items = [html.Li(text) for text in (*(line[language()] for line in lines), *more)]
    return html.Div([html.P(said, className="note"), *([html.Ul(items)] if items else [])], className="difference")
