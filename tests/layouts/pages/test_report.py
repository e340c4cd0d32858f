"""The report page: same content as its files, and access by role."""

from __future__ import annotations

import io
import json
import zipfile

import docx
import pytest
from dash import Dash
from plotly.io.json import to_json_plotly

from data.writing.store import Store
from layouts.documents.report.request import composed
from layouts.pages import report
from layouts.web.request import ask
from tests.layouts.conftest import MakeApp, SignIn, asking
from tests.layouts.pages.test_pages import visible

QUERY = "?period=2020-Q3&as_of=2020-10-25"


@pytest.fixture
def pages(own_province: Store, make_app: MakeApp) -> Dash:
    return make_app(own_province)


def test_the_docx_has_the_text_of_the_page(pages: Dash, sign_in: SignIn) -> None:
    with asking(pages, "board"):
        made = composed(ask(QUERY))
        shown = visible(json.loads(to_json_plotly(report.view(ask(QUERY)).paper)))
    got = sign_in(pages, "board").get(f"/download/report.docx{QUERY}")
    written = [paragraph.text for paragraph in docx.Document(io.BytesIO(got.data)).paragraphs]
    said = [getattr(block, "text", None) for block in made.blocks]
    assert {text for text in said if text} <= {line.removeprefix("- ") for line in written}
    assert all(text in shown for text in said if text)


def test_it_downloads_as_pdf(pages: Dash, sign_in: SignIn) -> None:
    assert sign_in(pages, "viewer").get(f"/download/report.pdf{QUERY}").data.startswith(b"%PDF")


@pytest.mark.parametrize("kind", ["reminder", "feedback"])
def test_letters_are_an_archive_with_a_file_per_unit(pages: Dash, sign_in: SignIn, kind: str) -> None:
    got = sign_in(pages, "board").get(f"/download/letters.zip{QUERY}&kind={kind}")
    with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
        assert all(name.endswith(".docx") for name in archive.namelist())
        assert archive.namelist()


def test_a_district_gets_no_report_and_a_reader_no_letters(pages: Dash, sign_in: SignIn) -> None:
    assert sign_in(pages, "district1").get(f"/download/report.docx{QUERY}").status_code == 403
    assert sign_in(pages, "viewer").get(f"/download/letters.zip{QUERY}&kind=reminder").status_code == 403


@pytest.mark.parametrize("path", ["report.odt", "letters.zip"])
def test_unknown_formats_are_not_found(pages: Dash, sign_in: SignIn, path: str) -> None:
    assert sign_in(pages, "board").get(f"/download/{path}{QUERY}").status_code == 404
