"""The built-in indicators. CATALOGUE maps their codes to them, in catalogue order."""

from __future__ import annotations

from dataclasses import replace

from data.forms.builtin import BUILTIN
from indicators.catalogue import (
    admissions,
    candidates,
    enterprises,
    management,
    membership,
    quality,
    reach,
    returns,
    tasks,
    village_heads,
)
from indicators.values.model import check_catalogue

_SUBJECTS = (membership, admissions, village_heads, reach, candidates, management, quality, enterprises, returns, tasks)

CATALOGUE = check_catalogue(
    [
        replace(indicator, subject=module.__name__.rpartition(".")[2])
        for module in _SUBJECTS
        for indicator in module.INDICATORS
    ],
    BUILTIN,
)
