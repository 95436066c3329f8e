"""Signing in."""

from __future__ import annotations

from django.contrib.auth.views import LoginView


class SignIn(LoginView):
    """Sign in with an email address and a password."""

    template_name = "web/sign_in.html.j2"
    redirect_authenticated_user = True
