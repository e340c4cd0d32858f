"""The context for reading workbooks: the vocabulary, the registry of organisations, the stored header mappings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from data.forms.header_mappings import HeaderMapping
from data.forms.kh_plans import Indicators
from data.forms.vocabulary import Vocabulary
from data.organisations.units import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReferences:
    """What readers know from elsewhere than the store.

    `mappings` take precedence over those in the store; `indicators` are those that plans may name, None where they are
    not known.
    """

    mappings: tuple[HeaderMapping, ...] = ()
    indicators: Indicators | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The reading context, passed to functions, worker processes and clusters.

    `registry` is the one in force; a workbook with a registry of its own is read with that. `mappings` are stored for
    headers that match no form. `indicators` are those that plans may name; None where they are not known.
    """

    vocabulary: Vocabulary
    registry: Registry = field(default_factory=lambda: Registry(0, ()))
    mappings: tuple[HeaderMapping, ...] = ()
    indicators: Indicators | None = None

    def plain(self) -> References:
        """Without cached derivations of the registry, for pickling."""
        known = self.registry
        return replace(self, registry=Registry(known.version, known.spells, known.successions))
