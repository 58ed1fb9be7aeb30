"""Measuring whether an answer's time tells what its words do not."""

import random
from collections.abc import Awaitable, Callable, Mapping
from statistics import median
from time import perf_counter

Call = Callable[[int], Awaitable[object]]


async def medians(kinds: Mapping[str, Call], rounds: int) -> dict[str, float]:
    """The median time of each kind of call in milliseconds.

    In every round each kind is called once, in an order drawn anew, so that whatever slows the machine down meets all alike.
    """
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    for turn in range(rounds):
        for kind in random.sample(list(kinds), len(kinds)):
            started = perf_counter()
            await kinds[kind](turn)
            took[kind].append((perf_counter() - started) * 1000)
    return {kind: median(times) for kind, times in took.items()}


def spread(times: Mapping[str, float]) -> float:
    """How far the slowest kind is from the fastest, in milliseconds."""
    return max(times.values()) - min(times.values())
