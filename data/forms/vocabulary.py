"""The vocabulary: the forms, measures and derived families. The store and its readers hand it out.

Forms are declared in modules (`data.forms.builtin`); a province may in future declare its own as data. Code that
computes, loads or renders does not distinguish the two: it uses the vocabulary that it is given.
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
    """A code that the vocabulary does not have; `nearest` is a similar one that it does."""

    def __init__(self, kind: str, code: str, known: Iterable[str]) -> None:
        self.code = code
        self.nearest = next((str(name) for name, *_ in process.extract(str(code), list(known), limit=1)), "")
        super().__init__(
            f"no {kind} {code!r} is declared" + (f"; the nearest is {self.nearest!r}" if self.nearest else "")
        )

    def __str__(self) -> str:
        return str(self.args[0])


class Declared(dict[str, Item]):
    """Declarations by code, in order of declaration; a missing code raises an error that suggests the nearest one."""

    def __init__(self, kind: str, items: Mapping[str, Item]) -> None:
        super().__init__(items)
        self.kind = kind

    def __missing__(self, code: str) -> Item:
        raise NotDeclared(self.kind, code, self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Vocabulary:
    """All forms, by code and day, and the derived families, as of one `version`.

    `version` increases with every declaration, as a store's version does with its data; 0 is the built-in one. What is
    derived from a vocabulary (tables, header words, the catalogue) is cached by the vocabulary object, which is
    compared by identity, so that a newer one gets entries of its own. `versions` are oldest first. Where no day is
    known, the versions in force on `usual_day` represent their forms.
    """

    version: int
    versions: Mapping[str, tuple[Form, ...]]
    derived: Mapping[str, Derived]
    usual_day: date = field(default=date(2020, 12, 31))

    def __getstate__(self) -> dict[str, object]:
        """Pickles the declarations only; a worker process derives the rest itself."""
        return {declared.name: getattr(self, declared.name) for declared in fields(self)}

    @cached_property
    def forms(self) -> Declared[Form]:
        """Each form's version on the usual day."""
        return Declared("form", {code: self.form_on(code, self.usual_day) for code in self.versions})

    @cached_property
    def returns(self) -> tuple[Form, ...]:
        """The forms that are due each period."""
        return tuple(form for form in self.forms.values() if form.is_return)

    @cached_property
    def stored(self) -> Declared[Form]:
        """The forms as stored, with the measures of all their versions."""
        return Declared("form with counts", {c: self._stored(v) for c, v in self.versions.items() if v[0].measures})

    @cached_property
    def sources(self) -> Declared[Source]:
        """All sources of measures: stored forms, then derived families."""
        return Declared("source", {**self.stored, **self.derived})

    @cached_property
    def summed(self) -> Declared[Source]:
        """The sources whose sums are stored: all but the families counted on demand."""
        stored = {code: family for code, family in self.derived.items() if family.stored}
        return Declared("source with stored sums", {**self.stored, **stored})

    @cached_property
    def unit_counts(self) -> frozenset[str]:
        """The families that count units: on today's map they count today's units, by everything merged into them."""
        return frozenset(code for code, family in self.derived.items() if family.counts_units)

    @cached_property
    def measures(self) -> Declared[Measure]:
        """Every measure by code; the first source's where several give it."""
        found: dict[str, Measure] = {}
        for source in self.sources.values():
            for measure in source.measures:
                found.setdefault(measure.code, measure)
        return Declared("measure", found)

    @cached_property
    def sensitive(self) -> frozenset[str]:
        """The measures that may identify people when small."""
        return frozenset(code for code, measure in self.measures.items() if measure.sensitive)

    @cached_property
    def closings(self) -> Mapping[str, str]:
        """The closing balance that each opening balance is carried over from."""
        rules = (rule for form in self.forms.values() for rule in form.rules)
        return {rule.opening: rule.closing for rule in rules if isinstance(rule, CarriedOver)}

    def form_on(self, code: str, day: date | None) -> Form:
        """The version of a form in force on a day (None: the usual one), or else the first or the last one.

        Raises:
            NotDeclared: there is no such form.
        """
        if day is None:
            return self.forms[code]
        versions = self._versions_of(code)
        return next((form for form in reversed(versions) if form.valid_from <= day), versions[0])

    def form_version(self, code: str, version: str) -> Form:
        """The version of a form by its name, such as "2015".

        Raises:
            NotDeclared: there is no such form, or it has no such version.
        """
        named = Declared(f"version of {code}", {form.version: form for form in self._versions_of(code)})
        return named[version]

    def returns_on(self, day: date) -> Iterator[Form]:
        """The versions of return forms in force on a day."""
        found = (self.form_on(code, day) for code in self.versions)
        return (form for form in found if form.is_return and form.valid_on(day))

    def source_of(self, measures: Iterable[str]) -> str | None:
        """The first form or derived family that gives all of the measures, or None."""
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
