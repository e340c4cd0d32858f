"""The vocabulary: which forms, measures and derived counts there are. It is asked of the store and its readers.

Forms are declared in modules (`data.forms.builtin`); a province may come to declare its own as data. Who computes,
loads or shows does not tell the two apart: it asks the vocabulary that it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from rapidfuzz import process

from data.forms.derived import Derived
from data.forms.model import CarriedOver, Form
from data.measures import Measure

Item = TypeVar("Item")
Source = Form | Derived


class NotDeclared(KeyError):
    """A code that the vocabulary does not have; `nearest` is the one that it has and that may be meant."""

    def __init__(self, kind: str, code: str, known: Iterable[str]) -> None:
        self.code = code
        self.nearest = next((str(name) for name, *_ in process.extract(str(code), list(known), limit=1)), "")
        super().__init__(
            f"no {kind} {code!r} is declared" + (f"; the nearest is {self.nearest!r}" if self.nearest else "")
        )

    def __str__(self) -> str:
        return str(self.args[0])


class Declared(dict[str, Item]):
    """Declarations by code, in their order; a code that is missing is answered with the nearest one."""

    def __init__(self, kind: str, items: Mapping[str, Item]) -> None:
        super().__init__(items)
        self.kind = kind

    def __missing__(self, code: str) -> Item:
        raise NotDeclared(self.kind, code, self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Vocabulary:
    """All forms, by code and day, and the derived families: as declared when `version` was the newest.

    `version` grows with every declaration, as a store's version does with its data; 0 is what the program declares.
    What is worked out of a vocabulary (tables, header words, the catalogue) is remembered by the vocabulary itself: it
    is compared by identity, so that one of a newer version is worked out anew. `versions` are oldest first. On
    `usual_day` those versions were in force that stand for their forms where no day is known.
    """

    version: int
    versions: Mapping[str, tuple[Form, ...]]
    derived: Mapping[str, Derived]
    usual_day: date = field(default=date(2020, 12, 31))

    def __getstate__(self) -> dict[str, object]:
        """What was declared, for a worker process; what was worked out of it is worked out there."""
        return {declared.name: getattr(self, declared.name) for declared in fields(self)}

    @cached_property
    def forms(self) -> Declared[Form]:
        """Each form's usual version."""
        return Declared("form", {code: self.form_on(code, self.usual_day) for code in self.versions})

    @cached_property
    def returns(self) -> tuple[Form, ...]:
        """The forms that units owe each period."""
        return tuple(form for form in self.forms.values() if form.is_return)

    @cached_property
    def stored(self) -> Declared[Form]:
        """The forms as the tables hold them: with the measures of every version."""
        return Declared("form with counts", {c: self._stored(v) for c, v in self.versions.items() if v[0].measures})

    @cached_property
    def sources(self) -> Declared[Source]:
        """All that gives measures: stored forms, then derived families."""
        return Declared("source", {**self.stored, **self.derived})

    @cached_property
    def summed(self) -> Declared[Source]:
        """The sources whose sums are stored: all but the families that are counted when they are asked for."""
        stored = {code: family for code, family in self.derived.items() if family.stored}
        return Declared("source with stored sums", {**self.stored, **stored})

    @cached_property
    def unit_counts(self) -> frozenset[str]:
        """The families that count units: on today's map today's units are counted, by all that went into them."""
        return frozenset(code for code, family in self.derived.items() if family.counts_units)

    @cached_property
    def measures(self) -> Declared[Measure]:
        """Every measure, of several sources that give it the first one's."""
        found: dict[str, Measure] = {}
        for source in self.sources.values():
            for measure in source.measures:
                found.setdefault(measure.code, measure)
        return Declared("measure", found)

    @cached_property
    def sensitive(self) -> frozenset[str]:
        """The measures that may identify people where few are behind them."""
        return frozenset(code for code, measure in self.measures.items() if measure.sensitive)

    @cached_property
    def closings(self) -> Mapping[str, str]:
        """By opening balance the closing that it is carried over from."""
        rules = (rule for form in self.forms.values() for rule in form.rules)
        return {rule.opening: rule.closing for rule in rules if isinstance(rule, CarriedOver)}

    def form_on(self, code: str, day: date | None) -> Form:
        """The version of a form in force on a day (None: the usual one); earlier the first one, later the last one.

        Raises:
            NotDeclared: there is no such form.
        """
        if day is None:
            return self.forms[code]
        versions = self._versions_of(code)
        return next((form for form in reversed(versions) if form.valid_from <= day), versions[0])

    def form_version(self, code: str, version: str) -> Form:
        """The version of that name, such as "2015".

        Raises:
            NotDeclared: there is no such form, or the form has no such version.
        """
        named = Declared(f"version of {code}", {form.version: form for form in self._versions_of(code)})
        return named[version]

    def returns_on(self, day: date) -> Iterator[Form]:
        """The versions of the return forms that are in force on a day."""
        found = (self.form_on(code, day) for code in self.versions)
        return (form for form in found if form.is_return and form.valid_on(day))

    def source_of(self, measures: Iterable[str]) -> str | None:
        """The form or derived family that gives all of the measures, the first declared one; None when none does."""
        named = set(measures)
        return next((code for code, source in self.sources.items() if named <= source.by_code.keys()), None)

    def _versions_of(self, code: str) -> tuple[Form, ...]:
        if code not in self.versions:
            raise NotDeclared("form", code, self.versions)
        return self.versions[code]

    def _stored(self, versions: tuple[Form, ...]) -> Form:
        newest = versions[-1]
        others = {m.code: m for form in versions for m in form.measures if m.code not in newest.by_code}
        return replace(newest, measures=(*newest.measures, *others.values())) if others else self.forms[newest.code]
