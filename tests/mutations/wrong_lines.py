"""Lines and whole columns that are wrong: refused where something would be lost or misplaced, else asked about."""

from __future__ import annotations

from random import Random

from tests.mutations.book import NEIGHBOUR, SENDER, Book, Form
from tests.mutations.model import Mutation, asked, refused


def _doubled(book: Book, rng: Random) -> str:
    form = book.only(rng.choice(["B1", "B3", "B4", "B5"]))
    line = rng.choice(form.lines)
    form.page.insert_row(line + 1)
    form.page.rows[line] = list(form.page.rows[line - 1])
    for measure in form.measures:
        number = form.count(form.total, measure) + form.count(line, measure)
        form.page.rows[form.total - 1][form.column(measure)] = number
    return f"{form.code}!C{line + 1}"


def _left_out(book: Book, rng: Random) -> None:
    form = book.only(rng.choice(["B2", "B4", "B5"]))
    line = rng.choice(form.lines)
    form.empty(line)
    del form.page.rows[line - 1]
    form.page.merges = [merge for merge in form.page.merges if merge[1][0] < form.first]


def _emptied(book: Book, rng: Random) -> None:
    form = book.only("B4")
    for line in rng.sample(form.lines, rng.randint(1, 3)):
        form.empty(line)


def _unknown_code(book: Book, rng: Random) -> str:
    form = book.only(rng.choice(["B1", "B4"]))
    line = rng.choice(form.lines)
    form.page.rows[line - 1][1:3] = [
        rng.choice(["Chi bộ Đồi Thông", "Chi bộ thôn Mới"]),
        f"{SENDER}.{rng.randint(800, 999)}.01",
    ]
    return f"{form.code}!C{line}"


def _no_unit(book: Book, rng: Random) -> str:
    form = book.only(rng.choice(["B1", "B4"]))
    line = rng.choice(form.lines)
    form.page.rows[line - 1][:3] = ["", "", ""]
    return f"{form.code}!B{line}"


def _names_sorted(book: Book, rng: Random) -> None:
    """Names sorted alone, beside the codes in their order."""
    form = book.only(rng.choice(["B1", "B2", "B4"]))
    names = [form.page.rows[line - 1][1] for line in form.lines]
    names.sort(reverse=rng.random() < 0.5)
    for line, name in zip(form.lines, names, strict=True):
        form.page.rows[line - 1][1] = name


def _other_column(book: Book, rng: Random) -> str:
    """Two columns exchanged under their headers."""
    form = book.only("B4")
    one, other = rng.choice([("meeting_attendance", "study_attended"), ("meetings_held", "study_due")])
    for row in (*form.lines, form.total):
        cells = form.page.rows[row - 1]
        here, there = form.column(one), form.column(other)
        cells[here], cells[there] = cells[there], cells[here]
    return ""


def _other_line(book: Book, rng: Random) -> None:
    """A column pasted one line too low."""
    form = book.only("B4")
    measure = rng.choice(["study_due", "meeting_attendance_due", "records_in_database"])
    counts = [form.count(line, measure) for line in form.lines]
    _fill(form, measure, counts[-1:] + counts[:-1] if rng.random() < 0.5 else counts[1:] + counts[:1])


def _filled_down(book: Book, rng: Random) -> None:
    form = book.only("B4")
    measure = rng.choice(["study_due", "study_attended"])
    _fill(form, measure, [form.count(form.some(rng, measure, 9), measure)] * len(form.lines))


def _fill(form: Form, measure: str, counts: list[int]) -> None:
    for line, count in zip(form.lines, counts, strict=True):
        form.put(line, measure, count)


