"""What people are told of their account: what was changed of it since they last signed in, and accounts that nobody uses any more.

It is told in the workbench, as no mail is sent: once after signing in, and for a while on the page of the account.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from placeplan.web.accounts.browsers import browser
from placeplan.web.accounts.models import Notice, User

if TYPE_CHECKING:
    from datetime import datetime

SHOWN: Final = timedelta(days=90)
"""How long the page of an account tells something, and how long it is kept."""
UNUSED: Final = timedelta(days=365)
"""After how long without signing in an account counts as not used."""
BROWSERS: Final = 20
"""Kinds of browser that are remembered of somebody, the last ones."""


def tell(user: User, what: str) -> None:
    """Have somebody be told of a change of their account."""
    Notice.objects.create(user=user, what=what)


def tell_at_sign_in(request: HttpRequest, user: User) -> None:
    """Tell somebody who has just signed in what they were not told yet; note a new kind of browser, to be told of at the next."""
    Notice.objects.filter(made__lt=timezone.now() - SHOWN).delete()
    for notice in user.notices.filter(told=None).order_by("pk"):
        messages.warning(request, f"Since you last signed in: {notice.what}", fail_silently=True)
    user.notices.filter(told=None).update(told=timezone.now())
    _note_browser(user, browser(request.headers.get("User-Agent", "")))


def _note_browser(user: User, called: str) -> None:
    """Remember a kind of browser. The first of all is nothing to be told of."""
    if called in user.browsers:
        return
    if user.browsers:
        tell(user, f"Somebody signed in to your account from a kind of browser that it was not used from before: {called}. If it was not you, change your password, and tell whoever runs this workbench.")  # fmt: skip
    user.browsers = [*user.browsers, called][-BROWSERS:]
    user.save(update_fields=["browsers"])


def unused(now: datetime | None = None) -> QuerySet[User]:
    """People who have not signed in for a year, or never since they were added a year ago."""
    since = (now or timezone.now()) - UNUSED
    never = Q(last_login=None, made__lt=since)
    return User.objects.filter(Q(last_login__lt=since) | never, is_active=True).order_by("last_login", "pk")
