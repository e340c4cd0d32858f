"""An office's own header is mapped once, stored by its words, and recognised from then on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from app import commands
from data.forms.builtin import BUILTIN
from data.forms.header_mappings import HeaderMapping
from data.periods import Period
from data.returns import OutcomeStatus, SourceFile
from data.tables.schema import audit
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from loaders.intake import intake, load
from loaders.references import GivenReferences
from loaders.sheets.mapping import MappingError, bind, read_mapping
from tests.loaders.office import Page, pages, put_together, registry

TOML = """
form = "B3"
[columns]
"Các thôn, bản" = "villages"
E = "villages_without_members"
"""
ONLY = (
    "m.toml: tệp ánh xạ chỉ gồm form, header (nếu cần) và bảng [columns], mỗi dòng: "
    '"đầu cột hoặc chữ cái của cột" = "mã".'
)


def own() -> SourceFile:
    """B3 with two headers that match no form."""
    return SourceFile(name="của huyện.xlsx", content=put_together([renamed(pages("B3")[0])]))


def renamed(page: Page) -> Page:
    page.spell_out()
    numbers = next(place for place, row in enumerate(page.rows) if row[:2] == ["A", "B"])
    for column, words in ((3, "Các thôn, bản"), (4, "Chưa có đảng viên ở đó")):
        for row in range(8, numbers):
            page.rows[row][column] = ""
        page.rows[numbers - 1][column] = words
    return page


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "ánh xạ.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


def test_without_a_mapping_the_missing_columns_are_named(province: Store) -> None:
    outcome = intake(province, own(), viewer=SYSTEM)
    assert [finding.code for finding in outcome.findings if finding.severity == "error"] == ["missing_column"] * 2


def test_a_mapping_that_is_kept_is_used_from_then_on(store: Store, toml: Path) -> None:
    intake(store, registry(), viewer=SYSTEM)
    (bound,) = bind(read_mapping(toml, BUILTIN), [own()], BUILTIN)
    store.save_mapping(bound, viewer=SYSTEM)
    assert store.reader(SYSTEM).mappings() == (bound,)
    outcome = intake(store, own(), viewer=SYSTEM)
    assert (outcome.status, outcome.findings) == (OutcomeStatus.ACCEPTED, ())
    with store.engine.connect() as connection:
        logged = connection.execute(select(audit.c.subject, audit.c.actor).where(audit.c.action == "mapping")).all()
    assert logged == [(bound.fingerprint, SYSTEM.name)]


def test_workers_use_mappings_too(province: Store, toml: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    path.write_bytes(own().content)
    bound = bind(read_mapping(toml, BUILTIN), [own()], BUILTIN)
    (outcome,) = load(province, [path], viewer=SYSTEM, check=True, workers=2, given=GivenReferences(mappings=bound))
    assert outcome.status is OutcomeStatus.CHECKED
    assert province.reader(SYSTEM).mappings() == ()


def test_a_later_mapping_takes_the_place_of_an_earlier_one(province: Store) -> None:
    for code in ("villages", "village_heads"):
        province.save_mapping(HeaderMapping(fingerprint="f", form="B3", columns={"A": code}), viewer=SYSTEM)
    assert [mapping.columns for mapping in province.reader(SYSTEM).mappings()] == [{"A": "village_heads"}]


def test_only_who_may_load_keeps_mappings(province: Store) -> None:
    with pytest.raises(OutOfScope):
        province.save_mapping(HeaderMapping(fingerprint="f", form="B3", columns={}), viewer=Viewer("xem", Role.VIEWER))


def test_a_mapping_is_for_headers_with_the_same_words_however_typed(toml: Path) -> None:
    typed = renamed(pages("B3")[0]).retype(str.upper)
    other = SourceFile(name="hoa.xlsx", content=put_together([typed]))
    mapping = read_mapping(toml, BUILTIN)
    assert bind(mapping, [own()], BUILTIN) == bind(mapping, [other, own()], BUILTIN)


def test_a_mapping_that_fits_no_header_is_tied_to_none(toml: Path) -> None:
    unreadable = SourceFile(name="hỏng.xlsx", content=b"PK\x03\x04")
    known = SourceFile(name="B1.xlsx", content=put_together(pages("B1")))
    assert bind(read_mapping(toml, BUILTIN), [known, unreadable], BUILTIN) == ()


def test_a_sheet_without_column_numbers_is_mapped_by_its_header_rows(province: Store, tmp_path: Path) -> None:
    page = renamed(pages("B3")[0])
    numbers = next(place for place, row in enumerate(page.rows) if row[:2] == ["A", "B"])
    del page.rows[numbers]
    source = SourceFile(name="không số.xlsx", content=put_together([page]))
    assert {finding.code for finding in intake(province, source, viewer=SYSTEM).findings} >= {"missing_column"}
    path = tmp_path / "m.toml"
    path.write_text(TOML.replace("[columns]", f"header = [{numbers - 2}, {numbers}]\n[columns]"), encoding="utf-8")
    bound = bind(read_mapping(path, BUILTIN), [source], BUILTIN)
    assert (
        intake(province, source, viewer=SYSTEM, given=GivenReferences(mappings=bound)).status is OutcomeStatus.ACCEPTED
    )


def test_the_command_line_shows_maps_and_stores(address: str, toml: Path, tmp_path: Path) -> None:
    dm, first, second = tmp_path / "dm.xlsx", tmp_path / "một.xlsx", tmp_path / "hai.xlsx"
    dm.write_bytes(registry().content)
    first.write_bytes(own().content)
    second.write_bytes(put_together([renamed(pages("B3", period=Period.parse("2020-Q3"))[0])]))

    def reported(*arguments: str) -> tuple[int, str]:
        finished = CliRunner().invoke(commands, [*arguments], env={"DATABASE_URL": address})
        return finished.exit_code, finished.output

    assert reported("load", str(dm))[0] == 0
    code, text = reported("inspect", str(first))
    assert code == 1
    assert "    D: Các thôn, bản → không có trong mẫu" in text
    assert reported("load", "--open-periods", str(first), "--map", str(toml))[0] == 0
    code, text = reported("inspect", "--json", str(second))
    assert (code, json.loads(text)["sheets"][0]["by_mapping"]) == (0, True)
    assert reported("load", "--open-periods", str(second))[0] == 0
    code, text = reported("load", str(dm), "--map", str(toml))
    assert (code, text.strip()) == (
        2,
        "ánh xạ.toml: không trang tính nào có đủ các cột của tệp ánh xạ; hãy đối chiếu đầu cột bằng lệnh inspect.",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "form = ",
            'm.toml: không đọc được tệp ánh xạ; tệp phải là TOML, ví dụ: form = "B1" và bảng [columns].',
        ),
        (
            'form = "B3"',
            ONLY,
        ),
        (
            'form = "B3"\n[columns]\nD = "vilages"',
            "m.toml: biểu B3 không có cột mã “vilages”; có phải villages?",
        ),
        (
            'form = "B3"\n[columns]\nD = "@@@"',
            "m.toml: biểu B3 không có cột mã “@@@”; hãy xem các mã bằng lệnh inspect.",
        ),
        (
            'form = "B3"\n[columns]\nD = "villages"\nE = "villages"',
            "m.toml: mã “villages” gán cho hai cột; hãy để lại một cột.",
        ),
        (
            'form = "B3"\nheader = [7, 5]\n[columns]\nD = "villages"',
            "m.toml: header phải là số dòng hoặc hai số dòng đầu, cuối của đầu bảng, ví dụ header = [5, 7].",
        ),
    ],
)
def test_what_is_wrong_with_a_mapping_is_reported(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as fault:
        read_mapping(path, BUILTIN)
    assert str(fault.value) == message


def test_an_unknown_form_names_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('form = "B99"', encoding="utf-8")
    with pytest.raises(MappingError) as fault:
        read_mapping(path, BUILTIN)
    known = ", ".join(BUILTIN.forms)
    assert str(fault.value) == f"m.toml: form là “B99”; hãy ghi một trong các mã biểu: {known}."
