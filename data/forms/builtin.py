"""The forms and derived families that the program declares, and the vocabulary that they make.

VERSIONS is all forms, FORMS those of the source's date, MEASURES every count that they give, by code. What computes,
loads or shows asks the vocabulary that the store hands out and never these (a contract of the imports says so).
"""

from __future__ import annotations

from collections.abc import Mapping

from data.forms.b1_movement import B1, B1_2025
from data.forms.b2_admission import B2
from data.forms.b3_villages import B3
from data.forms.b4_management import B4
from data.forms.b5_enterprises import B5
from data.forms.b6_rating import B6_2012, B6_2018
from data.forms.derived import FAMILIES
from data.forms.dm_registry import DM, SX
from data.forms.kh_plans import KH
from data.forms.ls_history import LS
from data.forms.model import Form
from data.forms.nv_tasks import NV
from data.forms.vocabulary import Vocabulary

VERSIONS: Mapping[str, tuple[Form, ...]] = {
    versions[0].code: versions
    for versions in (
        (B1, B1_2025),
        (B2,),
        (B3,),
        (B4,),
        (B5,),
        (B6_2012, B6_2018),
        (DM,),
        (SX,),
        (KH,),
        (LS,),
        (NV,),
    )
}
"""Each form's versions, oldest first; no two are in force on one day."""

BUILTIN = Vocabulary(version=0, versions=VERSIONS, derived={family.code: family for family in FAMILIES})
"""What the program declares, before anything is declared as data."""

FORMS, RETURNS, STORED, DERIVED, SOURCES = (
    BUILTIN.forms,
    BUILTIN.returns,
    BUILTIN.stored,
    BUILTIN.derived,
    BUILTIN.sources,
)
MEASURES, SENSITIVE = BUILTIN.measures, BUILTIN.sensitive
form_on, form_version, returns_on, source_of = (
    BUILTIN.form_on,
    BUILTIN.form_version,
    BUILTIN.returns_on,
    BUILTIN.source_of,
)
