"""Codes that a map's rules lead to a point of delivery: the rules read backwards."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from placeplan.baseline.extracts.maps import PodRule, RecordMap


def codes_for(layout: RecordMap, pod: str) -> dict[str, str]:
    """Values of the map's codes that make a pod: the first that the rules, read in order, lead to it.

    Raises:
        ValueError: where no value does.
    """
    rule = next(r for r in layout.pods if r.pod == pod)
    free = ("1", "SERVICE", "")
    choices = [[_plain(v) for v in rule.where[word]] if word in rule.where else free for word in layout.codes]
    for values in product(*choices):
        codes = dict(zip(layout.codes, values, strict=True))
        if next((r for r in layout.pods if _holds(r, codes)), None) is rule:
            return codes
    raise ValueError(f"no codes lead to {pod}")


def _plain(value: str) -> str:
    return "" if value == "-" else value.replace("*", "1")


def _holds(rule: PodRule, codes: Mapping[str, str]) -> bool:
    """Whether a rule fits codes, as the question reads them."""

    def one(value: str, code: str) -> bool:
        if value.endswith("*"):
            return bool(code) and code.upper().startswith(value[:-1].upper())
        return code == "" if value == "-" else code.upper() == value.upper()

    return all(any(one(v, codes[word]) for v in values) for word, values in rule.where.items())
