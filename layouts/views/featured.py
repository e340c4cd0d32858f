"""The indicators that pages and papers are about by their own choice; no other code of one stands in layouts."""

from __future__ import annotations

from typing import Final

MEMBERS: Final = "members"
"""What an organisation is measured by: its headline, the long run, the weights of a plan."""

ADMISSIONS: Final = "admissions"
"""The one flow whose pace is told without being asked for: the start page, the report, the default of the plans."""

ADMISSIONS_OF_PLAN: Final = "admissions_plan_rate"
"""What that pace is told beside."""

ADMISSIONS_PER_YEAR: Final = "admissions_per_year_mean"
"""The line in the long run: the only mean over years."""

VILLAGE_HEADS: Final = "village_heads_member_share"
"""The only share that the conclusion sets a figure for: where it is stuck, and the default of comparisons."""

BASES_WITHOUT_ADMISSION: Final = "bases_without_admission"
"""Organisations to visit, as the answer to where it is stuck names them."""

BASES_WITHOUT_ADMISSION_SHARE: Final = "bases_without_admission_share"
"""The other half of the plan rate: it stands next to that in comparisons, before the rest of the catalogue."""
