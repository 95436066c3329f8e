"""Addresses of signing in and out."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from placeplan.web.accounts.views import SignIn, not_known

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", LogoutView.as_view(), name="sign-out"),
    path("not-known", not_known, name="not-known"),
]
if settings.ASKED.oidc:
    urlpatterns.append(path("service/", include("mozilla_django_oidc.urls")))
