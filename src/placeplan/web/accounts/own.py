"""What somebody does with their own account: look, take another password, sign out everywhere."""

from __future__ import annotations

from typing import Any, Final, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from placeplan.web.accounts.guessing import degree
from placeplan.web.accounts.models import User
from placeplan.web.accounts.notices import SHOWN, tell
from placeplan.web.accounts.open_sessions import sessions_of
from placeplan.web.accounts.people import roles_of
from placeplan.web.rates.limits import limited, refused

CHANGE: Final = {"title": "Change your password", "what": "Every other place where you are signed in is signed out."}
SET: Final = {"title": "Set a password", "what": "The link that you came by works once."}
"""What the page of a password says."""


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who somebody is here, and what they may do."""
    told = {
        "roles": roles_of(cast("User", request.user)),
        "password": settings.ASKED.passwords and cast("User", request.user).has_usable_password(),
        "sessions": sessions_of(request),
        "notices": cast("User", request.user).notices.filter(made__gte=timezone.now() - SHOWN).order_by("-pk"),
    }
    return render(request, "web/account.html.j2", told)


@login_required
@require_POST
@limited("write")
def everywhere(request: HttpRequest) -> HttpResponse:
    """Sign out on every machine."""
    cast("User", request.user).sign_out_everywhere()
    return redirect("sign-in")


class Weighed:
    """A page of a password that also tells, while one is typed, how hard it is to guess: by the same checks that it meets when it is sent."""

    def dispatch(self, request: HttpRequest, *given: Any, **named: Any) -> Any:
        """Answer; the page is not there where nobody signs in by a password."""
        if not settings.ASKED.passwords:
            raise Http404
        return super().dispatch(request, *given, **named)  # type: ignore[misc]  # of the page beside

    def post(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        """Keep the password; or tell how hard it is, where that is asked."""
        if request.POST.get("do") == "weigh":
            return refused(request, "weigh") or strength(request, self.whose())
        answer: HttpResponse = refused(request, "password") or super().post(request, *given, **named)  # type: ignore[misc]  # of the page beside
        return answer

    def whose(self) -> User:
        """Whose password it is."""
        found = getattr(self, "user", None)
        return found if isinstance(found, User) else cast("User", self.request.user)  # type: ignore[attr-defined]


def strength(request: HttpRequest, user: User) -> HttpResponse:
    """How hard a password is to guess, and why it would be refused; nothing of it is kept."""
    password, wrong = request.POST.get("new_password1", ""), list[str]()
    try:
        validate_password(password, user)
    except ValidationError as error:
        wrong = error.messages
    about = [*user.name.split(), *(user.email or "").partition("@")[::2]]
    told = {"wrong": wrong, "degree": degree(password, about)} if password else {}
    return render(request, "web/strength.html.j2", told)


class NewPassword(Weighed, PasswordChangeView):
    """Another password, by who knows the one of now; every other session ends with it."""

    template_name = "web/password.html.j2"
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and say so."""
        messages.info(self.request, "Your password was changed.")
        tell(self.whose(), "Your password was changed by who knew the one before.")
        return super().form_valid(form)


class SetPassword(Weighed, PasswordResetConfirmView):
    """A password by a link that whoever runs the workbench has made; it works once, for a day."""

    template_name = "web/password.html.j2"
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and have them be told."""
        tell(self.whose(), "Your password was set by a link that who runs this workbench had made.")
        return super().form_valid(form)

    def get(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        """The page, unless somebody tries many links."""
        return refused(request, "password") or super().get(request, *given, **named)
