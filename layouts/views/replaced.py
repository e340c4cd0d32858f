"""What the address of a page asks for that the page does not have, and what is shown in its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from data.observations import Basis
from data.organisations.units import Level
from data.vietnamese.text import lower_first
from indicators.methods.reasons import ListPart, Reason
from indicators.values.model import Indicator
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.views.comparison import Comparison
from layouts.views.planning import Planning
from layouts.views.trending import Trending

_MAX_ECHOED = 40


@dataclass(frozen=True, slots=True)
class _Parameter:
    """The values of a parameter that a page has, and the name of what it shows for any other; none for a filter."""

    known: Callable[[Ask], Collection[str]]
    shown: Callable[[Ask], str] | None = None


def _named(indicator: Indicator) -> str:
    return lower_first(indicator.title[language()])


def _listed(*values: str) -> Callable[[Ask], Collection[str]]:
    return lambda _: values


_EVERYWHERE = {"basis": _Parameter(_listed(*Basis), lambda asked: t(f"context.basis_{asked.basis}").lower())}
_ON_PAGE: Mapping[str, Mapping[str, _Parameter]] = {
    "/trend": {
        "indicator": _Parameter(lambda asked: asked.catalogue, lambda asked: _named(Trending(asked).indicator)),
        "frequency": _Parameter(
            _listed("year", "quarter"), lambda asked: t(f"frequency.{Trending(asked).frequency}").lower()
        ),
    },
    "/compare": {
        "indicator": _Parameter(
            lambda asked: [each.code for each in Comparison(asked).comparable],
            lambda asked: _named(Comparison(asked).indicator),
        ),
        "columns": _Parameter(lambda asked: [each.code for each in Comparison(asked).comparable]),
        "level": _Parameter(_listed(*Level), lambda asked: _level(Comparison(asked).level)),
        "span": _Parameter(_listed("year", "period"), lambda _: t("compare.span_year").lower()),
    },
    "/plans": {
        "indicator": _Parameter(lambda asked: Planning(asked).paced, lambda asked: _named(Planning(asked).indicator)),
        "share": _Parameter(lambda asked: Planning(asked).shares, lambda asked: _named(Planning(asked).share)),
    },
    "/lagging": {"course": _Parameter(_listed(*ListPart)), "reason": _Parameter(_listed(*Reason))},
    "/table": {"indicators": _Parameter(lambda asked: asked.catalogue)},
}


def sentences(asked: Ask, path: str) -> Iterator[str]:
    """A sentence for each parameter of the address whose value the page does not have."""
    for name, parameter in (*_EVERYWHERE.items(), *_ON_PAGE.get(path, {}).items()):
        wanted = asked.query.get(name, "")
        values = wanted.split(".") if parameter.shown is None else [wanted]
        known = parameter.known(asked) if wanted else ()
        unknown = ", ".join(value for value in values if value and value not in known)
        if unknown:
            told = {"what": t(f"replaced.{name}"), "wanted": unknown[:_MAX_ECHOED]}
            shown = parameter.shown(asked) if parameter.shown else ""
            yield t("replaced.shown", shown=shown, **told) if shown else t("replaced.left_out", **told)


def _level(level: Level | None) -> str:
    return t(f"level.{level}").lower() if level else ""
