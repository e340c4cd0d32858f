"""Every rule that a form declares for a cell, with the message for a wrong cell in both languages."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from data.forms.builtin import VERSIONS
from data.forms.model import AtMost, Balance, Form
from data.language import Language
from data.measures import Kind
from data.periods import Period
from tests.loaders.office import Page, reading
from tests.loaders.returns.test_forms import written

CASES = Path(__file__).parent / "cases" / "rules.tsv"
RETURN_VERSIONS = [form for versions in VERSIONS.values() for form in versions if form.is_return]
MARKS = {Kind.FLAG: "1 or blank", Kind.CATEGORY: "a choice"}


@dataclass(frozen=True)
class Case:
    """A cell of the first line, what is typed into it, and what it breaks: a whole's code, or the kind of the rule."""

    form: str
    version: str
    measure: str
    breaks: str
    typed: str
    vi: str
    en: str

    @property
    def rule(self) -> tuple[str, str, str, str]:
        return self.form, self.version, self.measure, self.breaks


def cases() -> list[Case]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [Case(*line) for line in csv.reader(file, delimiter="\t")]


def rules(form: Form) -> Iterator[tuple[str, str, str, str]]:
    """The rules that apply to the cells of one line."""
    for rule in form.checks:
        if isinstance(rule, AtMost):
            yield form.code, form.version, rule.part, rule.whole
        elif isinstance(rule, Balance):
            yield form.code, form.version, rule.total, "balance"
    for measure in form.measures:
        if measure.kind in MARKS:
            yield form.code, form.version, measure.code, MARKS[measure.kind]


@cache
def usual(form: Form) -> Page:
    """A sheet without findings; copy it before changing it."""
    frequency = min(form.frequencies, key=lambda frequency: frequency.months)
    return written(form, Period.covering(form.valid_to or date(2026, 12, 31), frequency).code)


@pytest.mark.parametrize("case", cases(), ids=lambda case: "-".join(case.rule))
def test_a_wrong_cell_gets_the_sentence_of_its_rule(case: Case) -> None:
    form = next(form for form in VERSIONS[case.form] if form.version == case.version)
    page = deepcopy(usual(form))
    line = next(line for line in page.rows if line[2] in {"H1.1", "H1.1.1"} and line[3] != "")
    line[len(form.fields) + form.positions[case.measure]] = int(case.typed) if case.typed.isdigit() else case.typed
    findings = reading(page)[1]
    for language, sentence in ((Language.VI, case.vi), (Language.EN, case.en)):
        assert sentence in [finding.say(language) for finding in findings]


@pytest.mark.parametrize("form", RETURN_VERSIONS, ids=lambda form: f"{form.code}-{form.version}")
def test_each_rule_of_a_version_has_a_case(form: Form) -> None:
    assert {case.rule for case in cases()} >= set(rules(form))