def _since_january(book: Book, rng: Random) -> None:
    """Flows of three quarters under a title of one."""
    form = book.only("B4")
    for measure in form.measures[form.measures.index("meetings_due") :]:
        counts = [form.count(line, measure) for line in form.lines]
        more = [0 if measure == "meeting_attendance_due" else rng.randint(0, count // 9) for count in counts]
        _fill(form, measure, [3 * count + added for count, added in zip(counts, more, strict=True)])


def _zero_more(book: Book, rng: Random) -> str:
    form = book.only("B4")
    measure = rng.choice(["study_due", "study_attended", "meeting_attendance", "meetings_due"])
    line = form.some(rng, measure, 3)
    return form.put(line, measure, 10 * form.count(line, measure))


def _ceiling(book: Book, rng: Random) -> str:
    form = book.only("B4")
    line = rng.choice(form.lines)
    return form.put(line, "meeting_attendance_due", rng.choice([1_800_000, 9_000, 4_500]))


def _opening(book: Book, rng: Random) -> str:
    """Members brought forward that are not those of the quarter before."""
    form = book.only("B1")
    line, more = rng.choice(form.lines), rng.randint(1, 3)
    form.put(line, "members_end", form.count(line, "members_end") + more)
    return form.put(line, "members_start", form.count(line, "members_start") + more)


def _reorganised(book: Book, rng: Random) -> str:
    form = book.only("B1")
    line, more = rng.choice(form.lines), rng.randint(1, 3)
    form.put(line, "members_end", form.count(line, "members_end") + more)
    return form.put(line, "reorganised_net", more)


def _nothing(book: Book, rng: Random) -> None:
    form = book.only(rng.choice(["B1", "B2", "B4"]))
    for row in (*form.lines, form.total):
        form.page.rows[row - 1][3:] = [""] * (len(form.page.rows[row - 1]) - 3)


def _of_neighbour(book: Book, rng: Random) -> None:
    """The neighbour's code above the sender's name and lines."""
    form = book.only(rng.choice(["B1", "B4"]))
    form.retitle(f"Mã đơn vị: {SENDER}", f"Mã đơn vị: {NEIGHBOUR}")


def _second_table(book: Book, rng: Random) -> None:
    """Lines below the signatures."""
    form = book.only(rng.choice(["B1", "B4"]))
    line = rng.choice(form.lines)
    form.page.rows.extend([[""] * len(form.page.rows[0]), list(form.page.rows[line - 1])])


_BESIDES = ("beyond_ceiling", "column_repeated", "unlike_before")

WRONG_LINES = (
    Mutation(kind="a unit twice", right=refused("unit_twice"), change=_doubled),
    Mutation(kind="a line left out", right=asked("units_missing"), change=_left_out),
    Mutation(kind="lines left blank", right=asked("units_missing"), change=_emptied),
    Mutation(kind="a unit that does not exist", right=refused("unknown_unit"), change=_unknown_code),
    Mutation(kind="a line without a unit", right=refused("row_without_unit"), change=_no_unit),
    Mutation(kind="names sorted alone", right=refused("names_of_others"), change=_names_sorted),
    Mutation(
        kind="columns exchanged",
        right=asked("of_other_column", *_BESIDES),
        change=_other_column,
    ),
    Mutation(kind="a column one line off", right=asked("of_other_line", "beyond_ceiling"), change=_other_line),
    Mutation(kind="one count filled down", right=asked("column_repeated"), change=_filled_down),
    Mutation(
        kind="figures since January",
        right=asked("looks_cumulative", *_BESIDES),
        change=_since_january,
    ),
    Mutation(kind="a zero too many", right=asked("unlike_before", "beyond_ceiling"), change=_zero_more, seeds=8),
    Mutation(kind="more attendances than possible", right=asked("beyond_ceiling", "unlike_before"), change=_ceiling),
    Mutation(kind="another opening balance", right=asked("opening_differs"), change=_opening),
    Mutation(kind="a reorganisation nobody decided", right=asked("no_succession"), change=_reorganised),
    Mutation(kind="nothing filled in", right=refused("nothing_reported"), change=_nothing),
    Mutation(kind="another unit's code above", right=refused("sender_contradicts"), change=_of_neighbour),
    Mutation(kind="lines below the signatures", right=refused("rows_after_end"), change=_second_table),
)
