"""A run of the tests with one term of the model set to zero: does a test say so?

``PLACEPLAN_ZERO='placeplan.capacity.staff.kept(leave=0)' pytest tests/…`` runs the tests named on a model whose staff never
leave. A term is a function, method or constant of placeplan, and what becomes of it:

- ``… -> 0`` or ``… -> 1``: it returns that number, in the shape of its result;
- ``… -> NAME``: it returns its argument NAME unchanged; ``… -> "word"``: that word;
- ``… -> empty``: it returns an empty list, tuple or dictionary; ``… -> nothing``: it is not run;
- ``…(NAME=0)``: its argument NAME is that number, in the argument's shape (or that word);
- ``… = 0``: the constant is that number.

Each test that then fails is told apart: it *says* so where one of its own assertions is not true, and it *breaks* where
anything else goes wrong – which shows nothing about the term.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

VARIABLE = "PLACEPLAN_ZERO"
WORD = "zeroed:"
TERM = re.compile(
    r"(?P<path>placeplan(\.\w+)+)( -> (?P<returns>\"?\w+\"?)|\((?P<name>\w+)=(?P<value>[-\w.]+)\)| = (?P<constant>[-\w.]+))"
)


@dataclass(frozen=True)
class Term:
    """A function or constant of the model, and what becomes of it."""

    path: str
    returns: str = ""
    name: str = ""
    value: str = ""
    constant: str = ""

    @classmethod
    def read(cls, text: str) -> Term:
        """A term as it is written."""
        found = TERM.fullmatch(text)
        if found is None:
            raise ValueError(f"not a term: {text}")
        return cls(*(found[part] or "" for part in ("path", "returns", "name", "value", "constant")))

    def holder(self) -> tuple[Any, str]:
        """The module or class that holds it, and its name there."""
        *rooms, name = self.path.split(".")
        for known in range(len(rooms), 0, -1):
            try:
                holder: Any = importlib.import_module(".".join(rooms[:known]))
            except ModuleNotFoundError:
                continue
            return functools.reduce(getattr, rooms[known:], holder), name
        raise ValueError(f"nothing of that name: {self.path}")

    def real(self) -> Any:
        """The function or constant as it is; refused where there is none of that name, or no such argument."""
        holder, name = self.holder()
        found = vars(holder)[name]
        if self.constant:
            return found
        function = found.fget if isinstance(found, property) else found
        if not callable(function):
            raise TypeError(f"no function: {self.path}")
        argument = self.name or (self.returns if self.returns.isidentifier() else "")
        if argument not in {"", "nothing", "empty", *inspect.signature(function).parameters}:
            raise ValueError(f"{self.path} has no argument {argument}")
        return function

    def instead(self) -> Callable[..., Any]:
        """The function with the term set to zero."""
        function = self.real()
        signature = inspect.signature(function)

        @functools.wraps(function)
        def zeroed(*args: Any, **kwargs: Any) -> Any:
            if self.returns == "nothing":
                return None
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            if self.name:
                bound.arguments[self.name] = filled(bound.arguments[self.name], number(self.value))
                return function(*bound.args, **bound.kwargs)
            return self._returned(function(*args, **kwargs), bound.arguments)

        return zeroed

    def _returned(self, result: Any, arguments: dict[str, Any]) -> Any:
        """What the zeroed function returns in place of its result."""
        if self.returns == "empty":
            return type(result)()
        if self.returns.isdigit():
            return filled(result, float(self.returns))
        if self.returns.startswith('"'):
            return self.returns.strip('"')
        given = arguments[self.returns]
        return given + np.zeros_like(result) if isinstance(result, np.ndarray) else given

    def set_to_zero(self) -> None:
        """Puts the zeroed function (or constant) wherever a module of placeplan has the real one; later imports follow."""
        holder, name = self.holder()
        real = vars(holder)[name]
        instead: Any = number(self.constant) if self.constant else self.instead()
        setattr(holder, name, property(instead) if isinstance(real, property) else instead)
        for module in [m for n, m in sys.modules.items() if n.partition(".")[0] == "placeplan"]:
            for key, value in list(vars(module).items()):
                if value is real and (key == name or not self.constant):
                    setattr(module, key, instead)
                elif isinstance(value, dict) and not key.startswith("__") and not self.constant:
                    value.update({k: instead for k, v in value.items() if v is real})


def number(text: str) -> Any:
    """A number where it is one, else the word."""
    try:
        return float(text)
    except ValueError:
        return text


def filled(found: Any, number: Any) -> Any:
    """The number in the shape of what was found; None stays None."""
    if found is None or isinstance(number, str):
        return number if isinstance(number, str) else None
    if isinstance(found, np.ndarray):
        return np.full_like(found, number)
    if isinstance(found, dict):
        return {key: filled(value, number) for key, value in found.items()}
    if isinstance(found, tuple | list):
        return type(found)(filled(value, number) for value in found)
    if isinstance(found, bool):
        return bool(number)
    return int(number) if isinstance(found, int) and number == int(number) else number


def says(error: BaseException) -> bool:
    """Whether an error is a test's own assertion that is not true."""
    if isinstance(error, BaseExceptionGroup):
        return all(says(e) for e in error.exceptions)
    if not isinstance(error, AssertionError | pytest.fail.Exception):
        return False
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return at is None or "placeplan" not in Path(at.tb_frame.f_code.co_filename).parts


class Zeroed:
    """The plugin: sets the term to zero before any test is collected, and tells at the end what came of each."""

    def __init__(self, text: str) -> None:
        self.found: dict[str, str] = {}
        Term.read(text).set_to_zero()
        from hypothesis import Phase, settings  # noqa: PLC0415 – not before pytest can rewrite its assertions

        settings.register_profile("zeroed", settings.get_profile("placeplan"), phases=[Phase.explicit, Phase.generate])
        settings.load_profile("zeroed")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Notes what a test came to; an error before it began is a break."""
        report = yield
        if call.excinfo is not None and not report.skipped:
            said = call.when == "call" and says(call.excinfo.value)
            self.found[item.nodeid] = "says" if said else "breaks"
        elif call.when == "call":
            self.found.setdefault(item.nodeid, "passes")
        return report

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """One line a test."""
        for test, what in self.found.items():
            terminalreporter.write_line(f"{WORD} {what} {test}")
