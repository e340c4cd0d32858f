"""Single cells that are wrong: each is refused, and the cell named."""

from __future__ import annotations

from datetime import date
from random import Random

from tests.loaders.office import Shown
from tests.mutations.book import Book
from tests.mutations.harmless import groups
from tests.mutations.model import Change, Mutation, refused

_FREE = ("study_due", "study_attended", "meetings_held", "transfers_official_in", "inspections_done")
"""Measures that no rule of a line binds to others."""


def typed(*values: object) -> Change:
    """One of some values in a cell that no rule of its line binds."""

    def change(book: Book, rng: Random) -> str:
        form = book.only("B4")
        return form.put(rng.choice(form.lines), rng.choice(_FREE), rng.choice(values), adds_up=False)

    return change


def _total(book: Book, rng: Random) -> str:
    form = book.only(rng.choice(["B1", "B2", "B3", "B4", "B5"]))
    measure = rng.choice(form.measures)
    return form.put(form.total, measure, form.count(form.total, measure) + rng.choice([-1, 1, 9, 90]))


def _group(book: Book, rng: Random) -> str:
    form = book.only("B4")
    row, members = rng.choice(groups(form))
    measure = rng.choice(_FREE)
    number = sum(form.count(line, measure) for line in members) + rng.choice([-1, 1, 10])
    form.page.rows[row - 1][form.column(measure)] = number
    return form.place(row, measure)


def _balance(book: Book, rng: Random) -> str:
    """One more or less in a column of B1, its total adapted: the line no longer adds up."""
    form = book.only("B1")
    line, measure = rng.choice(form.lines), rng.choice(["died", "transferred_in_base", "admitted", "restored"])
    form.put(line, measure, form.count(line, measure) + rng.choice([1, 2, 10]))
    return form.place(line, "members_end")


def _swapped_cells(book: Book, rng: Random) -> str:
    """Two digits of the members at the end exchanged, the total adapted."""
    form = book.only("B1")
    line = rng.choice([x for x in form.lines if _turned(form.count(x, "members_end")) != form.count(x, "members_end")])
    return form.put(line, "members_end", _turned(form.count(line, "members_end")))


def _turned(count: int) -> int:
    return int(str(count)[::-1]) if count > 9 else count


_PARTS = (
    ("B1", "female_end", "members_end"),
    ("B1", "probationary_end", "members_end"),
    ("B2", "female_admitted", "admitted"),
    ("B3", "village_heads_members", "village_heads"),
    ("B4", "duty_assigned", "duty_due"),
    ("B4", "residence_introduced", "residence_due"),
    ("B5", "private_units_with_party", "private_units"),
)


def _part(book: Book, rng: Random) -> str:
    code, part, whole = rng.choice(_PARTS)
    form = book.only(code)
    line = rng.choice(form.lines)
    return form.put(line, part, form.count(line, whole) + rng.randint(1, 9))


def _between_forms(book: Book, rng: Random) -> str:
    """An admission more in B2 than in B1."""
    book.only("B1", "B2")
    line = rng.choice(book["B2"].lines)
    return book["B2"].put(line, "admitted", book["B2"].count(line, "admitted") + 1)


def _stale(book: Book, rng: Random) -> str:
    """A formula that a library wrote and nobody computed: its stored result is 0."""
    form = book.only("B4")
    line, measure = rng.choice(form.lines), rng.choice(_FREE)
    book.formulas[form.cell(line, measure)] = (rng.choice(["=5+3", "=2*7", "=SUM(4,5)"]), 0)
    return form.place(line, measure)


def _merged(book: Book, rng: Random) -> str:
    """One count for several branches."""
    form = book.only("B4")
    runs = [line for line in form.lines if {line + 1, line + 2} <= set(form.lines)]
    top, measure = rng.choice(runs), rng.choice(_FREE)
    column = form.column(measure)
    form.page.rows[top][column] = form.page.rows[top + 1][column] = ""
    form.page.merges.append(((top - 1, column), (top + rng.choice([0, 1]), column)))
    return form.place(top, measure)


WRONG_CELLS = (
    Mutation(kind="a negative count", right=refused("negative"), change=typed(-1, -12, "-3", -7)),
    Mutation(kind="a fraction", right=refused("not_whole"), change=typed(0.5, 0.25, "0,5", "0,75")),
    Mutation(
        kind="a thousand that became a fraction", right=refused("thousands_or_decimals"), change=typed(1.234, 12.567)
    ),
    Mutation(kind="words", right=refused("not_a_number"), change=typed("hai", "chưa có", "mười hai", "chưa rõ")),
    Mutation(kind="a date", right=refused("date_not_number"), change=typed(date(2020, 9, 30), date(2020, 7, 5))),
    Mutation(
        kind="an error of Excel", right=refused("error_cell"), change=typed(*map(Shown, ("#REF!", "#VALUE!", "#N/A")))
    ),
    Mutation(kind="a percentage", right=refused("percent_not_count"), change=typed("95%", "70,4%", "100 %")),
    Mutation(kind="a number beyond any", right=refused("number_too_large"), change=typed(20_000_000, 999_999_999)),
    Mutation(kind="a footnote alone", right=refused("only_footnote"), change=typed("(1)", "(2)")),
    Mutation(kind="a formula without a result", right=refused("formula_without_value"), change=typed(Shown())),
    Mutation(kind="a formula nobody computed", right=refused("formula_stale"), change=_stale),
    Mutation(kind="one count for several branches", right=refused("merged_counts"), change=_merged),
    Mutation(kind="a total that does not add up", right=refused("total_differs"), change=_total, seeds=8),
    Mutation(kind="a group sum that does not add up", right=refused("group_differs"), change=_group),
    Mutation(kind="a line that does not balance", right=refused("balance"), change=_balance, seeds=6),
    Mutation(kind="digits exchanged", right=refused("balance"), change=_swapped_cells),
    Mutation(kind="a part that exceeds its whole", right=refused("part_exceeds_whole"), change=_part, seeds=8),
    Mutation(kind="forms that disagree", right=refused("differs_between_forms"), change=_between_forms),
)
