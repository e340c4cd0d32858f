"""What no rule of a line sees: whole columns against the sender's own earlier returns, ceilings across columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from data.periods import Period
from data.reading.queries import Reader
from data.returns import IntakeMode, OutcomeStatus, Return
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import intake
from loaders.returns.plausibility import check_plausibility
from loaders.returns.repeated_returns import check_repeated
from tests.loaders.office import pages, reported, workbook
from tests.mutations.figures import MISTAKES, Figures
from tests.mutations.questions import measure, stored_returns
from tests.stores import Database

LAST = Period.parse("2020-Q3")


@pytest.fixture(scope="module")
def reader(tiny_database: Database) -> Iterator[Reader]:
    with closing(Store.open(tiny_database("sqlite"))) as store:
        yield store.reader(SYSTEM)


@pytest.fixture(scope="module")
def returns(reader: Reader) -> dict[str, Return]:
    """The last returns of one district, by form."""
    return {given.form.code: given for given in stored_returns(reader, LAST) if given.unit == "H02"}


MISTAKEN = {
    ("B4", "cumulative under the period's title"): (
        "B4!O14: 6 cột phát sinh có tổng gấp nhiều lần các kỳ trước, giống số luỹ kế từ đầu năm: O “Số kỳ sinh hoạt "
        "phải tổ chức” tổng 153, gấp khoảng 3 lần; P “Số kỳ sinh hoạt đã tổ chức” tổng 151, gấp khoảng 3 lần; Q “Lượt"
        " đảng viên phải dự sinh hoạt” tổng 3.087, gấp khoảng 3 lần, …. Nếu là số luỹ kế, hãy ghi số phát sinh trong "
        "kỳ, hoặc ghi “Số liệu: luỹ kế từ đầu năm” ở phần đầu biểu."
    ),
    ("B4", "figures of the period before"): (
        "B4: số liệu của B4 giống hệt Quý II năm 2020 đã nạp; hãy kiểm tra có gửi nhầm số liệu của kỳ trước không."
    ),
    ("B3", "columns exchanged"): (
        "B3!O14: 2 cột có số liệu không khớp các kỳ trước của cột đó mà khớp cột khác: O “Trưởng, phó đoàn thể ở thôn"
        " là đảng viên” khớp cột P “Nhiệm kỳ trưởng thôn đã điều chỉnh sát đại hội chi bộ”; P “Nhiệm kỳ trưởng thôn "
        "đã điều chỉnh sát đại hội chi bộ” khớp cột O “Trưởng, phó đoàn thể ở thôn là đảng viên”; hãy kiểm tra có "
        "lệch cột hoặc đổi chỗ cột không."
    ),
    ("B1", "a column one line too low"): (
        "B1!U14: 1 cột có số liệu khớp các kỳ trước của dòng trên hoặc dòng dưới: U “Đảng viên nữ”; hãy kiểm tra có "
        "lệch dòng không."
    ),
    ("B4", "one count filled down"): (
        "B4!U14: 1 cột ghi cùng một số cho hầu hết các dòng, các kỳ trước không như vậy: U “Lượt đảng viên phải học” "
        "ghi 16 ở 17/17 dòng; hãy kiểm tra có kéo chép nhầm không."
    ),
    ("B1", "a zero too many"): (
        "B1!W26: số đảng viên là đoàn viên thanh niên là 80, khác hẳn 4 kỳ trước (từ 8 đến 8); hãy kiểm tra lại."
    ),
}


def asked(given: Return, reader: Reader) -> list[str]:
    found, repeating = check_repeated([given], reader)
    return [finding.say() for finding in (*found, *(() if repeating else check_plausibility(given, reader)))]


def mistaken(given: Return, name: str, reader: Reader) -> Return:
    made = MISTAKES[name](Figures(given, reader, np.random.default_rng(0)))
    assert made is not None
    return made


@pytest.mark.parametrize(("form", "mistake"), MISTAKEN)
def test_a_mistake_of_a_whole_column_is_one_question(
    form: str, mistake: str, returns: dict[str, Return], reader: Reader
) -> None:
    assert asked(mistaken(returns[form], mistake, reader), reader) == [MISTAKEN[form, mistake]]


def test_a_column_whose_counts_all_have_a_zero_too_many_is_one_question(
    returns: dict[str, Return], reader: Reader
) -> None:
    given = returns["B4"]
    figures = Figures(given, reader, np.random.default_rng(0))
    counts = figures.counts
    counts[:, given.form.positions["study_due"]] *= 10
    assert asked(figures.with_counts(counts), reader) == [
        "B4!U14: 1 cột khác hẳn các kỳ trước: U “Lượt đảng viên phải học” khác ở 100% số dòng; hãy kiểm tra lại."
    ]


def test_columns_of_nothing_but_0_are_no_shifted_columns(returns: dict[str, Return], reader: Reader) -> None:
    given = returns["B4"]
    figures = Figures(given, reader, np.random.default_rng(0))
    counts = figures.counts
    counts[:, [given.form.positions[code] for code in ("study_attended", "meeting_attendance")]] = 0
    assert asked(figures.with_counts(counts), reader) == []


def test_forms_that_may_repeat_themselves_are_named_beside_others_that_do(
    returns: dict[str, Return], reader: Reader
) -> None:
    copied = mistaken(returns["B4"], "figures of the period before", reader)
    stocks = replace(returns["B3"], rows=Figures(returns["B3"], reader, np.random.default_rng(0)).earlier(1))
    assert check_repeated([stocks], reader) == ([], frozenset())
    [question], repeating = check_repeated([stocks, copied], reader)
    assert question.say().startswith("B3: số liệu của B3, B4 giống hệt Quý II năm 2020 đã nạp;")
    assert repeating == {"B3", "B4"}


def test_many_odd_counts_are_one_sentence_with_the_first_places(returns: dict[str, Return], reader: Reader) -> None:
    given = returns["B4"]
    figures = Figures(given, reader, np.random.default_rng(0))
    counts = figures.counts
    for line in range(6):
        counts[line, line + 13] = 5_000
    assert asked(figures.with_counts(counts), reader) == [
        (
            "B4!Q14: số lượt đảng viên phải dự sinh hoạt là 5.000, khác hẳn 4 kỳ trước (từ 45 đến 45); hãy kiểm tra "
            "lại. Có 6 ô như vậy: Q14, R15, S16, …"
        )
    ]


def test_mistakes_are_found_and_returns_without_any_are_left_alone(reader: Reader) -> None:
    measured = measure(reader, Period.parse("2020-Q2"))
    assert measured.share >= 0.95, list(measured.lines())
    assert max(measured.clean) <= 1


def test_attendances_beyond_members_times_meetings_are_queried() -> None:
    page = pages("B4")[0].put(I14=20, I21=20, O14=3, O21=3, Q14=1_800_000, Q21=1_800_000)
    assert reported(page) == [
        (
            "B4!Q14: số lượt đảng viên phải dự sinh hoạt là 1.800.000, vượt quá “Hồ sơ đảng viên phải quản lý” × “Số "
            "kỳ sinh hoạt phải tổ chức” là 60 (I14 × O14); hãy kiểm tra các ô này."
        )
    ]


def test_a_question_holds_a_first_return_until_it_is_confirmed(province: Store) -> None:
    source = workbook("B4", I14=20, I21=20, O14=3, O21=3, Q14=1_800_000, Q21=1_800_000)
    held = intake(province, source, viewer=SYSTEM, mode=IntakeMode.ASK)
    assert (held.status, held.replaces) == (OutcomeStatus.HELD, False)
    confirmed = intake(province, source, viewer=SYSTEM, mode=IntakeMode.STORE)
    assert confirmed.status is OutcomeStatus.ACCEPTED
