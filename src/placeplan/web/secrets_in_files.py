"""Secrets that stand in files: whatever keeps keys (a vault, podman's or Kubernetes' secrets) puts each into one, and its setting names it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from placeplan.core.errors import Problem
from placeplan.plan.located import problem

ENDING: Final = "_FILE"
"""What a setting's name ends with that names a file in place of the secret."""
LARGEST: Final = 10_000
"""Bytes of such a file, at most."""


def without_secrets(given: Mapping[str, str], secrets: tuple[str, ...]) -> dict[str, str]:
    """Settings without secrets, and without where they stand: for programs that need none.

    >>> without_secrets({"KEY": "k", "KEY_FILE": "/run/key", "HOME": "/"}, ("KEY",))
    {'HOME': '/'}
    """
    return {name: value for name, value in given.items() if name.removesuffix(ENDING) not in secrets}


def with_secrets(given: Mapping[str, str], secrets: tuple[str, ...]) -> tuple[dict[str, str], list[Problem]]:
    """Settings with each secret read from its file, where one is named; and what is wrong with those that are.

    >>> with_secrets({"KEY_FILE": "/nowhere/key"}, ("KEY",))[1][0].code
    'missing-file'
    """
    found, wrong = dict(given), []
    for name in secrets:
        path = found.pop(name + ENDING, None)
        if path is None:
            continue
        if name in given:
            wrong.append(problem(name + ENDING, 0, "", "bad-value", f"Both {name} and {name}{ENDING} are set.", "Take one of both away."))  # fmt: skip
        try:
            with Path(path).open("rb") as file:
                found[name] = file.read(LARGEST).decode().strip()
        except (OSError, UnicodeDecodeError, ValueError):
            wrong.append(problem(name + ENDING, 0, "", "missing-file", f"“{path}” is no file of text that the workbench can read.", "Name the file in which the secret stands, and let the workbench read it."))  # fmt: skip
    return found, wrong
