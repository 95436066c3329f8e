"""Addresses of signing in and out."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from placeplan.web.accounts import administering, open_sessions, own
from placeplan.web.accounts.unsent import unsent
from placeplan.web.accounts.views import SignIn, SignOut, kept, not_known

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("what-we-keep", kept, name="kept"),
    path("", own.account, name="account"),
    path("password", own.NewPassword.as_view(extra_context=own.CHANGE), name="new-password"),
    path("sign-out-there", open_sessions.end, name="sign-out-there"),
    path("not-sent-yet", unsent, name="unsent"),
    path("sign-out-everywhere", own.everywhere, name="sign-out-everywhere"),
    path("set-password/<uidb64>/<token>/", own.SetPassword.as_view(extra_context=own.SET), name="set-password"),
    path("people", administering.people, name="people"),
    path("people/<int:number>", administering.person, name="person"),
    path("changes", administering.changes, name="changes"),
    path("not-known", not_known, name="not-known"),
]
if settings.ASKED.oidc:
    urlpatterns.append(path("service/", include("mozilla_django_oidc.urls")))
