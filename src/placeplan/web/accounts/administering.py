"""Pages of who runs the workbench: people, their roles, and the log of changes. To anyone else they are not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Final, cast

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.http import require_http_methods, require_safe

from placeplan.core.errors import PlanError
from placeplan.web.accounts.models import Role, User
from placeplan.web.accounts.notices import tell, unused
from placeplan.web.accounts.people import add, give, refuse_nobody_left, roles_of, take
from placeplan.web.accounts.proving import asked_of, proved_before
from placeplan.web.rates.limits import limited
from placeplan.web.store.called import organisations_of
from placeplan.web.store.models import Place

ACTS: Final = {
    "give": "Give a role", "take": "Take a role away", "link": "Make a link to set a password", "sign-out": "Sign somebody out everywhere",
    "erase": "Take somebody away",
}  # fmt: skip
"""What the buttons of a person's page do."""
AT_ONCE: Final = 50
View = Callable[..., HttpResponse]


def _adding(request: HttpRequest) -> str:
    if request.POST.get("do") == "end":
        return "Take away accounts that nobody uses"
    return f"Add {request.POST.get('email', '').strip()[:254] or 'somebody'}"


def _acting(request: HttpRequest) -> str:
    return ACTS.get(request.POST.get("do", ""), "Change somebody’s account")


def for_administrators(view: View) -> View:
    """Have a page be there for who runs the workbench alone."""

    @wraps(view)
    def inside(request: HttpRequest, *given: object, **named: object) -> HttpResponse:
        if not (request.user.is_authenticated and request.user.is_administrator):
            raise Http404
        return view(request, *given, **named)

    return inside


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write", "POST")
@proved_before(_adding)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in; add somebody."""
    refused: tuple[object, ...] = ()
    if request.method == "POST" and request.POST.get("do") == "end":
        return _ended(request)
    if request.method == "POST":
        email, name = request.POST.get("email", "").strip()[:254], request.POST.get("name", "").strip()[:100]
        try:
            if User.objects.filter(email__iexact=email).exists():
                return redirect("person", User.objects.get(email__iexact=email).pk)
            return redirect("person", add(email, name or email.split("@")[0]).pk)
        except PlanError as error:
            refused = error.problems
    told = {
        "people": User.objects.filter(is_active=True).order_by("name", "pk"),
        "unused": unused().exclude(pk=_own(request)),
        "refused": refused,
        "typed": request.POST,
        "again": asked_of(request),
    }
    return render(
        request, "web/people.html.j2", told, status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    )


def _own(request: HttpRequest) -> int:
    return cast("int", request.user.pk)


def _ended(request: HttpRequest) -> HttpResponse:
    """Take away those of the accounts that nobody uses that were ticked; whoever has signed in meanwhile stays."""
    numbers = [int(n) for n in request.POST.getlist("who") if n.isascii() and n.isdigit() and len(n) < 12]
    gone = list(unused().exclude(pk=_own(request)).filter(pk__in=numbers))
    for user in gone:
        user.erase()
    said = (
        "Nobody was ticked, so nobody was taken away."
        if not gone
        else f"Taken away: {len(gone)}. What they did stays, without their names."
    )
    messages.info(request, said)
    return redirect("people")


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
@limited("write", "POST")
@proved_before(_acting)
def person(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody: their roles, a link to set a password, taking them away."""
    found = get_object_or_404(User, pk=number, is_active=True)
    refused: tuple[object, ...] = ()
    link = ""
    if request.method == "POST":
        try:
            link = _done(request, found)
        except PlanError as error:
            refused = error.problems
        if not refused and not link:
            return redirect("people" if not found.is_active else reverse("person", args=[number]))
    places = Place.objects.order_by("name")
    told = {
        "person": found, "memberships": roles_of(found), "roles": Role, "places": places, "refused": refused, "link": link,
        "typed": request.POST if refused else {}, "again": asked_of(request), "passwords": settings.ASKED.passwords,
        "called": {p.pk: organisations_of(p) for p in places},
    }  # fmt: skip
    return render(
        request, "web/person.html.j2", told, status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    )


def _done(request: HttpRequest, found: User) -> str:
    """Do what a button of the page says; a link to set a password, where one was asked for."""
    match request.POST.get("do"):
        case "give":
            give(
                found.email or "",
                request.POST.get("place", ""),
                request.POST.get("organisation", "").strip()[:64],
                request.POST.get("role", ""),
            )
        case "untie":
            found.tied = None
            found.save(update_fields=["tied"])
            tell(found, "Who runs this workbench lets you sign in by another account of your organisation’s service.")
        case "take":
            membership = (
                found.memberships.filter(pk=int(request.POST.get("membership", "0") or 0)).first()
                if request.POST.get("membership", "").isdecimal()
                else None
            )
            if membership:
                take(membership)
        case "link" if settings.ASKED.passwords:
            tell(found, "A link by which your password can be set was made by who runs this workbench.")
            return link_for(request, found)
        case "sign-out":
            found.sign_out_everywhere()
            messages.info(request, "Signed out everywhere.")
        case "erase":
            refuse_nobody_left(found)
            found.erase()
            messages.info(request, "Taken away. What they did stays, without their name.")
    return ""


def link_for(request: HttpRequest, user: User) -> str:
    """A link by which somebody sets a password, once, within a day."""
    return request.build_absolute_uri(
        reverse(
            "set-password", args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
        )
    )


@for_administrators
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The log of every change, the newest first; people by their numbers."""
    every = LogEntry.objects.select_related("content_type").order_by("-timestamp", "-pk")
    page = Paginator(every, AT_ONCE).get_page(request.GET.get("page"))
    return render(request, "web/changes.html.j2", {"page": page})
