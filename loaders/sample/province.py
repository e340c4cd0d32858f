"""The fictitious province as data: registers, history, plans and returns; deterministic for a scale and seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from data.forms.builtin import BUILTIN
from data.forms.vocabulary import Vocabulary
from data.organisations.units import Registry
from loaders.sample.admissions import admissions
from loaders.sample.apportion import apportion
from loaders.sample.books import ReturnBook, Simulated, books, zeros
from loaders.sample.calendar import SampleCalendar
from loaders.sample.cells import Habits, SampleCells, habits
from loaders.sample.enterprises import enterprises
from loaders.sample.management import management
from loaders.sample.membership import Membership, membership
from loaders.sample.organisations import organisations
from loaders.sample.plans import PlanBook, plans
from loaders.sample.ratings import ratings
from loaders.sample.reorganisation import MERGER, MOVE, as_known, reorganised
from loaders.sample.scale import SampleScale
from loaders.sample.tasks import TaskBook, tasks
from loaders.sample.trajectory import Trajectory, trajectory
from loaders.sample.villages import villages

SEED = 1997
_SUPPLEMENTS = 2019  # a separate seed, so that the forms simulated earlier stay unchanged
_MERGED_NAME = "Hợp Phong"


@dataclass(frozen=True, slots=True)
class RegistryBook:
    """A workbook with the whole registry as known at its receipt."""

    registry: Registry
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """A district's year in the historical series."""

    district: str
    year: int
    members_end: int
    admitted: int


@dataclass(frozen=True, kw_only=True)
class Province:
    """The contents of all workbooks of the fictitious province."""

    vocabulary: Vocabulary
    scale: SampleScale
    registry: Registry
    registers: tuple[RegistryBook, ...]
    history: tuple[HistoryLine, ...]
    history_received_at: datetime
    plans: tuple[PlanBook, ...]
    returns: tuple[ReturnBook, ...]
    tasks: tuple[TaskBook, ...]


def province(scale: SampleScale, seed: int = SEED) -> Province:
    """Simulates a province that returns the built-in forms; each part has its own random number stream."""
    streams = iter(np.random.default_rng(seed).spawn(10))
    more = iter(np.random.default_rng((seed, _SUPPLEMENTS)).spawn(4))
    registry = reorganised(organisations(scale, next(streams)), _MERGED_NAME)
    first = date(scale.yearly[0], 1, 1)
    cells = SampleCells(registry, first)
    ways = habits(cells, next(streams))
    course = trajectory(scale, next(streams))
    members = membership(scale, cells, ways, course, next(streams))
    calendar = SampleCalendar(next(streams))
    everywhere, dwelling = np.arange(len(cells.ids)), np.flatnonzero(cells.residential)
    simulated = {
        "B1": Simulated(everywhere, members.quarters),
        "B2": Simulated(everywhere, admissions(cells, ways, members, next(streams))),
        "B3": Simulated(dwelling, villages(scale, cells, next(streams))),
        "B4": Simulated(everywhere, management(scale, cells, members, next(more))),
        "B5": Simulated(np.arange(len(cells.bases)), enterprises(scale, cells, next(more)), bases=True),
        "B6": Simulated(everywhere, ratings(scale, members, next(more))),
    }
    others = {form.code: zeros(form, scale, cells) for form in BUILTIN.returns if form.code not in simulated}
    simulated |= {code: given for code, given in others.items() if given is not None}
    known = (first, *sorted({MOVE, MERGER}))
    return Province(
        vocabulary=BUILTIN,
        scale=scale,
        registry=registry,
        registers=tuple(
            RegistryBook(as_known(registry, day, version), _registered(day, first, calendar))
            for version, day in enumerate(known, start=1)
        ),
        history=tuple(_history(scale, cells, ways, course, members, next(streams))),
        history_received_at=calendar.working(first.replace(day=6)),
        plans=plans(scale, cells, ways, course, members, calendar, next(streams)),
        returns=books(BUILTIN.forms, scale, cells, simulated, calendar, next(streams)),
        tasks=tasks(cells, next(more)),
    )


def _registered(day: date, first: date, calendar: SampleCalendar) -> datetime:
    """The first registry arrives when the province starts reporting, a later one just before it takes effect."""
    return calendar.working(day.replace(day=5) if day == first else date(day.year - 1, 12, 24))


def _history(
    scale: SampleScale,
    cells: SampleCells,
    ways: Habits,
    course: Trajectory,
    members: Membership,
    rng: np.random.Generator,
) -> list[HistoryLine]:
    """Yearly totals by district, which add up to the province's and lead up to the cells' first opening balances."""
    home, count = cells.district(cells.first), len(cells.districts)
    last = np.bincount(home, weights=members.opening, minlength=count)
    admitted_last = np.bincount(home, weights=np.sum(members.admitted_before, axis=0), minlength=count)
    then = last * np.exp(rng.normal(0.0, 0.22, count))
    eager = np.bincount(home, weights=ways.chance(members.opening, scale.yearly[0] - 1), minlength=count)
    lines = []
    first_year, last_year = scale.history
    for year in range(first_year, last_year + 1):
        back = (last_year - year) / max(last_year - first_year, 1)
        ends = last if year == last_year else (1 - back) * last / last.sum() + back * then / then.sum()
        weights = eager * rng.normal(1.0, 0.06, count) if year < last_year else admitted_last
        place = course.place(year)
        by_members = apportion(int(course.members[place]), ends)
        by_admitted = apportion(int(course.admitted[place]), weights)
        lines += [
            HistoryLine(district=code, year=year, members_end=int(by_members[i]), admitted=int(by_admitted[i]))
            for i, code in enumerate(cells.districts)
        ]
    return lines
