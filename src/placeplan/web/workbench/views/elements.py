"""The plan by its parts and elements: lists, a form for each, made from the classes; add, change, rename and take away."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from pydantic import TypeAdapter, ValidationError

from placeplan.core.errors import PlanError, Problem
from placeplan.core.records import Id
from placeplan.plan.elements.cut import name_of
from placeplan.plan.elements.edit import Change, Element, Files, changed, element, elements, unreadable
from placeplan.plan.elements.parts import Part, group_of, parts, said
from placeplan.plan.elements.refer import also_named, id_of, names, renamed, uses
from placeplan.plan.elements.worded import called_element
from placeplan.plan.located import problem
from placeplan.web.errors import not_allowed
from placeplan.web.rates.limits import limited
from placeplan.web.store.folders import files_of
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts
from placeplan.web.workbench.elements import Row, Sheet, blank, checked, heads_of, list_of, sheet_of, sheet_with
from placeplan.web.workbench.rights import draft_for, may_write
from placeplan.web.workbench.views.conflicts import choices_in, conflicts_page
from placeplan.web.workbench.views.shared import told_of, user_of, version_of

PAGE = 50
"""Elements on a page of a list."""
COLUMNS = 5
"""Columns of a table that its list shows."""
TOLD = ("source", "level", "note")
"""Columns that a list leaves to each row's own page."""
WHY = "Say in a few words why you change it."


def _part(name: str) -> Part:
    if name not in parts():
        raise Http404
    return parts()[name]


