"""Simulates admissions by cell and group, and the training of candidates: form B2."""

from __future__ import annotations

import numpy as np

from loaders.sample.apportion import Weights
from loaders.sample.cells import Habits, SampleCells
from loaders.sample.membership import Columns, Membership

_REFUSED = 0.006


def admissions(
    cells: SampleCells, habits: Habits, members: Membership, rng: np.random.Generator
) -> tuple[Columns, ...]:
    """Form B2 for every cell and quarter. The flag `no_masses_left` is 1 or 0 here, 0 standing for a blank cell.

    Probation lasts a year: members admitted four quarters ago become official, are refused, or are struck off.
    """
    chances = _chances(cells, habits)
    admitted = [*members.admitted_before, *(quarter["admitted"] for quarter in members.quarters)]
    found = []
    for place, quarter in enumerate(members.quarters):
        now, cohort, last = quarter["admitted"], admitted[place], admitted[place + 3]
        groups = {code: rng.binomial(now, chance) for code, chance in chances.items()}
        refused = rng.binomial(cohort, _REFUSED)
        found.append(
            {
                "admitted": now,
                **groups,
                "private_workers_admitted": np.where(cells.private, groups["workers_admitted"], 0),
                "no_masses_left": habits.exhausted.astype(np.int64),
                **_candidates(habits, quarter, cells, rng),
                "new_members_trained": rng.binomial(last, 0.9),
                "made_official": np.maximum(cohort - refused - quarter["struck_off_probationary"], 0),
                "probation_refused": refused,
            }
        )
    return tuple(found)


def _chances(cells: SampleCells, habits: Habits) -> dict[str, Weights]:
    """The probability that a newly admitted member belongs to a group, by cell. Groups overlap."""
    village, firm = cells.residential, cells.in_firm
    nobody = np.zeros(len(village))
    return {
        "female_admitted": np.minimum(habits.female * 1.15, 0.95),
        "ethnic_minority_admitted": habits.minority,
        "youth_union_admitted": np.where(village, 0.58, 0.7),
        "readmitted": nobody + 0.004,
        "workers_admitted": np.select([firm, village], [0.55, 0.05], default=0.01),
        "private_owners_admitted": np.where(cells.private, 0.03, 0.0),
        "good_farmers_admitted": np.where(village, 0.17, 0.0),
        "village_heads_admitted": np.where(village, 0.09, 0.0),
        "mass_heads_admitted": np.where(village, 0.16, 0.0),
    }


def _candidates(habits: Habits, quarter: Columns, cells: SampleCells, rng: np.random.Generator) -> Columns:
    """Candidates introduced and trained: somewhat more than are admitted."""
    expected = np.where(habits.exhausted, 0.0, 0.9 * quarter["admitted"] + 0.004 * quarter["members_start"])
    union = np.where(cells.residential, 0.02, 0.35)
    attended = rng.poisson(1.15 * expected)
    tested = rng.binomial(attended, 0.97)
    return {
        "introduced_by_youth_union": rng.poisson(0.75 * expected),
        "introduced_by_trade_union": rng.poisson(union * expected),
        "introduced_by_others": rng.poisson(0.2 * expected),
        "course_attended": attended,
        "course_tested": tested,
        "course_passed": rng.binomial(tested, 0.96),
    }
