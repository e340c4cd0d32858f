"""The periodic report of the tiny province: consistent with the tables, and reproducible."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest

from data.forms.builtin import FORMS
from data.forms.nv_tasks import TASKS
from data.language import Language
from data.organisations.units import Level
from data.periods import Period
from data.reading.queries import Reader
from data.tables.records import ReturnStatus
from data.version import VERSION
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, answer
from indicators.answers.lagging_cells import rows as lagging_rows
from indicators.answers.movement import movement_rows
from indicators.answers.rows import ValueRow
from indicators.answers.statements import Statement
from indicators.catalogue.builtin import CATALOGUE
from indicators.methods.decomposition import Cause
from indicators.methods.reasons import Reason, Standing
from indicators.values.model import MeanPerYear
from layouts.documents.report.calendar import due_reports
from layouts.documents.report.composing import NotFrozen, compose
from layouts.documents.report.facts import ReportFacts
from layouts.documents.report.letters import feedback, reminders
from layouts.documents.report.model import Document, Paragraph, Profile, ReportChart, ReportHeading
from layouts.documents.report.pdf import pdf
from layouts.documents.report.word import word
from layouts.documents.report.wording import Wording
from layouts.documents.table_metadata import of_enquiry
from layouts.documents.tables import FileFormat, Table
from layouts.documents.writing import content
from layouts.views.rows import short_of_plan
from tests.libreoffice import Convert

AS_OF = datetime(2020, 10, 25, tzinfo=UTC)
QUARTER, YEAR = Period.parse("2020-Q3"), Period.parse("2019")
NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?:\.\d{3})*(?:,\d+)?%?(?![\w/])")


@pytest.fixture(scope="module")
def reader(own_province: Store) -> Reader:
    return own_province.reader(SYSTEM, AS_OF)


@pytest.fixture(scope="module", params=[QUARTER, YEAR], ids=str)
def report(request: pytest.FixtureRequest, reader: Reader) -> Document:
    return compose(reader, request.param)


@pytest.fixture(scope="module")
def of_year(reader: Reader) -> Document:
    return compose(reader, YEAR)


def test_it_has_the_five_parts_of_such_a_report_in_their_order(report: Document) -> None:
    parts = [block.text for block in report.blocks if isinstance(block, ReportHeading) and block.level == 1]
    assert [part.split("-")[0] for part in parts] == ["I", "II", "III", "IV", "V"]


def test_it_is_a_draft_without_number_date_and_signer(report: Document) -> None:
    assert report.letterhead.mark == "DỰ THẢO"
    assert not re.search(r"\d", report.letterhead.number)
    assert report.signer == ("TRƯỞNG BAN",)


def test_shares_are_compared_in_percentage_points_with_a_named_base(of_year: Document) -> None:
    assert re.search(
        r"Tỷ lệ trưởng thôn là đảng viên: \d+,\d% \((thấp|cao) hơn \d+,\d điểm phần trăm so với kế hoạch 75%",
        of_year.text,
    )
    assert "so với năm 2018" in of_year.text


def test_a_change_is_told_with_its_parts_which_add_up(report: Document) -> None:
    told = re.findall(
        r"(?:(tăng|giảm) |([+−]))(\d+,\d) điểm phần trăm so với [^,;)]+, gồm ([^;)]+?)\)?[;.)]", report.text
    )
    assert told
    for up, sign, amount, parts in told:
        whole = Decimal(amount.replace(",", ".")) * (-1 if up == "giảm" or sign == "−" else 1)
        given = re.findall(r"([+−])(\d+,\d) do", parts)
        assert sum(Decimal(n.replace(",", ".")) * (-1 if s == "−" else 1) for s, n in given) == whole
    assert ("do thiếu báo cáo của" in report.text) == ("quý III năm 2020" in report.text)


def figures_text(report: Document) -> str:
    """Text of paragraphs and table cells without numbers that are not figures: numbering, dates, codes."""
    lines = [block.text for block in report.blocks if isinstance(block, Paragraph)]
    lines += ["\t".join(row[1:]) for table in report.annexes for row in table.rows]
    text = "\n".join(lines).replace("II.2.6", "").replace("Phụ lục 1", "").replace("1.000 lao động", "")
    return re.sub(r"\d\d/\d\d/\d{4} \d\d:\d\d|(năm|kỳ) \d{4}|năm 1997|NV\d\d|\bB\d\b", "", text)


def table_numbers(reader: Reader, period: Period) -> set[str]:
    """Every number in `table`, `lagging`, `returns` and the register of tasks as of the same instant."""
    words, facts = Wording(Language.VI), ReportFacts(reader, period, Language.VI)
    codes = tuple(code for code, item in CATALOGUE.items() if not isinstance(item.formula, MeanPerYear))
    said = {row.until for code in facts.codes if (row := facts.headline(code).said) is not None}
    periods = tuple({period, facts.before, facts.judged_year, *said, *(each.years_ago(1) for each in said)})
    enquiries = [Enquiry(indicators=codes, periods=periods, level=level) for level in (None, Level.DISTRICT)]
    rows = [row for enquiry in enquiries for row in answer(reader, enquiry)]
    by_unit = {(row.indicator.code, row.unit, row.period): row.value for row in rows}
    found = {str(count) for count in range(1 + len(facts.compared) * len(FORMS))}  # returns and tasks, counted
    for row in rows:
        before = by_unit.get((row.indicator.code, row.unit, row.until.years_ago(1)))
        moved = None if row.value is None or before is None else row.value - before
        found |= {
            words.count(n) for n in (row.numerator, row.denominator, row.reporting, row.expected, short_of_plan(row))
        }
        for value in (row.value, row.plan, row.gap, moved):
            if value is not None and row.indicator.format.is_share:
                found |= {
                    words.share(abs(value)),
                    words.count(abs(value) * 100) + "%",
                    words.count(abs(value) * 100, 1),
                }
            elif value is not None:
                found.add(words.count(abs(value), row.indicator.format.decimals))
    names = {unit.name for unit in reader.tree(period.end).units.values()}
    found |= {number for name in names for number in NUMBER.findall(name)}
    listed = [count for row in annex_counts(facts) for count in row]
    found |= movement_numbers(reader, tuple(said), words)
    listed += [getattr(task, name) for task in reader.tasks() for name in ("meetings", "firms", "proposals", "settled")]
    chances = [row.probability for row in lagging_rows(facts.lagging) if row.probability is not None]
    counts = facts.cells
    found |= {words.share(share) for share in (*chances, 0.001, counts.lagging / max(1, counts.totals.reported))}
    return found | {words.count(count) for count in listed}


def movement_numbers(reader: Reader, periods: tuple[Period, ...], words: Wording) -> set[str]:
    """Parts of changes in `table --show movement`, rounded down or up, and how many units they come from."""
    sums: dict[tuple[str, Period, str], Fraction] = {}
    asked = Enquiry(indicators=tuple(CATALOGUE), periods=periods)
    for row in movement_rows(reader, asked):
        for cause in Cause:
            key = row.indicator.code, row.until, str(cause)
            sums[key] = sums.get(key, Fraction(0)) + (getattr(row, f"{cause}_part") or 0)
    found = set()
    for (code, _, _), part in sums.items():
        scale, places = (100, 1) if (form := CATALOGUE[code].format).is_share else (1, form.decimals)
        whole = part * scale * 10**places
        found |= {words.count(abs(Fraction(side(whole), 10**places)), places) for side in (floor, ceil)}
    return found


def annex_counts(facts: ReportFacts) -> Iterator[tuple[int, ...]]:
    """Lagging cells by reason and missing returns, per unit and in total; then the columns of the first ones."""
    cells = [item for item in facts.lagging.cells if item.standing is not Standing.RECOVERED]
    yield (facts.cells.lagging, facts.cells.new, facts.cells.still, facts.cells.recovered, facts.cells.missing)
    for row in lagging_rows(facts.lagging):
        yield (row.streak or 0, round(row.attainable or 0), len(row.reasons))
    for unit in (facts.root, *facts.compared):
        below = {cell.id for cell in facts.lagging.tree.at_level(Level.CELL, None if unit == facts.root else unit.id)}
        own = [item for item in cells if item.cell.id in below]
        lagging = [item for item in own if item.standing is Standing.LAGGING]
        yield (len(lagging), len(own) - len(lagging))
        yield tuple(sum(reason in item.reasons for item in lagging) for reason in Reason)


def test_every_number_in_the_text_is_in_the_tables(reader: Reader, report: Document) -> None:
    period = QUARTER if "quý III năm 2020" in report.text else YEAR
    assert set(NUMBER.findall(figures_text(report))) <= table_numbers(reader, period)


def test_every_value_of_a_chart_is_in_the_table(reader: Reader, of_year: Document) -> None:
    years, units = (block for block in of_year.blocks if isinstance(block, ReportChart))
    enquiry = Enquiry(indicators=("admissions",), periods=tuple(map(Period.parse, years.categories)))
    told = [row.value for row in answer(reader, enquiry)]
    assert years.series[0].values == tuple(None if value is None else float(value) for value in told)
    rows = answer(reader, Enquiry(indicators=("village_heads_member_share",), periods=(YEAR,), level=Level.DISTRICT))
    by_name = {
        row.unit_name: (float(row.value), float(row.plan))
        for row in rows
        if row.value is not None and row.plan is not None
    }
    drawn = zip(units.categories, *(series.values for series in units.series), strict=True)
    assert {name: figures for name, *figures in map(list, drawn)} == {n: list(pair) for n, pair in by_name.items()}


def test_a_number_that_is_in_no_table_is_detected(reader: Reader, of_year: Document) -> None:
    wrong = replace(of_year, blocks=(*of_year.blocks, Paragraph(text="Tổng số đảng viên: 123.456 đảng viên.")))
    assert set(NUMBER.findall(figures_text(wrong))) - table_numbers(reader, YEAR) == {"123.456"}


def test_the_report_is_reproducible_byte_for_byte(own_province: Store, of_year: Document) -> None:
    again = compose(own_province.reader(SYSTEM, AS_OF), YEAR)
    assert again == of_year
    assert word(again) == word(of_year)
    assert pdf(again) == pdf(of_year)


def test_a_report_requires_an_as_of_instant(own_province: Store) -> None:
    with pytest.raises(NotFrozen):
        compose(own_province.reader(SYSTEM), YEAR)


def test_changes_since_the_last_report_are_mentioned(own_province: Store, reader: Reader) -> None:
    before_the_quarter = own_province.reader(SYSTEM, datetime(2020, 9, 30, tzinfo=UTC))
    text = compose(reader, QUARTER, earlier=before_the_quarter).text
    assert "4. Số liệu thay đổi so với báo cáo trước\nSố liệu đã báo cáo không thay đổi." in text


def test_the_docx_has_editable_text_tables_and_charts(of_year: Document) -> None:
    content = word(of_year)
    made = docx.Document(io.BytesIO(content))
    said = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "III- HẠN CHẾ" in said
    assert [len(grid.columns) for grid in made.tables[2:]] == [len(table.header) for table in of_year.annexes]
    charts = [block for block in of_year.blocks if isinstance(block, ReportChart)]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        books = sorted(name for name in parts.namelist() if name.startswith("word/embeddings/"))
        first = openpyxl.load_workbook(io.BytesIO(parts.read(books[0]))).active
    assert len(books) == len(charts) > 0
    assert first is not None
    values = [row[1] for row in first.iter_rows(min_row=2, values_only=True)]
    assert values == list(charts[0].series[0].values)


@pytest.mark.parametrize("profile", Profile)
def test_each_set_of_rules_has_its_sizes_and_ending(reader: Reader, profile: Profile) -> None:
    made = compose(reader, YEAR, profile=profile)
    ending = made.blocks[-1]
    assert not isinstance(ending, ReportChart)
    assert ending.text.endswith("./.") is (profile is Profile.HD36_2018)
    party = docx.Document(io.BytesIO(word(made))).tables[0].cell(0, 1).paragraphs[0].runs[0]
    assert party.font.size is not None
    assert party.font.size.pt == {Profile.HD36_2018: 15, Profile.HD05_2026: 14}[profile]


def test_the_pdf_has_landscape_annexes(of_year: Document) -> None:
    pages = pypdfium2.PdfDocument(pdf(of_year))
    first, last = pages[0], pages[len(pages) - 1]
    assert first.get_width() < first.get_height()
    assert last.get_width() > last.get_height()
    ink = float((first.render(scale=0.5, grayscale=True).to_numpy() < 200).mean())
    assert 0.01 < ink < 0.3


def test_the_english_report_has_the_same_numbers(reader: Reader, of_year: Document) -> None:
    english = compose(reader, YEAR, language=Language.EN)
    assert len(english.blocks) == len(of_year.blocks)
    assert "III- SHORTCOMINGS" in english.text


@pytest.mark.parametrize("language", Language)
def test_no_sentence_names_a_task_by_its_code(reader: Reader, language: Language) -> None:
    blocks = compose(reader, QUARTER, language=language).blocks
    told = "\n".join(block.text for block in blocks if isinstance(block, Paragraph))
    assert not re.search(r"\bNV\d", told)
    assert TASKS["NV09"].text[language].lower() in told.lower()


def test_one_of_a_kind_is_singular_in_english(reader: Reader) -> None:
    text = compose(reader, QUARTER, language=Language.EN).text
    assert not re.search(r"[: ]1 (people|members|cases|cells|organisations|villages|dossiers)\b", text)


def test_nothing_provisional_is_told_of_a_period_that_nobody_has_reported(reader: Reader) -> None:
    facts = ReportFacts(reader, QUARTER, Language.VI)
    assert facts.headline("admissions_plan_rate").is_provisional
    assert facts.is_told("admissions_plan_rate")
    vars(facts)["due"] = tuple(replace(item, status=ReturnStatus.MISSING) for item in facts.due)
    assert not facts.is_told("admissions_plan_rate")


def test_reports_are_due_a_set_number_of_days_after_their_period(own_province: Store) -> None:
    reader = own_province.reader(SYSTEM)
    (quarter, at), (year, _) = due_reports(reader, datetime(2026, 1, 1, tzinfo=UTC))
    assert (quarter, year) == (QUARTER, YEAR)
    assert at.date() == QUARTER.end + timedelta(days=30)
    before = [period for period, _ in due_reports(reader, datetime(2020, 10, 20, tzinfo=UTC))]
    assert QUARTER not in before


def test_units_with_missing_returns_are_reminded_of_each_form(reader: Reader) -> None:
    missing = {item.unit.code for item in reader.returns(QUARTER) if item.status == "missing"}
    letters = {unit.code: letter for unit, letter in reminders(reader, QUARTER)}
    assert letters.keys() == missing
    for letter in letters.values():
        assert letter.addressee.startswith("Kính gửi: ")
        assert "chưa nhận được báo cáo quý III năm 2020" in letter.text


def test_each_unit_gets_feedback_on_its_own_cells(reader: Reader) -> None:
    listed = ReportFacts(reader, QUARTER, Language.VI).lagging
    for unit, letter in feedback(reader, QUARTER):
        (annex,) = letter.annexes
        assert annex.source.endswith(f"phiên bản {VERSION}.")
        own = {cell.name for cell in listed.tree.at_level(Level.CELL, unit.id)}
        assert {row[2] for row in annex.rows} <= own
        assert f"{len(annex.rows)} chi bộ cần quan tâm" in letter.text


def test_libreoffice_opens_every_document_and_computes_the_same(
    convert: Convert, reader: Reader, of_year: Document, tmp_path: Path
) -> None:
    letters = {"letter": next(reminders(reader, QUARTER))[1], "feedback": next(feedback(reader, QUARTER))[1]}
    papers = {"report": of_year, **letters}
    for name, paper in papers.items():
        (tmp_path / f"{name}.docx").write_bytes(word(paper))
    enquiry = Enquiry(indicators=("village_heads_member_share",), periods=(YEAR,), level=Level.DISTRICT)
    said = of_enquiry(reader, enquiry, Statement.VALUES, AS_OF, Language.VI)
    rows = answer(reader, enquiry)
    table = Table(kind=ValueRow, rows=rows, metadata=said)
    (tmp_path / "table.xlsx").write_bytes(content(table, FileFormat.XLSX))

    *drawn, computed = convert("pdf", *(tmp_path / f"{name}.docx" for name in papers), tmp_path / "table.xlsx")
    for paper, path in zip(papers.values(), drawn, strict=True):
        shown, ink = pdf_text_and_ink(path)
        assert set(NUMBER.findall(paper.text)) <= set(NUMBER.findall(shown))
        assert 0.005 < ink < 0.3
    shares = [float(text.replace(",", ".")) / 100 for text in re.findall(r"([\d.,]+)%", pdf_text_and_ink(computed)[0])]
    for row in rows:
        assert row.value is None or any(abs(share - float(row.value)) < 0.00051 for share in shares)


def pdf_text_and_ink(path: Path) -> tuple[str, float]:
    """The text of a PDF file, and how much of its first page is dark."""
    pages = pypdfium2.PdfDocument(path)
    text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    return text, float((pages[0].render(scale=0.5, grayscale=True).to_numpy() < 200).mean())
