"""What a workbook is read by: the vocabulary, the registry of organisations, the mappings kept for headers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from data.forms.header_mappings import HeaderMapping
from data.forms.vocabulary import Vocabulary
from data.organisations.units import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Handed to whoever reads: another function, a worker process, a cluster.

    `registry` is the one in force; a workbook that brings its own registry is read by that. `mappings` are kept for
    headers that no form knows.
    """

    vocabulary: Vocabulary
    registry: Registry = field(default_factory=lambda: Registry(0, ()))
    mappings: tuple[HeaderMapping, ...] = ()

    def plain(self) -> References:
        """Without what was worked out on the registry, to be sent to another process."""
        known = self.registry
        return replace(self, registry=Registry(known.version, known.spells, known.successions))
