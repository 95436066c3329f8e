"""The one shape of a stress test: whether it can be asked, what is run, and what is told of it.

A test is one class in one file of `stress/tests/`, or of somebody's own package: whoever defines a subclass of `StressTest`
and names its module under the entry point ``placeplan.stress`` has it run with all others.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any, ClassVar

from placeplan.core.errors import PlanError, nearest
from placeplan.plan.located import problem
from placeplan.plan.schema import Plan
from placeplan.stress.results.ground import NotModelled
from placeplan.stress.results.tests import StressFinding
from placeplan.stress.scene import Scene

NOTHING: Mapping[str, Any] = MappingProxyType({})
GROUP = "placeplan.stress"
"""Entry point under which packages name modules with tests of their own."""


class StressTest(ABC):
    """A test of a plan: `ask`, `run`, `tell`."""

    name: ClassVar[str]
    """As ``placeplan test --only`` knows it."""
    title: ClassVar[str]
    question: ClassVar[str]
    """What a reader wants to know, as a question."""
    method: ClassVar[str]
    """How it is worked out, in plain words and short sentences: pages for the public have it."""
    source: ClassVar[str]
    """Names of what the test and its threshold come from."""
    grounds: ClassVar[str] = ""
    """What its threshold rests on, in plain words: what sources say, and what is a judgement; blank where it has none."""
    exactly: ClassVar[str] = ""
    """How it is worked out in the words of the field, where plain words lose something; one level deeper on every page."""
    needs: ClassVar[frozenset[str]] = frozenset()
    """Outcomes that it reads of the plan and of doing nothing (`Scene.first`)."""
    alone: ClassVar[bool] = False
    """Whether it takes so long that it is run only where its name is asked for."""
    by_itself: ClassVar[bool] = False
    """Whether it looks at none of the runs of a verdict."""
    side_by_side: ClassVar[bool] = False
    """Whether it may be under way beside others: it runs futures in this process alone (`Runs.here`), and keeps nothing."""
    on_first_page: ClassVar[bool] = False
    """Whether the first page has a line of its own for what it finds: then it is named first where it was not asked for."""
    decides: ClassVar[bool] = False
    """Whether a plan that fails it is unworkable: it proves that promises contradict each other."""
    takes: ClassVar[frozenset[str]] = frozenset()
    """What whoever asks for it may set, as a keyword of its class and as an option of ``placeplan test``: ``orders``."""
    registered: ClassVar[dict[str, type[StressTest]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        other = StressTest.registered.get(cls.name)
        if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"there are two stress tests called {cls.name!r}")
        StressTest.registered[cls.name] = cls

    def ask(self, plan: Plan) -> str:
        """Blank where the test can be asked of this plan; else what the plan does not say."""
        del plan
        return ""

    def foreseen(self, plan: Plan, futures: int) -> int:
        """Futures that it will run besides those of the scene: an estimate for progress."""
        del plan, futures
        return 0

    @abstractmethod
    def run(self, scene: Scene) -> Any:
        """What is found, from the runs of the scene; nothing is run that the test does not need."""

    @abstractmethod
    def tell(self, plan: Plan, found: Any) -> dict[str, Any]:
        """The fields of a `StressFinding` that depend on what was found; all of them but result and sentence may be left out."""

    def find(self, scene: Scene) -> StressFinding:
        """Asks, runs and tells."""
        lacking = self.ask(scene.plan)
        told = {"result": "not asked", "sentence": lacking} if lacking else self.tell(scene.plan, self.run(scene))
        fixed = {"test": self.name, "title": self.title, "question": self.question, "method": self.method}
        rest = {"source": self.source, "grounds": self.grounds, "exactly": self.exactly, "seed": scene.futures.seed}
        return StressFinding.model_validate({**fixed, **rest, "futures": 0, **told})


def known() -> dict[str, type[StressTest]]:
    """Every test by name: ours, and those that installed packages name."""
    tests = import_module("placeplan.stress.tests")
    for module in iter_modules(tests.__path__, f"{tests.__name__}."):
        import_module(module.name)
    for own in entry_points(group=GROUP):
        own.load()
    return dict(sorted(StressTest.registered.items()))


def chosen(only: str = "", also: str = "", given: Mapping[str, Any] = NOTHING) -> list[StressTest]:
    """The tests that are asked for by name, with commas between (``all``: every one); blank: all but those that take long.

    also: those that take long and are run besides, by name; given: what is set otherwise than usual, for the tests that
    take it. Raises PlanError for names that no test has, and for what is set and no test that is run takes.
    """
    every = known()
    asked, more = (_split(names, every) for names in (only, also))
    unknown = [
        _unknown(n, every, option)
        for option, some in (("--only", asked), ("--also", more))
        for n in some
        if n not in every
    ]
    if unknown:
        raise PlanError(unknown)
    usual = [n for n, test in every.items() if not test.alone]
    run = [every[n] for n in asked or dict.fromkeys((*usual, *more))]
    idle = [name for name in given if not any(name in test.takes for test in run)]
    if idle:
        raise PlanError([_idle(name, every) for name in idle])
    return [test(**{name: value for name, value in given.items() if name in test.takes}) for test in run]


def not_tested(told: Sequence[StressFinding]) -> tuple[NotModelled, ...]:
    """Tests that take long and were not asked for: what each would tell, and how to have it; those of the first page first."""
    ran = {t.test for t in told}
    left = [test for name, test in known().items() if test.alone and name not in ran]
    left.sort(key=lambda test: not test.on_first_page)
    return tuple(NotModelled(what=t.title, why=f"takes longer: placeplan test --also {t.name}") for t in left)


def _split(names: str, every: Iterable[str]) -> list[str]:
    found = [n.strip() for n in names.split(",") if n.strip()]
    return [*every] if found == ["all"] else found


def needs_of(tests: Iterable[StressTest]) -> frozenset[str]:
    """Outcomes that some tests read of the plan and of doing nothing."""
    return frozenset[str]().union(*(t.needs for t in tests))


def _idle(name: str, every: dict[str, type[StressTest]]) -> Any:
    takers = [n for n, test in every.items() if name in test.takes]
    what = "No test that is run takes it, so it would change nothing."
    return problem(
        f"--{name}",
        0,
        "",
        "unused-option",
        what,
        f"Leave it out, or run {' or '.join(takers)} too: --also {takers[0]}.",
    )


def _unknown(name: str, every: dict[str, type[StressTest]], option: str) -> Any:
    near = nearest(name, every)
    mend = f"{f'Did you mean {near}? ' if near else ''}Write one of: {', '.join(every)}."
    return problem(option, 0, "", "unknown-test", f"There is no stress test “{name}”.", mend, near)
