"""What a document published of a unit's admissions over many years, beside what is computed: of that unit only."""

from __future__ import annotations

from fractions import Fraction

from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.words import formats


def note(asked: Ask) -> str:
    """Each published mean with its divisor and source, and the mean over every year of its span where that differs."""
    found = (line for line in asked.reader.published(asked.unit) if line.term.last <= asked.period.year)
    sentences = []
    for line in found:
        span = line.term.last - line.term.first + 1
        key = "published.mean" if line.years == span else "published.other_divisor"
        sentences.append(
            t(
                key,
                source=line.source,
                term=line.term.code.replace("..", "–"),
                total=formats.number(line.total, language()),
                years=line.years,
                mean=formats.number(line.mean, language()),
                span=span,
                whole=formats.number(Fraction(line.total, span), language()),
            )
        )
    return " ".join(sentences)
