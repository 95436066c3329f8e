"""Versions beside each other: what differs by element, one draft merged into another, and the register of assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from placeplan.core.errors import PlanError
from placeplan.plan.elements.differ import differences, elsewhere
from placeplan.plan.elements.edit import elements
from placeplan.plan.elements.parts import parts
from placeplan.plan.elements.register import Entry, register
from placeplan.plan.folder import read_draft
from placeplan.report.site.differences import differences as found_differences
from placeplan.report.where import as_csv
from placeplan.stress.findings import Findings
from placeplan.web.errors import not_allowed
from placeplan.web.jobs.models import JobFile, State
from placeplan.web.rates.limits import limited
from placeplan.web.store.called import organisations_of
from placeplan.web.store.folders import files_of
from placeplan.web.store.lines import ancestors
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench import drafts
from placeplan.web.workbench.merging import merge_into, newest_common, shown_by
from placeplan.web.workbench.rights import draft_for, drafts_of, may_write, versions_of
from placeplan.web.workbench.views.conflicts import choices_in, conflicts_page
from placeplan.web.workbench.views.shared import folder, told_of, user_of

COLUMNS = (
    "id",
    "about",
    "value",
    "low",
    "high",
    "unit",
    "spread",
    "kind",
    "level",
    "source",
    "own",
    "set_by",
    "version",
)


@login_required
@require_safe
def compare(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """What differs between a draft and another version, by element; and what changes in the promises, where both were run."""
    found = draft_for(user_of(request), place, name)
    seen = _seen(request, found)
    given = request.GET.get("with", "")
    other = _other(found, seen, given)
    told: dict[str, Any] = {
        "draft": found, "place": found.place, "other": other, "versions": seen, "writes": may_write(user_of(request), found),
        "drafts": [d for d in drafts_of(user_of(request), found.place) if d.pk != found.pk], "refused": (), "apart": [], "beside": [], "promises": None,
    }  # fmt: skip
    if other is not None:
        old, new = files_of(other), files_of(found.head)
        told |= {
            "apart": differences(old, new),
            "beside": elsewhere(old, new),
            "promises": _promises(other, found.head),
        }
    return render(request, "web/versions.html.j2", told)


def _seen(request: HttpRequest, found: Draft) -> list[Version]:
    """Versions that somebody may see: but the one that the draft shows."""
    return list(versions_of(user_of(request), found.place).exclude(pk=found.head_id).order_by("-number"))


def _other(found: Draft, seen: list[Version], given: str) -> Version | None:
    if given:
        chosen = next((v for v in seen if str(v.number) == given), None)
        if chosen is None:
            raise Http404
        return chosen
    main = found.place.drafts.filter(name="main").exclude(pk=found.pk).first()
    if main is not None and main.head in seen:
        return main.head
    parents = found.head.parents.order_by("-number")
    return next((v for v in parents if v in seen), None)


def _promises(old: Version, new: Version) -> Any:
    """What changes in the answer, where both were run; None where one was not."""
    first, second = _findings(old), _findings(new)
    return found_differences(first, second) if first and second else None


def _findings(version: Version) -> Findings | None:
    """What the newest run of a version found."""
    held = JobFile.objects.filter(path="findings.json", job__version__digest=version.digest, job__kind="test", job__state=State.DONE).order_by("-job__pk").first()  # fmt: skip
    return Findings.model_validate_json(bytes(held.blob.data)) if held else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write", "POST")
def merge(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """Bring what another draft says into this one."""
    found = draft_for(user_of(request), place, name)
    other = draft_for(user_of(request), place, request.POST.get("from", request.GET.get("from", "")))
    if other.pk == found.pk:
        raise Http404
    base = newest_common(found.head, other.head)
    told = {
        "draft": found, "place": found.place, "other": other, "refused": (), "writes": may_write(user_of(request), found),
        "apart": differences(files_of(base) if base else {}, files_of(other.head)), "message": request.POST.get("message", ""),
        "shows": shown_by(found, other), "called": organisations_of(found.place),
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "web/merge.html.j2", told)
    if not told["writes"]:
        return not_allowed(request)
    message = request.POST.get("message", "").strip()[:500] or f"Brought in from {other.name}"
    try:
        version = merge_into(found, other, message, user_of(request), choices_in(request.POST.dict()))
    except drafts.Clash as clash:
        return conflicts_page(request, found, clash, ours_by=f"What the draft “{other.name}” says")
    except PlanError as error:
        return render(request, "web/merge.html.j2", told | {"refused": told_of(error)}, status=422)
    messages.info(request, f"Brought in as version {version.number}.")
    return redirect("draft", place, name)


@login_required
@require_safe
def assumptions(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """Every assumption with its range, source and who set it; those without a source first."""
    found = draft_for(user_of(request), place, name)
    rows = _rows(found)
    shown = _filtered(rows, request.GET)
    told = {
        "draft": found, "place": found.place, "rows": shown, "all": len(rows), "asked": request.GET,
        "kinds": sorted({r["entry"].kind for r in rows}), "levels": sorted({r["entry"].level for r in rows}),
        "unsourced": sum(not r["entry"].sourced for r in rows),
    }  # fmt: skip
    return render(request, "web/assumptions.html.j2", told)


@login_required
@require_safe
def assumptions_csv(request: HttpRequest, place: str, name: str) -> HttpResponse:
    """The register as a table."""
    found = draft_for(user_of(request), place, name)
    text = as_csv((_cells(row) for row in _filtered(_rows(found), request.GET)), COLUMNS)
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{place}-assumptions.csv"'})  # fmt: skip


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row of the register as a table has it."""
    e, by = row["entry"], row["set"]
    own = (e.id, e.about, e.value, e.low, e.high, e.unit, e.spread, e.kind, e.level, e.source, "yes" if e.own else "no")
    return (*own, by.made_by.name if by and by.made_by else "", by.number if by else "")


def _rows(found: Draft) -> list[dict[str, Any]]:
    draft, _ = read_draft(folder(found.head))
    own = _set_in(found.head)
    return [{"entry": e, "set": own.get(e.id)} for e in register(draft)]


def _set_in(head: Version) -> dict[str, Version]:
    """By assumption the version in which its words, as they stand now, were first written."""
    part = parts()["assumptions"]
    line = Version.objects.filter(pk__in=ancestors(head.pk)).select_related("made_by").order_by("-number")
    now = {e.name: e.data for e in elements(part, files_of(head)) if not e.group}
    since = dict.fromkeys(now, head)
    left, before = set(now), ""
    for version in line:
        digest = version.tree.get(part.file, "")
        if digest != before:
            there = {e.name: e.data for e in elements(part, files_of(version)) if not e.group} if digest else {}
            left = {n for n in left if there.get(n) == now[n]}
        before = digest
        since |= dict.fromkeys(left, version)
        if not left:
            break
    return since


def _filtered(rows: list[dict[str, Any]], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    words = asked.get("q", "")[:200].casefold().split()
    found = []
    for row in rows:
        e: Entry = row["entry"]
        text = f"{e.id} {e.about} {e.source}".casefold()
        if (
            (
                all(w in text for w in words)
                and asked.get("kind", "") in ("", e.kind)
                and asked.get("level", "") in ("", e.level)
            )
            and not (asked.get("unsourced") and e.sourced)
            and not (asked.get("own") and not e.own)
        ):
            found.append(row)
    return found
