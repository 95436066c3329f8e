"""The verbs: what they print, what they write, how they fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from fixtures.broken_plans import SHORT, WHOLE, swap, write
from fixtures.sample_findings import westshire
from placeplan import __version__
from placeplan.cli import app, main
from placeplan.cli.runs import testing
from placeplan.cli.tell import message_of, status_of
from placeplan.core.errors import PlanError
from placeplan.plan import aside
from placeplan.plan.folder import read_plan, read_plan_with_warnings
from placeplan.plan.located import problem
from placeplan.stress import room
from placeplan.stress.runs.store import Store

NOWHERE = Path("/proc/nowhere")
"""A folder that not even an administrator can make."""
PLACEPLAN = str(Path(sys.executable).with_name("placeplan"))


def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Exit status, output and errors of a command, as the shell sees them."""
    monkeypatch.setattr(sys, "argv", ["placeplan", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *words: called(monkeypatch, capsys, *words)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(dict(WHOLE), tmp_path / "westshire")


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Calls of the test; its findings are made up."""
    calls: list[tuple[Any, ...]] = []

    def test_plan(plan: Any, futures: int, seed: int, progress: Any, **_: Any) -> Any:
        calls.append((plan.digest, futures, seed))
        progress(1, 2, "halfway")
        return westshire()

    monkeypatch.setattr(testing, "test_plan", test_plan)
    return calls


def test_warm_says_when_it_is_ready(call: Any) -> None:
    """What is compiled once is not compiled again; nothing is asked of the user."""
    status, out, _ = call("warm")
    assert status == 0
    assert out.startswith("Ready, after ")


SAYS = """
import os, sys
from placeplan.cli import main
assert "numpy" not in sys.modules
sys.argv = ["placeplan", "--version"]
try:
    main()
except SystemExit:
    print(os.environ["OPENBLAS_NUM_THREADS"])
"""


@pytest.mark.parametrize(("given", "taken"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")])
def test_numpy_takes_one_thread_unless_somebody_says_otherwise(given: dict[str, str], taken: str) -> None:
    """It is said before NumPy is there, or it would not be heard."""
    own = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"} | given
    done = subprocess.run([sys.executable, "-c", SAYS], check=True, capture_output=True, text=True, env=own)
    assert done.stdout.split()[-1] == taken


def test_version_and_help(call: Any) -> None:
    assert call("--version") == (0, f"placeplan {__version__}\n", "")
    for words in (
        ["--help"],
        ["check", "--help"],
        ["new", "--help"],
        ["schema", "--help"],
        ["test", "--help"],
        ["explain", "--help"],
    ):
        status, out, _ = call(*words)
        assert status == 0
        assert "Usage: placeplan" in out


@pytest.mark.parametrize("verb", ["new", "check", "schema", "test", "explain", "replay", "warm", "waterfall"])
def test_every_verb_speaks_json(verb: str) -> None:
    assert "--json" in CliRunner().invoke(app, [verb, "--help"]).output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chekc", "x"], "There is no command “chekc”. Did you mean “check”? Commands: "),
        (["frobnicate"], "There is no command “frobnicate”. Commands: "),
        (["returns", "chek"], "There is no command “chek”."),
        (["check"], "Missing argument"),
        (["check", "x", "--futures", "3"], "No such option"),
        (["test", "x", "--futures", "many"], "Invalid value for '--futures': Write a whole number, such as 200."),
        (["test", "x", "--futures", "0"], "Invalid value for '--futures': Write 1 or more."),
        (["replay", "x", "--future", "9" * 23], f"Invalid value for '--future': Write {2**63 - 2} or less."),
        (
            ["explain", "x", "position", "--future", "9" * 23],
            f"Invalid value for '--future': Write {2**63 - 2} or less.",
        ),
        (["test", "x", "--seed", "9" * 23], f"Invalid value for '--seed': Write {2**63 - 2} or less."),
        (["new", "x", "--areas", "501"], "Invalid value for '--areas': Write 500 or less."),
        (
            ["new", "x", "--detail", "all"],
            "Invalid value for '--detail': There is no “all”. Write one of: plain, whole.",
        ),
    ],
)
def test_a_command_that_is_not_understood(call: Any, words: list[str], says: str) -> None:
    status, out, err = call(*words)
    assert (status, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


def test_check_says_that_a_plan_can_be_run(call: Any, good: Path) -> None:
    status, out, err = call("check", good)
    assert (status, err) == (0, "")
    assert out.endswith(f"{good} can be run.\n")


def test_check_says_how_much_the_plan_knows(call: Any, good: Path) -> None:
    out = call("check", good)[1]
    assert "Made-up figures: people, demand, flow, beds, money, contracts, initiatives, staff, packages." in out
    assert "Not modelled: cohorts, contacts, lists, travel, equity." in out
    levels = json.loads(call("check", good, "--json")[1])["levels"]
    assert (levels["beds"], levels["staff"], levels["lists"]) == ("local", "local", "off")


def test_check_tells_all_problems_by_file(call: Any, tmp_path: Path) -> None:
    texts: Any = dict(WHOLE)
    swap("beds.csv", "460", "-460")(texts)
    swap("plan.yaml", "months:", "mnths:")(texts)
    swap("initiatives/home_first.yaml", "budget: 1800000\n", "")(texts)
    status, out, err = call("check", write(texts, tmp_path))
    assert (status, err) == (1, "")
    for part in (
        "Problems: 3",
        "Warnings: 1",
        "beds.csv",
        "line 2",
        "available",
        "0 or more",
        "negative",
        "Write “months”.",
    ):
        assert part in out
    assert out.index("Problems") < out.index("Warnings")


def test_check_as_json(call: Any, good: Path) -> None:
    (good / "beds.csv").unlink()
    status, out, _ = call("check", good, "--json")
    told = json.loads(out)
    assert (status, told["ok"], told["digest"]) == (1, False, None)
    assert ("missing-file", "beds.csv") in [(p["code"], p["file"]) for p in told["problems"]]


def test_new_writes_a_plan_that_check_accepts(call: Any, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert call("new", folder)[0] == 0
    plan, warnings = read_plan_with_warnings(folder)
    assert (len(plan.initiatives), len(plan.contracts), len(plan.promises), warnings) == (1, 2, 4, ())
    assert plan.about.synthetic


def test_new_makes_up_a_place(call: Any, tmp_path: Path) -> None:
    folder = tmp_path / "made-up"
    words = ("new", folder, "--synthetic", "--areas", 3, "--organisations", 5, "--initiatives", 2, "--seed", 4)
    status, out, _ = call(*words, "--json")
    assert (status, json.loads(out)["synthetic"]) == (0, True)
    plan = read_plan(folder)
    assert plan.about.synthetic
    assert sum(o.type != "outside" for o in plan.tables["organisations"]) == 5  # type: ignore[attr-defined]
    assert len(plan.initiatives) == 2


def test_new_makes_up_a_place_with_every_part(call: Any, tmp_path: Path) -> None:
    """With ``--detail whole`` the folder has the tables of every part of the model."""
    words = ("new", tmp_path / "whole", "--synthetic", "--areas", 1, "--organisations", 9, "--detail", "whole")
    assert call(*words)[0] == 0
    plan = read_plan(tmp_path / "whole")
    assert all(plan.tables[t] for t in ("staff", "contacts", "packages", "lists", "cohorts", "travel", "balances"))


def test_new_refuses_sizes_of_a_place_that_it_does_not_make_up(call: Any, tmp_path: Path) -> None:
    status, _, err = call("new", tmp_path / "mine", "--areas", 3)
    assert status == 2
    assert "--synthetic" in err
    assert not (tmp_path / "mine").exists()


def test_new_says_what_to_type_next(call: Any, tmp_path: Path) -> None:
    assert f"placeplan check '{tmp_path}/à la carte'" in call("new", tmp_path / "à la carte")[1]


def test_new_touches_nothing_that_is_there(call: Any, good: Path) -> None:
    before = {path: path.read_bytes() for path in good.rglob("*.*")}
    status, _, err = call("new", good)
    assert status == 1
    assert "folder-in-use" in err
    assert {path: path.read_bytes() for path in good.rglob("*.*")} == before
    assert [path.name for path in good.parent.iterdir()] == [good.name]


@pytest.mark.parametrize("verb", [("new",), ("new", "--synthetic"), ("schema", "--out"), ("export", "PLAN")])
def test_what_cannot_be_made_is_refused_as_elsewhere(call: Any, good: Path, verb: tuple[str, ...]) -> None:
    """A file in the way, or nothing that can be made there: with what stands in the way, and nothing is left behind."""
    (good.parent / "file").write_text("x", encoding="utf-8")
    before = sorted(good.parent.iterdir())
    typed = [good if word == "PLAN" else word for word in verb]
    for place, why in (
        (good.parent / "file" / "x.xlsx", "that is no folder"),
        (NOWHERE / "x.xlsx", "nothing can be made"),
    ):
        status, out, _ = call(*typed, place, "--json")
        (told,) = json.loads(out)["problems"]
        assert (status, told["code"]) == (1, "cannot-write")
        assert why in told["what"]
        assert told["mend"] == "Give another place."
    assert sorted(good.parent.iterdir()) == before


@pytest.mark.parametrize(
    "verb", [("new", "LONG"), ("check", "LONG"), ("test", "PLAN", "--out", "LONG"), ("import", "LONG", "x")]
)
def test_a_name_that_is_too_long_is_told_shortly(call: Any, good: Path, verb: tuple[str, ...]) -> None:
    typed = [good if word == "PLAN" else good.parent / ("n" * 300) if word == "LONG" else word for word in verb]
    status, out, _ = call(*typed, "--json")
    (told,) = json.loads(out)["problems"]
    assert (status, told["code"], told["file"]) == (1, "name-too-long", "n" * 30 + "…")
    assert told["what"] == "A name of 300 letters is too long."


def test_new_takes_an_empty_folder(call: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert call("new", tmp_path / "empty")[0] == 0
    assert (tmp_path / "empty" / "plan.yaml").exists()


def test_schema_prints_and_writes(call: Any, tmp_path: Path) -> None:
    status, out, _ = call("schema")
    assert (status, "plan.yaml" in json.loads(out)) == (0, True)
    status, out, _ = call("schema", "--out", tmp_path / "schemas", "--json")
    assert status == 0
    written = json.loads((tmp_path / "schemas" / "initiatives.schema.json").read_text(encoding="utf-8"))
    assert written["title"] == "initiatives/*.yaml"
    assert "assumptions.schema.json" in json.loads(out)["files"]


def test_test_prints_and_writes_a_report(call: Any, good: Path, tested: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(good.parent)
    status, out, _ = call("test", good, "--futures", 7, "--seed", 3)
    assert (status, tested) == (0, [(read_plan(good).digest, 7, 3)])
    assert "Hard promises" in out or westshire().sentence.split(":")[-1].split()[0] in out
    report = good.parent / "westshire-report"
    assert sorted(path.name for path in report.iterdir()) == ["findings.json", "report.html"]
    assert json.loads((report / "findings.json").read_text(encoding="utf-8"))["sentence"] == westshire().sentence
    assert (report / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_test_as_json(call: Any, good: Path, tested: Any, tmp_path: Path) -> None:
    status, out, _ = call("test", good, "--out", tmp_path / "out", "--json")
    assert (status, json.loads(out)["verdict"]) == (0, westshire().verdict)


def test_a_second_run_takes_the_place_of_the_first(call: Any, good: Path, tested: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("test", good, "--out", out)[0] == 0
    (out / "report.html").write_text("old", encoding="utf-8")
    assert call("test", good, "--out", out)[0] == 0
    assert (out / "report.html").read_text(encoding="utf-8") != "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "westshire"]


def test_a_report_never_replaces_anything_else(call: Any, good: Path, tested: Any) -> None:
    status, _, err = call("test", good, "--out", good)
    assert (status, tested) == (1, [])
    assert "Give another folder" in err
    assert (good / "plan.yaml").exists()


@pytest.mark.parametrize(
    "failure", [KeyboardInterrupt(), OSError(28, "No space left on device"), RuntimeError("a fault of ours")]
)
def test_a_run_that_fails_leaves_the_report_as_it_was(
    failure: BaseException, call: Any, good: Path, tested: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert call("test", good, "--out", out)[0] == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def fails(*_: object) -> None:
        raise failure

    monkeypatch.setattr(aside, "_swap", fails)
    if isinstance(failure, RuntimeError):
        with pytest.raises(RuntimeError):
            call("test", good, "--out", out)
    else:
        status, _, err = call("test", good, "--out", out)
        assert status in (1, 130)
        assert "Traceback" not in err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "westshire"]


def test_a_report_that_could_not_be_written_is_refused_before_the_run(call: Any, good: Path, tested: Any) -> None:
    (good.parent / "file").write_text("x", encoding="utf-8")
    for place, why in (
        (good.parent / "file" / "out", "that is no folder"),
        (NOWHERE / "out", "nothing can be made there"),
    ):
        status, out, _ = call("test", good, "--out", place, "--json")
        (told,) = json.loads(out)["problems"]
        assert (status, tested, told["code"]) == (1, [], "cannot-write")
        assert why in told["what"]
        assert told["mend"] == "Give another place with --out."


def test_all_that_is_wrong_with_a_test_is_told_together(call: Any, good: Path, tested: Any) -> None:
    """The plan, the place of its report, who runs it and how much."""
    status, out, _ = call("test", good / "no", "--out", good, "--engine", "daks://x:1", "--json")
    assert (status, tested) == (1, [])
    told = {p["code"]: p for p in json.loads(out)["problems"]}
    assert set(told) == {"folder-in-use", "unknown-engine", "no-plan"}
    assert told["unknown-engine"]["mend"].startswith("Did you mean dask://x:1? ")
    status, out, _ = call("test", good, "--futures", 10**13, "--engine", "daks://x:1", "--json")
    assert {p["code"] for p in json.loads(out)["problems"]} == {"unknown-engine", "too-many-futures"}


def test_a_command_that_is_stopped_says_so(call: Any, good: Path, tested: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(testing, "test_plan", stopped)
    status, _, err = call("test", good, "--out", good.parent / "out")
    assert (status, err.strip()) == (130, "Stopped. Nothing was written.")
    status, out, _ = call("test", good, "--out", good.parent / "out", "--json")
    assert (status, json.loads(out)["ok"]) == (130, False)


@pytest.mark.parametrize(("parts", "many"), [(1, "1 finished batch is"), (2, "2 finished batches are")])
def test_a_run_that_fails_says_what_the_same_command_will_find(
    parts: int, many: str, call: Any, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it fails with: here a worker that is lost again and again."""

    def lost(*_: object, store: Store, **__: object) -> None:
        for number in range(parts):
            store.put("plan", number, 1, {"figure": np.zeros(1)}, ("2016/17",))
        raise PlanError([problem("--engine", 0, "", "worker-lost", "A worker ended 3 times.", "Use fewer workers.")])

    monkeypatch.setattr(testing, "test_plan", lost)
    out = good.parent / "out"
    status, _, err = call("test", good, "--out", out)
    said = f"No report was written. {many} kept in {out}-parts, and the same command goes on from there."
    assert status == 1
    assert said in err
    assert "A worker ended 3 times." in err


def test_a_plan_with_problems_is_not_run(call: Any, good: Path, tmp_path: Path) -> None:
    (good / "beds.csv").write_text("", encoding="utf-8")
    status, out, err = call("test", good, "--out", tmp_path / "out")
    assert (status, out.strip()) == (1, "")
    assert "beds.csv is empty" in err
    assert not (tmp_path / "out").exists()


def test_explain_traces_to_rows(call: Any, tmp_path: Path) -> None:
    folder = write(dict(SHORT), tmp_path / "small")
    status, out, _ = call("explain", folder, "position", "--entity", "W0H", "--futures", 2, "--depth", 3, "--json")
    node = json.loads(out)
    assert (status, node["name"].split()[0]) == (0, "position")
    assert "money.csv, line" in out
    status, out, _ = call("explain", folder, "occupancy", "--entity", "W0H", "--future", 1, "--depth", 0)
    assert (status, "occupancy" in out) == (0, True)


def test_replay_prints_a_future(call: Any, tmp_path: Path) -> None:
    folder = write(dict(SHORT), tmp_path / "small")
    status, out, _ = call("replay", folder, "--future", 3)
    assert (status, out.splitlines()[0]) == (0, "period,outcome,entity,value,unit")
    status, told, _ = call("replay", folder, "--future", 3, "--json")
    assert (status, len(json.loads(told))) == (0, len(out.splitlines()) - 1)
    status, told, _ = call("replay", folder, "--future", 3, "--out", tmp_path / "a.parquet", "--json")
    assert (status, json.loads(told)["ok"], (tmp_path / "a.parquet").exists()) == (0, True, True)
    status, told, _ = call("replay", folder, "--future", 3, "--out", tmp_path / "b.CSV")
    assert (status, told.strip()) == (0, f"Figures: {tmp_path / 'b.CSV'}")
    assert (tmp_path / "b.CSV").read_text(encoding="utf-8") == out


def test_a_replay_that_could_not_be_written_is_refused_before_the_run(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[int] = []
    monkeypatch.setattr("placeplan.cli.runs.replaying.diary", lambda *_: ran.append(1))
    folder = write(dict(SHORT), tmp_path / "small")
    status, out, _ = call("replay", folder, "--future", 3, "--out", NOWHERE / "a.txt", "--json")
    assert (status, ran) == (1, [])
    assert [p["code"] for p in json.loads(out)["problems"]] == ["cannot-write", "unknown-ending"]


def test_the_last_future_can_be_run(call: Any, tmp_path: Path) -> None:
    status, out, _ = call("replay", write(dict(SHORT), tmp_path / "small"), "--future", 2**63 - 2, "--seed", 2**63 - 2)
    assert (status, out.splitlines()[0]) == (0, "period,outcome,entity,value,unit")


def test_explain_names_the_nearest_outcome(call: Any, tmp_path: Path) -> None:
    status, _, err = call("explain", write(dict(SHORT), tmp_path / "small"), "positon", "--futures", 1)
    assert status == 1
    assert "Did you mean position?" in err
    assert "Traceback" not in err
    assert "unknown-outcome" in err


def test_failures_have_a_message_and_a_status() -> None:
    assert message_of(KeyboardInterrupt()) == "Stopped. Nothing was written."
    assert status_of(KeyboardInterrupt()) == 130
    assert message_of(MemoryError()).startswith("There is not enough memory for this. Run fewer futures")
    assert message_of(PermissionError(13, "Permission denied", "x")) == "x: Permission denied."
    with pytest.raises(ZeroDivisionError):
        message_of(ZeroDivisionError())


@pytest.mark.large
def test_a_stopped_run_leaves_no_report(tmp_path: Path) -> None:
    plan = write(dict(WHOLE), tmp_path / "plan")
    command = [PLACEPLAN, "test", str(plan), "--futures", "100000", "--out", str(tmp_path / "out")]
    listens = {
        "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    }  # what runs behind a shell ignores it
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, **listens)
    time.sleep(8)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert b"Stopped" in err
    assert {path.name for path in tmp_path.iterdir()} - {"out-parts"} == {"plan"}


def test_check_counts_its_problems_in_good_english(call: Any, tmp_path: Path) -> None:
    one = write({**WHOLE, "plan.yaml": WHOLE["plan.yaml"].replace("months: 60", "months: 61")}, tmp_path / "one")
    assert "1 problem in" in (told := call("check", one)[1])
    assert "cannot be run before it is mended" in told
    none = write({"plan.yaml": "- one\n"}, tmp_path / "none")
    assert "cannot be run before they are mended" in call("check", none)[1]


@pytest.mark.parametrize("verb", [("explain", "position"), ("waterfall", "position"), ("compare",)], ids=lambda v: v[0])
def test_what_does_not_fit_into_memory_is_refused_before_it_is_run(
    call: Any, good: Path, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    """Every verb that runs futures says how many would fit, or how large the plan is."""
    name, *more = verb
    words = [str(good), *(more or [str(good)])]
    monkeypatch.setattr(room, "memory_left", lambda: 30_000_000)
    monkeypatch.setattr(room, "ASKED", 0)
    status, out, _ = call(name, *words, "--futures", "9999", "--json")
    (told,) = json.loads(out)["problems"]
    assert status == 1
    assert told["code"] == ("too-many-futures" if name == "explain" else "plan-too-large")
    assert "Run at most" in told["mend"] if name == "explain" else "fewer months" in told["mend"]
