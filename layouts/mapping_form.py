"""A header that no form knows beside the columns of the nearest form, to say which column is which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from data.forms import FORMS, form_version
from data.mappings import FoundColumn, FoundHeader, HeaderChoice
from layouts.components import aria
from layouts.text import language, t

FORM: Final = "mapping-form"
FIRST: Final = "mapping-first"
LAST: Final = "mapping-last"
REREAD: Final = "mapping-reread"
COLUMN: Final = "mapping-column"
FAULT: Final = "mapping-fault"
SAVE: Final = "mapping-save"

Key = Mapping[str, Any]
"""Which file of an upload: its place among them and its digest."""


def editor(headers: Sequence[FoundHeader], of: Key) -> list[Component]:
    """For each header the form that it is compared with, and a choice for each of its columns."""
    if not headers:
        return [html.P(t("mapping.nothing"), className="note")]
    return [part for header in headers for part in _sheet(header, of)]


def choices(form_ids: Sequence[Key], forms: Sequence[Any], rows: Mapping[int, tuple[int, int]]) -> list[HeaderChoice]:
    """What a reader has chosen for whole sheets: form, and the rows of a header where the sheet does not tell them."""
    return [
        HeaderChoice(place=given["sheet"], form=form, header_rows=rows.get(given["sheet"]))
        for given, form in zip(form_ids, forms, strict=True)
        if isinstance(form, str) and form in FORMS and isinstance(given["sheet"], int)
    ]


def rows_of(first: Iterable[tuple[Key, Any]], last: Iterable[tuple[Key, Any]]) -> dict[int, tuple[int, int]]:
    """First and last header row by the sheet's place, where both are numbers in order."""
    ends = {given["sheet"]: value for given, value in last}
    found = {given["sheet"]: (value, ends.get(given["sheet"])) for given, value in first}
    return {
        sheet: (top, bottom)
        for sheet, (top, bottom) in found.items()
        if isinstance(top, int) and isinstance(bottom, int) and 1 <= top <= bottom
    }


def _sheet(header: FoundHeader, of: Key) -> list[Component]:
    def named(kind: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, **of, "sheet": header.place, **more}

    title = t("mapping.sheet", sheet=header.sheet, first=header.first_row, last=header.last_row)
    form = dmc.Select(
        # What is shown is part of the id: only another choice is news.
        id=named(FORM, shown=header.form),
        label=t("mapping.form"),
        data=[{"value": code, "label": f"{code} – {form.title[language()]}"} for code, form in FORMS.items()],
        value=header.form,
        allowDeselect=False,
        size="sm",
        maw=480,
    )
    return [
        html.H3(title),
        form,
        *([] if header.is_numbered else [_rows(header, named)]),
        html.Div(_table(header, named), className="scroll"),
        html.P(t("mapping.note"), className="note"),
        html.P(id=named(FAULT), className="mapping-fault", role="alert"),
        dmc.Button(t("mapping.save"), id=named(SAVE), size="sm"),
    ]


def _rows(header: FoundHeader, named: Any) -> Component:
    first, last = (
        dmc.NumberInput(id=named(kind), label=t(key), value=row, min=1, max=80, allowDecimal=False, size="sm", w=120)
        for kind, key, row in (
            (FIRST, "mapping.first", header.first_row),
            (LAST, "mapping.last", header.last_row),
        )
    )
    again = dmc.Button(t("mapping.reread"), id=named(REREAD), variant="outline", size="sm")
    return dmc.Group([first, last, again], align="flex-end", gap="sm")


def _table(header: FoundHeader, named: Any) -> Component:
    form = form_version(header.form, header.version)
    data = [{"value": column.code, "label": column.title[language()]} for column in form.columns]
    head = html.Thead(html.Tr([html.Th(t(f"mapping.{name}"), scope="col") for name in ("column", "words", "meaning")]))
    body = html.Tbody([_line(column, data, named) for column in header.columns])
    return html.Table([head, body], className="plain-table mapping-table")


def _line(column: FoundColumn, data: Sequence[Mapping[str, str]], named: Any) -> Component:
    chosen = dmc.Select(
        id=named(COLUMN, letters=column.letters),
        data=data,
        value=column.code or None,
        placeholder=t("mapping.none"),
        clearable=True,
        searchable=True,
        size="xs",
        className="mapping-guess" if column.is_guess else "",
        **aria(label=t("mapping.meaning_of", column=column.letters)),
    )
    words: list[Any] = [column.words]
    if column.is_guess:
        words.append(html.Span(f" {t('mapping.guess')}", className="note"))
    return html.Tr([html.Th(column.letters, scope="row"), html.Td(words), html.Td(chosen)])
