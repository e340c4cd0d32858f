"""The catalogue of a vocabulary: its indicators, over its measures."""

from __future__ import annotations

from functools import lru_cache

from data.forms.kh_plans import Indicators, NamedIndicator
from data.forms.vocabulary import Vocabulary
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.model import Catalogue, Format, PlanKind, check_catalogue


def builtin_catalogue() -> Catalogue:
    """The indicators that the program declares, for callers without a store."""
    return CATALOGUE


@lru_cache(maxsize=4)
def catalogue_of(vocabulary: Vocabulary) -> Catalogue:
    """The declared indicators, validated against the vocabulary.

    Raises:
        CatalogueError: the vocabulary lacks what an indicator is computed from.
    """
    known = vocabulary is CATALOGUE.vocabulary
    return CATALOGUE if known else check_catalogue(tuple(CATALOGUE.values()), vocabulary)


def named_indicators(vocabulary: Vocabulary) -> Indicators:
    """The catalogue as plans speak of it: what may be planned, under which codes and titles."""
    return {
        code: NamedIndicator(
            title=indicator.title,
            takes_plan=indicator.plan is not PlanKind.NONE,
            is_share=indicator.format is Format.PERCENT,
            is_count=indicator.format is Format.COUNT,
        )
        for code, indicator in catalogue_of(vocabulary).items()
    }
