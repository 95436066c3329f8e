"""Signing in by an organisation's own service (OpenID Connect): only people who were added, only by tokens meant for us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from placeplan.web.accounts.models import User, tied_elsewhere, tied_to
from placeplan.web.accounts.notices import tell

NEEDED: Final = ("exp", "iat", "sub")
"""What a token has to say besides: until when it holds (which is looked at where it is read), since when, and of whom it is."""

TWO: Final = "mfa"
"""What a token says of somebody who has shown two things of different kinds (RFC 8176, amr)."""


def _means(payload: Mapping[str, Any]) -> list[str]:
    """By which means somebody has shown who they are, as a token says."""
    said = payload.get("amr")
    return [str(m) for m in said] if isinstance(said, list) else []


class Service(OIDCAuthenticationBackend):  # type: ignore[misc]
    """What a service says of somebody, and whether that is enough."""

    def verify_token(self, token: str, **told: Any) -> Mapping[str, Any]:
        """What a token says; raises SuspiciousOperation where it is of another service, meant for somebody else, or says too little."""
        payload: Mapping[str, Any] = super().verify_token(token, **told)
        meant = payload.get("aud")
        every = meant if isinstance(meant, list) else [meant]
        if payload.get("iss") != settings.ASKED.oidc["ISSUER"]:
            raise SuspiciousOperation("a token of another service")
        if settings.ASKED.oidc["CLIENT"] not in every or payload.get("azp", every[0]) != settings.ASKED.oidc["CLIENT"]:
            raise SuspiciousOperation("a token meant for somebody else")
        if settings.ASKED.second_factor and told.get("nonce") is not None and TWO not in _means(payload):
            raise SuspiciousOperation("a token of somebody who has shown one thing alone")
        lacking = [name for name in NEEDED if not payload.get(name)]
        if told.get("nonce") is not None and lacking:  # of a token by which somebody signs in
            raise SuspiciousOperation(f"a token without {lacking}")
        return payload

    def get_or_create_user(self, access_token: str, id_token: str, payload: Mapping[str, Any]) -> User | None:
        """The person who was added, with when they showed the service who they are."""
        found: User | None = super().get_or_create_user(access_token, id_token, payload)
        if found is not None:
            self._tie(found, str(payload["sub"]))
            when = payload.get("auth_time")
            found.proved = int(when) if isinstance(when, int | float) else 0
        return found

    def get_userinfo(self, access_token: str, id_token: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the service says of somebody; raises SuspiciousOperation where that is somebody else than the token is of."""
        told: Mapping[str, Any] = super().get_userinfo(access_token, id_token, payload)
        if told.get("sub") != payload.get("sub"):
            raise SuspiciousOperation("what is said is of another person than the token")
        return told

    def describe_user_by_claims(self, claims: Mapping[str, Any]) -> str:
        """How the log calls somebody: by no address."""
        del claims
        return "that address"

    def verify_claims(self, claims: Mapping[str, Any]) -> bool:
        """Whether the service has made sure of the address."""
        return bool(claims.get("email")) and claims.get("email_verified") is True

    def filter_users_by_claims(self, claims: Mapping[str, Any]) -> QuerySet[User]:
        """The person whom the service means, by the number that it gives them; else who was added under that address, and is not yet tied to somebody else there."""
        people = User.objects.filter(is_active=True)
        known = people.filter(tied=tied_to(_issuer(), str(claims["sub"])))
        if known.exists():
            return known
        named = people.filter(email__iexact=claims["email"])
        return named if all(u.tied is None or tied_elsewhere(_issuer(), u.tied) for u in named) else people.none()

    def _tie(self, user: User, subject: str) -> None:
        """Know somebody by their number there from now on."""
        tied = tied_to(_issuer(), subject)
        if user.tied != tied:
            user.tied = tied
            user.save(update_fields=["tied"])
            tell(
                user,
                "Your organisation’s service signs you in here, by its number for you. Nobody else who has your address comes in by it.",
            )


def _issuer() -> str:
    return str(settings.ASKED.oidc["ISSUER"])
