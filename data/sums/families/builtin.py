"""The derived families by code: those that count rows, stored or not, and those that count obligations."""

from __future__ import annotations

from collections.abc import Mapping

from data.sums.families.bases import BaseFamily
from data.sums.families.model import CountedFamily, Family, ObligationFamily, StoredFamily
from data.sums.families.ratings import RatingFamily
from data.sums.families.sizes import SizeFamily
from data.sums.families.streaks import StreakFamily
from data.sums.families.tasks import TaskFamily
from data.sums.families.timeliness import TimelinessFamily

_STORED: tuple[StoredFamily, ...] = (SizeFamily(), RatingFamily(), BaseFamily())
_COUNTED: tuple[CountedFamily, ...] = (*_STORED, StreakFamily())
_OBLIGATIONS: tuple[ObligationFamily, ...] = (TimelinessFamily(), TaskFamily())

COUNTED_FAMILIES: Mapping[str, CountedFamily] = {family.declared.code: family for family in _COUNTED}
OBLIGATION_FAMILIES: Mapping[str, ObligationFamily] = {family.declared.code: family for family in _OBLIGATIONS}
FAMILIES: Mapping[str, Family] = {**COUNTED_FAMILIES, **OBLIGATION_FAMILIES}

PERIOD_FAMILIES = tuple(family for family in _STORED if not family.declared.since_january)
YEAR_TO_DATE_FAMILIES = tuple(family for family in _STORED if family.declared.since_january)
