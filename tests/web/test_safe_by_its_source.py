"""What the workbench's own source never does: looked for in all of it, so that nobody does it by chance."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

import placeplan.web
from placeplan.web import settings

WEB: Final = Path(placeplan.web.__file__).parent
SOURCES: Final = [p for p in sorted(WEB.rglob("*.py")) if "migrations" not in p.parts]
ASKS: Final = {
    "starting.py": {"http.client"},  # the server of this very machine, whether it is well
    "slider/keeper.py": {"socketserver"},  # programs of this machine, by a socket that is a file
    "slider/asking.py": {"socket"},
    "slow.py": {"socket"},  # ends what comes too slowly
}
"""The only modules that speak with other programs, besides Django's database and the library that asks the sign-in service."""
NET: Final = {"socket", "socketserver", "urllib.request", "http.client", "http.server", "smtplib", "ftplib", "requests", "httpx", "asyncio"}  # fmt: skip
FIXED: Final = {"store/lines.py": 1, "backup.py": 1}
"""Statements that are put together, and of nothing that anybody types: places for numbers; what Django makes to count on."""


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """Every node of every file."""
    return [
        (path.relative_to(WEB).as_posix(), node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call, with the name that is called."""
    for file, node in nodes():
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""  # fmt: skip
            yield file, node, name


def imported() -> Iterator[tuple[str, str]]:
    """Every module that a file brings in, by its whole name."""
    for file, node in nodes():
        if isinstance(node, ast.Import):
            yield from ((file, n.name) for n in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((file, name) for n in node.names for name in (node.module, f"{node.module}.{n.name}"))


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 50
    assert sum(1 for _ in calls()) > 1000


@pytest.mark.parametrize("never", [{"eval", "exec", "compile", "__import__"}, {"from_string", "Template", "mark_safe"}, {"raw", "extra", "RawSQL"}])  # fmt: skip
def test_no_text_is_run_as_code_as_a_template_or_as_a_question_to_the_database(never: set[str]) -> None:
    own = {("re", "compile")}
    found = []
    for file, call, name in calls():
        of = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name in never and not (isinstance(of, ast.Name) and (of.id, name) in own):
            found.append((file, call.lineno, name))
    assert not found


def test_databases_are_asked_by_parameters() -> None:
    """A statement is a constant, or stands in the short list of those that are put together."""
    found: dict[str, int] = {}
    for file, call, name in calls():
        if name in ("execute", "executemany") and not isinstance(call.args[0], ast.Constant):
            found[file] = found.get(file, 0) + 1
    assert found == FIXED


def test_no_text_that_is_typed_is_a_form_of_other_text() -> None:
    """`format` is called of constants alone, and % has a constant on its left."""
    found = []
    for file, call, name in calls():
        of = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name == "format" and of is not None and not isinstance(of, ast.Constant):
            found.append((file, call.lineno))
    for file, node in nodes():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Name):
            found.append((file, node.lineno)) if not node.left.id.isupper() else None
    assert not [f for f in found if "logs.py" not in f[0]]


def test_only_known_and_strong_means_are_used() -> None:
    """Of the standard library's SHA-256; chance that nobody may guess comes from `secrets`, never from `random`."""
    modules = set(imported())
    assert not [f for f, name in modules if name.split(".")[0] in ("random", "crypt", "hmac", "Crypto")]
    found = {
        node.attr for _, node in nodes() if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "hashlib"
    }  # fmt: skip
    assert found == {"sha256"}
    assert [f for f, name in modules if name == "secrets"]


def test_the_server_speaks_with_nobody_but_those_in_the_list() -> None:
    found: dict[str, set[str]] = {}
    for file, name in imported():
        if name in NET:
            found.setdefault(file, set()).add(name)
    assert found == ASKS


def test_no_right_hangs_on_what_a_browser_says_of_where_a_page_came_from() -> None:
    words = {"HTTP_ORIGIN", "HTTP_REFERER", "Origin", "Referer"}
    assert not [f for f, node in nodes() if isinstance(node, ast.Constant) and node.value in words]


def test_one_framework_reads_all_that_comes() -> None:
    """Every address leads to a view of ours, or of the library that signs people in by a service."""

    def views(found: list[URLPattern | URLResolver]) -> Iterator[str]:
        for one in found:
            if isinstance(one, URLResolver):
                yield from views(one.url_patterns)
            else:
                view = getattr(one.callback, "view_class", one.callback)
                view = getattr(view, "func", view)  # of what is called with some of it filled in
                yield str(getattr(view, "__module__", ""))

    every = set(views(get_resolver().url_patterns))
    assert len(every) > 10
    assert all(name.startswith(("placeplan.web.", "ninja.", "mozilla_django_oidc.")) for name in every), every


NEEDED: Final = {
    "django.contrib.auth": "who is who", "django.contrib.contenttypes": "names of kinds, which the log has", "django.contrib.sessions": "who is signed in",
    "django.contrib.messages": "what was done, on the next page", "django.contrib.staticfiles": "styles and scripts", "axes": "the lock after wrong passwords",
    "auditlog": "the log of changes", "csp": "what browsers may load", "django_htmx": "parts of pages",
}  # fmt: skip
"""Parts of others that are switched on, and what for. No pages for administrators of Django's, no tools for developers."""


def test_nothing_is_switched_on_that_is_not_needed() -> None:
    assert {a for a in settings.INSTALLED_APPS if not a.startswith("placeplan.web.")} == set(NEEDED)
    assert not settings.DEBUG
    (one,) = settings.TEMPLATES
    assert "jinja2" in one["BACKEND"]
    assert not [f for f, name in imported() if name.startswith(("django.contrib.admin", "debug_toolbar", "pdb"))]


CARRIED: Final = {
    "base": "the version that somebody had before them, so that nobody's change is lost", "version": "as above, of what is signed, or read", "draft": "the draft that is signed",
    "seen": "the answers that were on a page, so that nobody publishes others", "from": "the draft that is brought in", "next": "where to go after signing in",
    "do": "which button of a page it is", "membership": "which role is taken away", "which": "which session is ended", "row": "which changed plan is meant", "test": "and of which search",
    "began": "when a form was given out, signed: machines are faster than people", "{{ n.name }}.count": "how many entries a list on a form has",
    "{{ name }}": "what was typed, on pages on which it is not to be lost: conflicts, being asked again, and after being signed out",
}  # fmt: skip
"""All that pages carry along without anybody having typed it, and what for."""
COOKIES: Final = {"challenges/views/mine.py": 1}
"""Cookies of ours besides Django's two: the code of a challenge, for an hour."""


def test_pages_carry_nothing_along_that_is_not_needed() -> None:
    hidden = re.compile(r"""type="hidden" name="([^"]+)"|<textarea hidden name="([^"]+)\"""")
    every = [p.read_text(encoding="utf-8") for p in WEB.rglob("*.j2")]
    found = {one or other for text in every for one, other in hidden.findall(text)}
    assert found == set(CARRIED)
    assert not [text for text in every if re.search(r"name=[^>]*type=.hidden|\"type\": \"hidden", text)], (
        "in another way of writing"
    )
    set_: dict[str, int] = {}
    for file, _, name in calls():
        if name in ("set_cookie", "set_signed_cookie"):
            set_[file] = set_.get(file, 0) + 1
    assert set_ == COOKIES
