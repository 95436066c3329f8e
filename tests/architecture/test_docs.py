"""Every code block of the documentation runs, every link leads somewhere, every setting is written down.

A ``console`` block whose commands begin with ``$ placeplan`` is run, line by line, in one temporary folder a page that
holds the examples; output written under a command has to come out so (``...`` stands for anything). A command that is
meant to fail stands in a block opened with ``console exit=1``. A block opened with ``yaml file=PATH`` (or another
language) is written there first. A ``python`` block with ``>>>`` is a doctest.
"""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fixtures import reading

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```(?P<language>\w+)(?P<options>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+://|#|mailto:)(?P<target>[^)#\s]+)(?:#[^)\s]*)?\)")
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Command(NamedTuple):
    """One command of a page: its line there, what is typed, what should come out, and the exit status."""

    line: int
    typed: str
    output: str
    status: int


class File(NamedTuple):
    """A file that a page asks to write."""

    path: str
    text: str


def _steps(text: str) -> Iterator[Command | File]:
    """What a reader of the page would do, in order."""
    for block in FENCE.finditer(text):
        setting, _, value = block["options"].strip().partition("=")
        if setting == "file":
            yield File(value, block["text"])
        elif block["language"] == "console":
            first = text.count("\n", 0, block.start("text")) + 1
            yield from _commands(block["text"], first, int(value) if setting == "exit" else 0)


def _commands(block: str, first: int, status: int) -> Iterator[Command]:
    typed, output, line = "", [], first
    for number, row in enumerate([*block.splitlines(), "$ "], start=first):
        if not row.startswith("$ "):
            output.append(row)
            continue
        if typed.startswith("placeplan"):
            yield Command(line, typed, "\n".join(output), status)
        typed, output, line = row[2:], [], number


def _write(file: File, folder: Path) -> None:
    (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
    (folder / file.path).write_text(file.text, encoding="utf-8")


def _run(command: Command, folder: Path) -> str:
    """What is wrong with the command, or nothing."""
    words = shlex.split(command.typed)
    words[0] = str(Path(sys.executable).with_name("placeplan"))
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    if done.returncode != command.status:
        return f"line {command.line}: `{command.typed}` ended with {done.returncode}, not {command.status}:\n{told}"
    if command.output.strip() and not doctest.OutputChecker().check_output(command.output + "\n", told, LOOSE):
        return f"line {command.line}: `{command.typed}` said\n{told}\nnot\n{command.output}"
    return ""


LONG = re.compile(
    r"\$ placeplan (test|waterfall|explain examples/|fix|terms|contracts|calibrate|compare|records|returns|nhp|export)"
)
"""Commands that take seconds each; every verb has quick tests of its own besides."""


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _pages_with_commands() -> Iterator[Any]:
    """Pages with commands; one that runs a plan, searches, or reads many records takes its time."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if "$ placeplan" in text:
            marks = [pytest.mark.large] if LONG.search(text) else []
            yield pytest.param(page, id=_name(page), marks=marks)


@pytest.mark.parametrize("page", list(_pages_with_commands()))
def test_the_commands_of_a_page_run(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    wrong = []
    for step in _steps(page.read_text(encoding="utf-8")):
        if isinstance(step, File):
            _write(step, tmp_path)
        else:
            wrong.append(_run(step, tmp_path))
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("page", [p for p in PAGES if "```python\n" in p.read_text(encoding="utf-8")], ids=_name)
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    for step in _steps(text):
        if isinstance(step, File):
            _write(step, tmp_path)
    blocks = (block for block in FENCE.finditer(text) if block["language"] == "python" and not block["options"])
    source = "\n".join(block["text"] for block in blocks)
    assert ">>>" in source, "a python block shows a session (>>>), so that it can be run"
    test = doctest.DocTestParser().get_doctest(source, {}, _name(page), str(page), 0)
    assert doctest.DocTestRunner(optionflags=LOOSE).run(test).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [found["target"] for found in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_make_is_only_asked_for_what_it_can_do(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = set(re.findall(r"(?:`|^\$ |^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert asked - known == set()


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md", ROOT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        links = LINK.finditer(page.read_text(encoding="utf-8"))
        waiting.extend((page.parent / found["target"]).resolve() for found in links)
    assert sorted(_name(page) for page in set(PAGES) - seen) == []


FOR_ALL = [ROOT / "README.md", *(p for p in PAGES if p.parent.name in {"do", "learn"})]
"""Pages for whoever has a plan, not only for who builds models."""


@pytest.mark.parametrize("page", FOR_ALL, ids=_name)
def test_pages_for_all_can_be_read_at_the_age_of_11(page: Path) -> None:
    """Its sentences alone: without code, tables, and names of commands and files."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    text = re.sub(r"^(\||    ).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]*`", "it", text))
    assert reading.age(reading.sentences(text.replace("\n\n", ". "))) <= 11


PAGE = """
```console
$ placeplan --version
placeplan 99
$ cd elsewhere
```
```yaml file=a/plan.yaml
name: x
```
```console exit=2
$ placeplan nonsense
```
"""


def test_a_wrong_output_and_a_wrong_status_are_noticed(tmp_path: Path) -> None:
    version, file, nonsense = _steps(PAGE)
    assert version == Command(3, "placeplan --version", "placeplan 99", 0)
    assert file == File("a/plan.yaml", "name: x\n")
    assert nonsense == Command(11, "placeplan nonsense", "", 2)
    assert isinstance(version, Command)
    assert isinstance(nonsense, Command)
    assert "said" in _run(version, tmp_path)
    assert "ended with 2" in _run(nonsense._replace(status=0), tmp_path)
