"""The built-in forms and derived families, and the vocabulary that they make up.

VERSIONS holds all forms, FORMS those of the source's date, MEASURES every count by code. Code that computes, loads or
renders uses the vocabulary handed out by the store and never these (an import contract enforces it).
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
from data.forms.ls_history import CB, LS
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
        (CB,),
        (NV,),
    )
}
"""Each form's versions, oldest first; no two are in force on the same day."""

BUILTIN = Vocabulary(version=0, versions=VERSIONS, derived={family.code: family for family in FAMILIES})
"""The built-in vocabulary, before any declarations made as data."""

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
