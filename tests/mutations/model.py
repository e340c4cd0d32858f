"""A mutation: what is done to a clean return, and the outcome that it must have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from data.returns import Finding, Outcome, OutcomeStatus
from tests.mutations.book import Book

Change = Callable[[Book, Random], str | None]
"""Changes a book in place; returns the place that the finding must name, such as "B1!F17", if it is one place."""


class Verdict(StrEnum):
    """What becomes of a file."""

    ACCEPTED = "accepted"
    ASKED = "asked"
    REPLACES = "replaces"
    KNOWN = "known already"
    REFUSED = "refused"
    NOTHING_KEPT = "nothing kept"


@dataclass(frozen=True)
class Right:
    """The right outcome: a verdict, and the code of the finding that says so, "" where there is nothing to say.

    A question may be joined by others that the same mistake gives rise to: `also`.
    """

    verdict: Verdict
    code: str = ""
    also: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.verdict} ({self.code})" if self.code else str(self.verdict)


ACCEPTED = Right(Verdict.ACCEPTED)
REPLACES = Right(Verdict.REPLACES)
"""Shown with the difference, and stored once somebody confirms it."""
KNOWN = Right(Verdict.KNOWN)
NOTHING_KEPT = Right(Verdict.NOTHING_KEPT, "personal_data")


def asked(code: str, *also: str) -> Right:
    """Accepted with that question, or that remark, and none but those that may join it."""
    return Right(Verdict.ASKED, code, frozenset(also))


def refused(code: str) -> Right:
    """Refused because of that error."""
    return Right(Verdict.REFUSED, code)


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A kind of mutation, tried with several seeds: other lines, other columns, other wordings."""

    kind: str
    right: Right
    change: Change
    seeds: int = 3


def verdict(outcome: Outcome) -> Verdict:
    """What became of a file."""
    if outcome.lists_people:
        return Verdict.NOTHING_KEPT
    if outcome.status is OutcomeStatus.REFUSED:
        return Verdict.REFUSED
    if outcome.status is OutcomeStatus.ALREADY_STORED:
        return Verdict.KNOWN
    if outcome.replaces:
        return Verdict.REPLACES
    return Verdict.ASKED if outcome.findings else Verdict.ACCEPTED


def fault(right: Right, place: str | None, outcome: Outcome) -> str:
    """What is wrong with an outcome, "" if nothing."""
    got = verdict(outcome)
    said = "; ".join(finding.say() for finding in outcome.findings) or "nothing said"
    if got is not right.verdict:
        return f"{got} instead of {right}: {said}"
    if right.verdict is Verdict.ASKED and {finding.code for finding in outcome.findings} - {right.code} - right.also:
        return f"expected the question {right.code} alone: {said}"
    named = [finding for finding in outcome.findings if finding.code in {right.code, f"{right.code}_suggested"}]
    if right.code and not named:
        return f"{right.code} is not said: {said}"
    if place and not any(names(finding, place) for finding in named):
        return f"{right.code} does not name {place}: {said}"
    return ""


def names(finding: Finding, place: str) -> bool:
    """Whether a finding stands at a place, or names its cell in its sentence."""
    sheet, _, cell = place.partition("!")
    return finding.sheet == sheet and (finding.cell == cell or cell in finding.message.vi)
