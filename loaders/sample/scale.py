"""The size of the fictitious province, its reporting periods, and the published figures that it is calibrated to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from data.periods import Frequency, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseGroup:
    """Base organisations of one kind: `single` of them are base cells, the rest share `cells` cells."""

    bases: int
    single: int
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Figures that the returns must add up to: members at the end of two years, admissions in between.

    `heads` is the share of village heads who are members at the end of the last year.
    """

    first: int
    last: int
    members_first: int
    members_last: int
    admitted: int
    heads: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMean:
    """How the total admissions were published: over how many years their mean was taken, and where."""

    years: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleScale:
    """Numbers of organisations and the periods of their returns.

    Communes have `village_cells` residential cells and `office_cells` others; `sections` base committees have
    sectional committees. `yearly` are the first and last year of yearly returns, followed by quarterly ones up to
    `latest`, whose returns are partly `missing`, `late` and `corrected`. Forms B4, B5 and B6 are due from the year
    `supplements` on.
    """

    territorial: int
    attached: int
    communes: int
    village_cells: int
    office_cells: int
    agencies: BaseGroup
    enterprises: BaseGroup
    sections: int
    calibration: Calibration
    history: tuple[int, int]
    yearly: tuple[int, int]
    supplements: int
    latest: Period
    missing: int
    late: int
    corrected: int
    published: PublishedMean | None = None

    @property
    def districts(self) -> int:
        """The number of committees that send returns."""
        return self.territorial + self.attached

    @property
    def cells(self) -> int:
        """The number of cells, base cells included."""
        return (
            self.village_cells + self.office_cells + sum(g.single + g.cells for g in (self.agencies, self.enterprises))
        )

    @property
    def bases(self) -> int:
        """The number of base organisations."""
        return self.communes + self.agencies.bases + self.enterprises.bases

    @property
    def quarters(self) -> tuple[Period, ...]:
        """Every simulated quarter, starting with the first yearly return."""
        return _from(Period(self.yearly[0], Frequency.QUARTER, 1), self.latest)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of the returns, oldest first."""
        first, last = self.yearly
        years = tuple(Period(year) for year in range(first, last + 1))
        return years + _from(Period(last + 1, Frequency.QUARTER, 1), self.latest)


def _from(first: Period, last: Period) -> tuple[Period, ...]:
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next)
    return tuple(found)


FULL = SampleScale(
    territorial=10,
    attached=6,
    communes=212,
    village_cells=2100,
    office_cells=1000,
    agencies=BaseGroup(bases=298, single=190, cells=430),
    enterprises=BaseGroup(bases=180, single=70, cells=510),
    sections=14,
    calibration=Calibration(
        first=1997,
        last=2019,
        members_first=43_306,
        members_last=85_659,
        admitted=53_800,
        heads=Fraction(704, 1000),
    ),
    history=(1997, 2014),
    yearly=(2015, 2016),
    supplements=2019,
    latest=Period(2020, Frequency.QUARTER, 3),
    missing=2,
    late=1,
    corrected=1,
    published=PublishedMean(years=22, source="Kết luận của Ban Thường vụ Tỉnh uỷ"),
)

TINY = SampleScale(
    territorial=2,
    attached=1,
    communes=6,
    village_cells=14,
    office_cells=6,
    agencies=BaseGroup(bases=2, single=1, cells=3),
    enterprises=BaseGroup(bases=3, single=1, cells=5),
    sections=1,
    calibration=Calibration(
        first=2012,
        last=2019,
        members_first=520,
        members_last=610,
        admitted=128,
        heads=Fraction(7, 10),
    ),
    history=(2012, 2014),
    yearly=(2015, 2017),
    supplements=2019,
    latest=Period(2020, Frequency.QUARTER, 3),
    missing=1,
    late=1,
    corrected=1,
    published=PublishedMean(years=7, source="Kết luận của Ban Thường vụ Tỉnh uỷ"),
)
