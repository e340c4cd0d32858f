"""The indicators that pages and documents feature by choice; no other indicator code occurs in layouts."""

from __future__ import annotations

from typing import Final

MEMBERS: Final = "members"
"""The size of an organisation: its headline, the long run, the weights of a plan."""

ADMISSIONS: Final = "admissions"
"""The flow whose pace is shown by default: start page, report, plans."""

ADMISSIONS_OF_PLAN: Final = "admissions_plan_rate"
"""Shown beside that pace."""

ADMISSIONS_PER_YEAR: Final = "admissions_per_year_mean"
"""The mean line of the long run: the only mean over years."""

VILLAGE_HEADS: Final = "village_heads_member_share"
"""The only share with a target in the conclusion: the bottleneck section, and the default of comparisons."""

BASES_WITHOUT_ADMISSION: Final = "bases_without_admission"
"""The organisations listed in the bottleneck section."""

BASES_WITHOUT_ADMISSION_SHARE: Final = "bases_without_admission_share"
"""The counterpart of the plan rate: next to it in comparisons, before the rest of the catalogue."""
