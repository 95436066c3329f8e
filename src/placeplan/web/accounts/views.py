"""Signing in."""

from __future__ import annotations

import logging
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from placeplan.web.accounts.lasting import IDLE, LONGEST, RECENT
from placeplan.web.accounts.sessions import shown
from placeplan.web.errors import too_often
from placeplan.web.rates.limits import RATES, refused, wait

FORGET: Final = '"cookies", "storage"'
"""What a browser forgets where somebody signs out; pages of who is signed in are in no cache anyway."""
LOG: Final = logging.getLogger("placeplan.web.accounts")


class SignIn(LoginView):
    """Sign in with an email address and a password, or by the service of one's organisation."""

    template_name = "web/sign_in.html.j2"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        """Sign in, unless there were too many tries from here, or under that address from anywhere; by no password where there are none."""
        if not settings.ASKED.passwords:
            return self.get(request, *given, **named)
        address = request.POST.get("username", "").strip().lower()[:254]
        seconds = wait("sign-in-address", address)
        told = refused(request, "sign-in") or (
            too_often(request, RATES["sign-in-address"].what, seconds) if seconds else None
        )
        return told or super().post(request, *given, **named)

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        """What the page draws: whether there is such a service."""
        return super().get_context_data(**told) | {
            "service": bool(settings.ASKED.oidc),
            "passwords": settings.ASKED.passwords,
        }


class SignOut(LogoutView):
    """Sign out; the browser is told to forget what it has of this workbench."""

    def post(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        """Sign out."""
        answer = super().post(request, *given, **named)
        answer["Clear-Site-Data"] = FORGET
        return answer


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """What is kept of people, why, how long, and what they can do about it."""
    return render(
        request,
        "web/kept.html.j2",
        {"hours": settings.AXES_COOLOFF_TIME, "sessions": LONGEST // 3600, "idle": IDLE // 60},
    )


class There(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """Sends people to a service; whoever has to show again who they are is asked for it there, and the service has to say when it did."""

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        """What the service is asked for besides."""
        told: dict[str, str] = super().get_extra_params(request)
        return told | ({"prompt": "login", "max_age": str(RECENT)} if "again" in request.GET else {})


class Back(OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """Where a service sends people back to; what it sends that cannot be right is told in words."""

    def login_success(self) -> HttpResponse:
        """Go on; who was signed in already has shown again who they are, which the library takes for nothing new."""
        if self.request.user == self.user:
            shown(self.request, self.user)
        answer: HttpResponse = super().login_success()
        return answer

    def get(self, request: HttpRequest) -> HttpResponse:
        """Sign somebody in, or tell why not."""
        told = refused(request, "sign-in")
        try:
            answer: HttpResponse = told or super().get(request)
        except Exception:
            LOG.exception("a service sent what cannot be right")
            request.session.flush()
            return not_known(request)
        return answer


def not_known(request: HttpRequest) -> HttpResponse:
    """A service has sent somebody whom nobody added here, or what it sent was not right."""
    told = {
        "title": "We could not sign you in",
        "lines": ["Your organisation’s service did not send you here as somebody whom this workbench knows.", "Try once more. If it happens again, ask whoever runs this workbench to add your address."],
    }  # fmt: skip
    return render(request, "web/error.html.j2", told, status=403)
