"""The derived families by code: those that count rows, stored or not, and those that count what is owed."""

from __future__ import annotations

from collections.abc import Mapping

from data.sums.families.bases import BaseFamily
from data.sums.families.model import CountedFamily, Family, OwedFamily, StoredFamily
from data.sums.families.ratings import RatingFamily
from data.sums.families.sizes import SizeFamily
from data.sums.families.streaks import StreakFamily
from data.sums.families.tasks import TaskFamily
from data.sums.families.timeliness import TimelinessFamily

_STORED: tuple[StoredFamily, ...] = (SizeFamily(), RatingFamily(), BaseFamily())
_COUNTED: tuple[CountedFamily, ...] = (*_STORED, StreakFamily())
_OWED: tuple[OwedFamily, ...] = (TimelinessFamily(), TaskFamily())

COUNTED: Mapping[str, CountedFamily] = {family.declared.code: family for family in _COUNTED}
OWED: Mapping[str, OwedFamily] = {family.declared.code: family for family in _OWED}
FAMILIES: Mapping[str, Family] = {**COUNTED, **OWED}

OF_THE_PERIOD = tuple(family for family in _STORED if not family.declared.since_january)
SINCE_JANUARY = tuple(family for family in _STORED if family.declared.since_january)
