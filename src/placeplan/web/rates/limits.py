"""Rates: how often the same visitor, or the same person, may ask for what is costly or can be abused.

Counts lie in the database, so every process and machine of a workbench shares them. A stretch of time is fixed: whoever
asks at the end of one and the beginning of the next may ask twice as often for a moment, and no more than that. Each rate
is chosen so that twice of it does no harm; guessing of passwords is held off by a lock besides, which knows no stretches.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any, Final, TypeVar, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from placeplan.web.errors import too_often
from placeplan.web.rates.models import Count

View = TypeVar("View", bound=Callable[..., HttpResponse])
MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 24 * HOUR


@dataclass(frozen=True)
class Rate:
    """How often."""

    name: str
    most: int
    seconds: int
    what: str
    """What is asked for, as the page of a refusal names it."""
    by_person: bool = True
    """Whether people who are signed in are counted by themselves, wherever they are."""


RATES: Final = {
    r.name: r
    for r in (
        Rate("sign-in", 30, HOUR, "signing in", by_person=False),
        Rate("sign-in-address", 50, HOUR, "signing in under one address", by_person=False),
        Rate("password", 10, HOUR, "new passwords"),
        Rate("weigh", 300, HOUR, "looks at how hard a password is"),
        Rate("write", 120, MINUTE, "changes"),
        Rate("upload", 30, HOUR, "uploads"),
        Rate("run", 60, HOUR, "runs"),
        Rate("download", 60, MINUTE, "downloads of a plan"),
        Rate("api", 600, MINUTE, "figures by the API"),
        Rate("pages", 600, MINUTE, "pages of challenges"),
        Rate("search", 120, MINUTE, "searches"),
        Rate("slider", 240, MINUTE, "moves of a slider"),
        Rate("challenge", 20, HOUR, "challenges"),
        Rate("challenge-day", 10, DAY, "challenges in a day"),
    )
}
"""Every rate. Whoever adds something that costs adds its rate here."""


def wait(name: str, who: str, now: float | None = None) -> int:
    """Count that somebody asks, and how many seconds they have to wait; 0: they may.

    Args:
        name: of the rate.
        who: whoever asks; only a keyed hash of it is kept.
        now: seconds since 1970; None: the clock's.
    """
    rate = RATES[name]
    at = time.time() if now is None else now
    stretch = int(at // rate.seconds)
    count = _counted(rate, salted_hmac("placeplan.web.rates", who).hexdigest(), stretch)
    return 0 if count <= rate.most else max(1, round((stretch + 1) * rate.seconds - at))


def _counted(rate: Rate, who: str, stretch: int) -> int:
    """One more; how often it is by now. The database adds, so that no two who ask at once count as one."""
    mine = Count.objects.filter(rate=rate.name, who=who, stretch=stretch)
    if not mine.update(count=F("count") + 1):
        try:
            with transaction.atomic():
                Count.objects.filter(rate=rate.name, stretch__lt=stretch).delete()
                Count.objects.create(rate=rate.name, who=who, stretch=stretch, count=1)
        except IntegrityError:
            mine.update(count=F("count") + 1)
    return mine.values_list("count", flat=True).first() or 1


def held_off(now: float | None = None) -> dict[str, int]:
    """How many are held off just now, by rate; nobody is told apart. now: seconds since 1970; None: the clock's."""
    at = time.time() if now is None else now
    return {
        r.name: Count.objects.filter(rate=r.name, stretch=int(at // r.seconds), count__gt=r.most).count()
        for r in RATES.values()
    }


def address_of(request: HttpRequest) -> str:
    """The address of a visitor: that of the connection, or what the proxy before the workbench says last.

    What stands before the last in X-Forwarded-For can be written by anyone, and is not looked at.
    """
    told = (
        request.headers.get("X-Forwarded-For", "") if settings.ASKED.behind_proxy else request.META.get("REMOTE_ADDR")
    )
    return plain_address(str(told or "").rsplit(",", 1)[-1].strip())


def plain_address(told: str) -> str:
    """An address without its port, which some proxies tell too, and as one of four numbers where it is one; blank: it is none.

    >>> [plain_address(a) for a in ("192.0.2.7:4711", "[2001:db8::1]:4711", "::ffff:192.0.2.7", "2001:db8::1", "unknown")]
    ['192.0.2.7', '2001:db8::1', '192.0.2.7', '2001:db8::1', '']
    """
    host = (
        told[1:].partition("]")[0] if told.startswith("[") else told.partition(":")[0] if told.count(":") == 1 else told
    )
    try:
        found = ip_address(host)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def whoever(request: HttpRequest, by_person: bool = True) -> str:
    """Who asks: a person who is signed in, or a visitor by the network of their address."""
    user = getattr(request, "user", None)
    if by_person and user is not None and user.is_authenticated:
        return f"person {user.pk}"
    return network(address_of(request))


def network(address: str) -> str:
    """What counts as one visitor: an address of four numbers, or of six the half that a household has to itself.

    >>> network("192.0.2.7"), network("2001:db8:1:2:3:4:5:6"), network("")
    ('192.0.2.7', '2001:db8:1:2::/64', '')
    """
    six = ":" in address
    return str(ip_network((address, 64), strict=False)) if six else address


def refused(request: HttpRequest, name: str) -> HttpResponse | None:
    """The page that says to wait, where somebody asks too often; None: they may."""
    seconds = wait(name, whoever(request, RATES[name].by_person))
    return too_often(request, RATES[name].what, seconds) if seconds else None


def limited(name: str, *methods: str) -> Callable[[View], View]:
    """Have a view answer only as often as a rate allows; methods: those that count, none: all."""
    assert name in RATES

    def around(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            told = refused(request, name) if not methods or request.method in methods else None
            return told or view(request, *given, **named)

        inside.rate = name  # type: ignore[attr-defined]  # tests look whether each page that writes has one
        return cast("View", inside)

    return around
