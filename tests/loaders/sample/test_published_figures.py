"""The full province adds up to the figures of the source."""

from __future__ import annotations

from collections import Counter, defaultdict

from data.forms.builtin import FORMS
from data.organisations.units import Grain
from data.periods import Frequency
from loaders.sample import FULL, TINY, Province
from tests.loaders.sample.final_returns import final


def sums(province: Province, form: str, measure: str) -> dict[str, int]:
    """Σ over the province by period code; blanks are left out."""
    place = FORMS[form].positions[measure]
    found: dict[str, int] = defaultdict(int)
    for book in final(province):
        if form in book.forms:
            column = book.forms[form].values[:, place]
            found[book.period.code] += int(column[column >= 0].sum())
    return found


def by_year(province: Province, measure: str) -> dict[int, int]:
    """The province's yearly series from the history and the returns: flows added up, stocks of the last period."""
    found: dict[int, int] = Counter()
    for line in province.history:
        found[line.year] += getattr(line, measure)
    returned = sums(province, "B1", measure)
    for period in province.scale.periods:
        if measure == "admitted" or period.frequency is Frequency.YEAR or period.index == 4:
            found[period.year] += returned[period.code]
    return found


def test_members_are_those_published_for_1997_and_2019(full: Province) -> None:
    members = by_year(full, "members_end")
    assert members[1997] == 43_306
    assert members[2019] == 85_659
    assert round(members[2019] / members[1997] - 1, 3) == 0.978


def test_admissions_of_1997_to_2019_sum_to_the_published_number(full: Province) -> None:
    admitted = by_year(full, "admitted")
    assert sum(admitted[year] for year in range(1997, 2020)) == 53_800


def test_village_heads_are_members_in_the_published_share_at_the_end_of_2019(full: Province) -> None:
    members, heads = sums(full, "B3", "village_heads_members"), sums(full, "B3", "village_heads")
    assert round(members["2019-Q4"] / heads["2019-Q4"], 3) == 0.704
    shares = [members[period.code] / heads[period.code] for period in full.scale.periods[:-1]]
    assert shares == sorted(shares)
    assert shares[0] > 0.65


def test_districts_differ_in_their_village_heads(full: Province) -> None:
    b3 = FORMS["B3"].positions
    shares = []
    for book in final(full):
        if book.period.code == "2019-Q4" and "B3" in book.forms:
            totals = book.forms["B3"].values.clip(min=0).sum(axis=0)
            shares.append(totals[b3["village_heads_members"]] / totals[b3["village_heads"]])
    assert min(shares) < 0.6
    assert sum(share > 0.75 for share in shares) >= 3


def test_the_province_has_as_many_organisations_as_the_issue_says(full: Province) -> None:
    tree = full.registry.at(full.scale.latest.end)
    assert tree.root is not None
    assert tree.expected(tree.root.id, Grain.DISTRICT) == 16
    assert tree.expected(tree.root.id, Grain.BASE) == 689
    assert tree.expected(tree.root.id, Grain.CELL) == 4300
    assert tree.expected(tree.root.id, Grain.RESIDENTIAL_CELL) == 2100


def test_the_years_before_the_cells_lead_up_to_their_first_opening(either: Province) -> None:
    last = max(line.year for line in either.history)
    opening = FORMS["B1"].positions["members_start"]
    history = {line.district: line.members_end for line in either.history if line.year == last}
    first = {book.district: int(book.forms["B1"].values[:, opening].sum()) for book in either.returns[: len(history)]}
    assert first == history


def test_the_course_is_smooth(full: Province) -> None:
    members, admitted = by_year(full, "members_end"), by_year(full, "admitted")
    for year in range(1998, 2020):
        assert 0.01 < members[year] / members[year - 1] - 1 < 0.05
        assert abs(admitted[year] / admitted[year - 1] - 1) < 0.2


def test_admissions_peak_in_the_second_and_fourth_quarters(full: Province) -> None:
    admitted = sums(full, "B1", "admitted")
    for year in (2017, 2018, 2019):
        first, second, third, fourth = (admitted[f"{year}-Q{index}"] for index in range(1, 5))
        assert fourth > second > max(first, third)


def test_scales_count_their_organisations() -> None:
    assert (FULL.districts, FULL.bases, FULL.cells) == (16, 690, 4300)
    assert (TINY.districts, TINY.bases, TINY.cells) == (3, 11, 30)