@login_required
@require_safe
def all_parts(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """Every part of the plan, with how many elements it has and what is wrong in its files."""
    found = draft_for(user_of(request), place, name)
    files = files_of(found.head)
    wrong = [p.file for p in drafts.problems_of(found.head) if p.severity == "error"]
    told: list[dict[str, Any]] = [
        {"part": part, "count": len(every), "wrong": sum(f == part.file or (part.folder and f.startswith(part.file)) for f in wrong)}
        for part in parts().values()
        for every in (list(elements(part, files)),)
    ]  # fmt: skip
    groups = [
        ("The plan and what it does", [t for t in told if not t["part"].table]),
        ("Its tables", [t for t in told if t["part"].table and (t["count"] or t["part"].needed)]),
        ("Tables that it does not have", [t for t in told if t["part"].table and not (t["count"] or t["part"].needed)]),
    ]
    return render(request, "web/form_parts.html.j2", _told(request, found, groups=groups))


def _told(request: HttpRequest, found: Draft, **more: Any) -> dict[str, Any]:
    return {"draft": found, "place": found.place, "writes": may_write(user_of(request), found), "refused": (), **more}


@login_required
@require_safe
def one_part(request: HttpRequest, place: str, name: str, part: str) -> HttpResponse:
    """The elements of a part, searched and a page at a time."""
    found, own = draft_for(user_of(request), place, name), _part(part)
    if not own.keys:
        return redirect("form-one", place, name, part)
    files, search = files_of(found.head), request.GET.get("q", "")[:200]
    known = names(files)
    every = list_of(own, files, search, known)
    page = Paginator(every, PAGE).get_page(request.GET.get("page"))
    used = [
        n
        for n in own.cls.model_fields
        if n not in (*own.keys, *TOLD) and any(isinstance(e.data, dict) and n in e.data for e in every[:PAGE])
    ]
    columns = used[:COLUMNS] if own.table else []
    told = _told(
        request, found, part=own, page=page, search=search, columns=heads_of(own, columns), rows=[Row.of(e, columns, known) for e in page], link=_link,
        unreadable=unreadable(own, files), kinds=_kinds(own), groups=sorted({g for f in files if (g := group_of(f))}) if part == "assumptions" else (),
    )  # fmt: skip
    return render(request, "web/form_part.html.j2", told)


def _link(view: str, place: str, draft: str, e: Element) -> str:
    """The address of an element's page."""
    asked = {"of": e.name, **({"set": e.group} if e.group else {})}
    return f"{reverse(view, args=(place, draft, e.part.name))}?{urlencode(asked)}"


def _kinds(part: Part) -> list[str]:
    kinds: Callable[[], dict[str, Any]] | None = getattr(part.cls, "kinds", None)
    return list(kinds()) if kinds else []


def _element(files: Files, part: Part, request: HttpRequest) -> Element:
    """The element that a page is about; raises Http404 where it is not there."""
    name = part.name if not part.keys else request.GET.get("of", "")
    found = element(part, files, name, request.GET.get("set", "")) if name else None
    if found is None or not isinstance(found.data, dict):
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write", "POST")
def one(request: HttpRequest, place: str, name: str, part: str) -> HttpResponse:
    """The form of an element."""
    return _form(
        request, draft_for(user_of(request), place, name), _part(part), lambda files, own: _element(files, own, request)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write", "POST")
def add(request: HttpRequest, place: str, name: str, part: str) -> HttpResponse:
    """The form of an element that is not there yet."""
    own, group = _part(part), request.GET.get("set", "")
    kind = request.GET.get("kind", "")
    if not own.keys or (kind and kind not in _kinds(own)) or (group and not group_of(f"assumptions-{group}.yaml")):
        raise Http404
    return _form(request, draft_for(user_of(request), place, name), own, lambda _, part: blank(part, kind, group))


def _form(request: HttpRequest, found: Draft, part: Part, of: Callable[[Files, Part], Element]) -> HttpResponse:
    base = _base(request, found)
    files = files_of(base)
    e = of(files, part)
    ids = names(files)
    if request.method != "POST":
        made = sheet_of(e, ids, list(drafts.problems_of(base)) if e.name else [])
        return _shown(request, found, base, e, made)
    if not may_write(user_of(request), found):
        return not_allowed(request)
    made = sheet_with(files, e, request.POST.dict(), ids)
    if request.POST.get("do", "").startswith(("add ", "show")):
        return _shown(request, found, base, e, made)
    return _written(request, found, base, e, checked(files, e, made, list(drafts.problems_of(base)), e.group))


def _base(request: HttpRequest, found: Draft) -> Version:
    """The version that somebody had before them."""
    given = request.POST.get("base", "")
    if request.method != "POST":
        return found.head
    if not (given.isascii() and given.isdigit() and len(given) < 12):
        raise Http404
    return version_of(found, int(given))


def _written(request: HttpRequest, found: Draft, base: Version, e: Element, made: Sheet) -> HttpResponse:
    """Write what a form says; whatever is wrong, what was typed stands on the page that says so."""
    message = request.POST.get("message", "").strip()[:500]
    if not message or not made.change or (made.errors and request.POST.get("do") != "anyway"):
        refused = [] if message else [WHY]
        return _shown(request, found, base, e, made, refused, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        version = drafts.write(found, base, made.change, message, user_of(request), choices_in(request.POST.dict()))
    except drafts.Clash as clash:
        return conflicts_page(request, found, clash)
    except PlanError as error:
        return _shown(request, found, base, e, made, told_of(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.info(request, f"Written as version {version.number}.")
    name = e.name if e.part.folder and e.name else name_of(e.part, made.data) or e.part.name
    there = element(e.part, files_of(version), name if e.part.keys else e.part.name, e.group)
    if there is None:
        return redirect("form-part", found.place.slug, found.name, e.part.name)
    return redirect(_link("form-one", found.place.slug, found.name, there))


def _shown(
    request: HttpRequest, found: Draft, base: Version, e: Element, made: Sheet, refused: list[Any] | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:  # fmt: skip
    told = _told(
        request, found, e=e, part=e.part, sheet=made, base=base.pk, message=request.POST.get("message", ""), named=bool(id_of(e)), link=_link,
        refused=refused or (), posted=request.method == "POST",
    )  # fmt: skip
    return render(request, "web/form_one.html.j2", told, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write", "POST")
def remove(request: HttpRequest, place: str, name: str, part: str) -> HttpResponse:
    """Take an element away, once it is seen where it is named."""
    return _moved(request, place, name, part, "remove", lambda files, e: changed(files, e.part, e.name, None, e.group))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write", "POST")
def rename(request: HttpRequest, place: str, name: str, part: str) -> HttpResponse:
    """Give an element another name, here and wherever it is named."""

    def change(files: Files, e: Element) -> Change:
        new = request.POST.get("name", "").strip()
        if wrong := _bad_name(files, e, new):
            raise PlanError([wrong])
        return renamed(files, e, new)

    return _moved(request, place, name, part, "rename", change)


def _bad_name(files: Files, e: Element, new: str) -> Problem | None:
    try:
        TypeAdapter(Id).validate_python(new)
    except ValidationError:
        return problem(e.file, 0, "name", "bad-id", f"“{new[:64]}” is not a name that it can have.", "Write a name of letters, digits, dot, dash and underscore that begins with a letter.")  # fmt: skip
    if any(id_of(other) == new for other in elements(e.part, files)):
        return problem(e.file, 0, "name", "duplicate-id", f"There is a “{new}” already.", "Take another name.")
    if others := also_named(files, e):
        what = f"“{id_of(e)}” is also the name of another part of the plan ({', '.join(said(kind) for kind in others)}), so we cannot tell which is meant where it stands."
        return problem(e.file, 0, "name", "duplicate-id", what, "Change the name in the files themselves.")
    return None


def _signed(e: Element) -> list[str]:
    """Who has said what of an element that is taken away, in words: older versions of the plan keep it."""
    said = (s for s in e.data.get("sign_offs") or () if isinstance(s, dict))
    return [", ".join(str(s[n]) for n in ("organisation", "position", "date") if s.get(n)) for s in said]


def _moved(
    request: HttpRequest, place: str, name: str, part: str, what: str, change: Callable[[Files, Element], Change]
) -> HttpResponse:
    found = draft_for(user_of(request), place, name)
    base = _base(request, found)
    files = files_of(base)
    e = _element(files, _part(part), request)
    if not e.part.keys or (what == "rename" and not id_of(e)):
        raise Http404
    told = _told(
        request,
        found,
        e=e,
        called=called_element(e, names(files)),
        part=e.part,
        uses=uses(files, e),
        base=base.pk,
        what=what,
        link=_link,
        typed=request.POST,
        signed=_signed(e) if what == "remove" else (),
        version=base.number,
    )
    if request.method != "POST":
        return render(request, "web/form_move.html.j2", told)
    if not told["writes"]:
        return not_allowed(request)
    message = request.POST.get("message", "").strip()[:500]
    try:
        made = change(files, e)
        if not message:
            return render(
                request, "web/form_move.html.j2", told | {"refused": [WHY]}, status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
        version = drafts.write(found, base, made, message, user_of(request), choices_in(request.POST.dict()))
    except drafts.Clash as clash:
        return conflicts_page(request, found, clash)
    except PlanError as error:
        return render(
            request, "web/form_move.html.j2", told | {"refused": told_of(error)}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    messages.info(request, f"Written as version {version.number}.")
    return redirect("form-part", place, name, part)
