"""Medians of alternating runs, printed as a table with ratios."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any


def alternate(deeds: Mapping[str, Callable[[], Any]], *, runs: int) -> dict[str, float]:
    """The median seconds of each deed.

    They take turns, so that whatever else the machine does meanwhile slows all alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in deeds}
    for deed in deeds.values():
        deed()
    for _ in range(runs):
        for name, deed in deeds.items():
            began = perf_counter()
            deed()
            taken[name].append(perf_counter() - began)
    return {name: median(times) for name, times in taken.items()}


def show(title: str, seconds: Mapping[str, float], *, baseline: str) -> None:
    """Print a table; each ratio is against the ``baseline`` of the same run."""
    print(f"{title}\n{'':46}{'median':>12}{'ratio':>10}")
    for name, value in seconds.items():
        ratio = value / seconds[baseline]
        print(f"{name:46}{value * 1000:>9.2f} ms{ratio:>9.2f}×")
