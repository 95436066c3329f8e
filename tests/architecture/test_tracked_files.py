"""What the repository holds would be the same on anyone's machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

# In pieces, so that this file does not name what it forbids.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("conda", "anaconda", "org"),
    )
]
MACHINE_PATH = re.compile(r"""(?<![\w.:/-])/(?:work|root|opt|mnt|srv|home/\w+|Users/\w+|tmp/\w+)(?:/|\b(?=['"\s)]))""")


def _tracked(root: Path) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True).stdout
    return [root / name for name in listed.split("\0") if name and (root / name).is_file()]


def test_no_link_and_no_environment_is_tracked(root: Path) -> None:
    """A link leads elsewhere on another machine; a tracked ``.venv`` would take the place of everybody's own."""
    listed = subprocess.run(["git", "ls-files", "-s"], cwd=root, capture_output=True, text=True, check=True).stdout
    entries = [line.split(maxsplit=3) for line in listed.splitlines()]
    assert [name for mode, _, _, name in entries if mode == "120000" or Path(name).parts[0] == ".venv"] == []


@pytest.fixture(scope="module")
def texts(root: Path) -> dict[str, str]:
    """Every tracked text file by its path."""
    found = {}
    for path in _tracked(root):
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            found[path.relative_to(root).as_posix()] = data.decode("utf-8")
    return found


def test_no_file_names_a_registry(texts: dict[str, str]) -> None:
    named = [(path, host) for path, text in texts.items() for host in HOSTS if host in text.lower()]
    assert named == []


def test_no_file_names_a_path_of_one_machine(texts: dict[str, str]) -> None:
    named = [
        (path, found.group())
        for path, text in texts.items()
        if not path.startswith("tests/architecture/")
        for found in MACHINE_PATH.finditer(text)
    ]
    assert named == []


@pytest.mark.parametrize("text", ["/work/main", "see /home/ann/plan", '"/root/x"', "/tmp/plan/a.csv", "/Users/ann/x"])
def test_a_path_of_one_machine_is_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["/usr/bin/python3", "https://example.com/work/x", "and/or", "src/root/x", "£/month"])
def test_other_paths_are_not(text: str) -> None:
    assert not MACHINE_PATH.search(text)


def test_the_locks_carry_hashes_and_no_index(root: Path) -> None:
    for lock in sorted((root / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        pinned = len(re.findall(r"^[a-z0-9].*==", text, re.MULTILINE))
        assert pinned > 0
        assert "--index" not in text
        assert "://" not in text
        assert pinned == len(re.findall(r"^[a-z0-9].*== ?\S+.*\\\n\s+--hash=sha256:", text, re.MULTILINE)), lock.name
