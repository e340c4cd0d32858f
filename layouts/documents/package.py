"""A table as a Frictionless Data Package: csv, the definitions of its indicators, and a descriptor; in one archive."""

from __future__ import annotations

import io
import json
import zipfile
from typing import BinaryIO, Final

from layouts.documents.columns import INDICATOR_FORMATTED, WORDS, Column, described
from layouts.documents.flat_files import write_csv
from layouts.documents.tables import Json, Table
from layouts.documents.workbook_sheets import DefinitionRow, defined

DESCRIPTOR: Final = "datapackage.json"
_DATA, _INDICATORS = "data", "indicators"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_package(table: Table, stream: BinaryIO) -> None:
    """Writes `datapackage.json`, `data.csv` and, of a table of indicators, `indicators.csv` into an archive."""
    known = _definitions(table) if table.metadata and table.metadata.indicators else None
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in ((_DATA, table), (_INDICATORS, known)):
            if each:
                with archive.open(_member(f"{name}.csv"), "w", force_zip64=True) as member:
                    write_csv(each, io.BufferedWriter(member), marked=False)
        archive.writestr(_member(DESCRIPTOR), json.dumps(_descriptor(table, known), ensure_ascii=False, indent=1))


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _definitions(table: Table) -> Table:
    known = table.metadata.indicators if table.metadata else ()
    return Table(kind=DefinitionRow, rows=[defined(each, table.language) for each in known], language=table.language)


def _descriptor(table: Table, known: Table | None) -> Json:
    metadata, language = table.metadata, table.language
    resources = [_resource(_DATA, table)]
    if known:
        resources.append(_resource(_INDICATORS, known))
        keys = [{"fields": ["indicator"], "reference": {"resource": _INDICATORS, "fields": ["indicator"]}}]
        resources[0]["schema"]["foreignKeys"] = keys
        resources[1]["schema"]["primaryKey"] = ["indicator"]
    facts = dict(metadata.facts) if metadata else {}
    source = facts.pop(WORDS.say("fact.source", language), None)
    return {
        "profile": "tabular-data-package",
        "name": "indicators",
        "title": metadata.title if metadata else WORDS.say("package.title", language),
        "description": "; ".join(f"{name}: {text}" for name, text in facts.items()),
        "sources": [{"title": source or WORDS.say("source", language)}],
        "languages": [str(language)],
        "resources": resources,
    }


def _resource(name: str, table: Table) -> Json:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_field(column, table) for column in described(table.columns)]},
    }


def _field(column: Column, table: Table) -> Json:
    field = {"name": column.code, "type": str(column.kind), "title": column.title(table.language)}
    unit = _unit(column, table)
    return field | {"unit": unit} if unit else field


def _unit(column: Column, table: Table) -> str:
    """The unit of a column: that of the indicators if they share one, else a reference to the row's indicator."""
    if column.code not in INDICATOR_FORMATTED or table.metadata is None or not table.metadata.indicators:
        return ""
    known = table.metadata.indicators
    if all(indicator.format.is_share for indicator in known):
        return WORDS.say("package.share", table.language)
    units = {indicator.unit[table.language] for indicator in known}
    if len(units) == 1:
        return units.pop()
    return WORDS.say("package.as_indicator", table.language)
