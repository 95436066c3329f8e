"""What somebody does with their own account: look, take another password, sign out everywhere."""

from __future__ import annotations

from typing import Any, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from placeplan.web.accounts.models import User
from placeplan.web.accounts.open_sessions import sessions_of
from placeplan.web.rates.limits import limited

CHANGE: Final = {"title": "Change your password", "what": "Every other place where you are signed in is signed out."}
SET: Final = {"title": "Set a password", "what": "The link that you came by works once."}
"""What the page of a password says."""


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who somebody is here, and what they may do."""
    roles = cast("User", request.user).memberships.select_related("place").order_by("place__name", "organisation")
    told = {
        "roles": roles,
        "password": cast("User", request.user).has_usable_password(),
        "sessions": sessions_of(request),
    }
    return render(request, "web/account.html.j2", told)


@login_required
@require_POST
def everywhere(request: HttpRequest) -> HttpResponse:
    """Sign out on every machine."""
    cast("User", request.user).sign_out_everywhere()
    return redirect("sign-in")


@method_decorator(limited("password", "POST"), name="dispatch")
class NewPassword(PasswordChangeView):
    """Another password, by who knows the one of now; every other session ends with it."""

    template_name = "web/password.html.j2"
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and say so."""
        messages.info(self.request, "Your password was changed.")
        return super().form_valid(form)


@method_decorator(limited("password"), name="dispatch")
class SetPassword(PasswordResetConfirmView):
    """A password by a link that whoever runs the workbench has made; it works once, for a day."""

    template_name = "web/password.html.j2"
    success_url = reverse_lazy("sign-in")
