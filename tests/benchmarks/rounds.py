"""Rounds in which each contender runs once, in varying order, so that machine noise affects all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter

from tests.benchmarks.processes import Program, ResourceUsage, sample, time_process, time_with_rusage


def nothing() -> None:
    """The preparation of a run without side effects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to do the work, a process or a call; `prepare` sets up each run and is not timed.

    A program that is `single` starts no other: the kernel's notes of the runs that are timed tell what it takes.
    """

    name: str
    program: Program | Callable[[], object]
    prepare: Callable[[], None] = nothing
    single: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The seconds of each round of one contender, and its sampled resource usage."""

    seconds: tuple[float, ...]
    usage: ResourceUsage | None = None


Measured = Mapping[str, Series]


def measure(contenders: Sequence[Contender], rounds: int, *, memory: bool = True) -> Measured:
    """Times every contender in each round; with `memory`, watches each process in one more run, if it starts others."""
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    usage: dict[str, ResourceUsage] = {}
    for number in range(rounds):
        start = number % len(contenders)
        for contender in (*contenders[start:], *contenders[:start]):
            contender.prepare()
            if memory and contender.single and isinstance(contender.program, Program):
                once, usage[contender.name] = time_with_rusage(contender.program)
                seconds[contender.name].append(once)
            else:
                seconds[contender.name].append(_time_call(contender.program))
    for contender in contenders:
        if memory and not contender.single and isinstance(contender.program, Program):
            usage[contender.name] = _sampled(contender, contender.program)
    return {name: Series(seconds=tuple(found), usage=usage.get(name)) for name, found in seconds.items()}


def _time_call(work: Program | Callable[[], object]) -> float:
    if isinstance(work, Program):
        return time_process(work)
    began = perf_counter()
    work()
    return perf_counter() - began


def _sampled(contender: Contender, program: Program) -> ResourceUsage:
    contender.prepare()
    return sample(program)


def ratios(of: Series, to: Series) -> tuple[float, ...]:
    """The ratios of their seconds, round by round."""
    return tuple(one / other for one, other in zip(of.seconds, to.seconds, strict=True))


def percentile_95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
