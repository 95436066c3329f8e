"""Signing in by an organisation's own service (OpenID Connect): only people who were added, only by tokens meant for us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from placeplan.web.accounts.models import User


class Service(OIDCAuthenticationBackend):  # type: ignore[misc]
    """What a service says of somebody, and whether that is enough."""

    def verify_token(self, token: str, **told: Any) -> Mapping[str, Any]:
        """What a token says; raises SuspiciousOperation where it is of another service, or meant for somebody else."""
        payload: Mapping[str, Any] = super().verify_token(token, **told)
        meant = payload.get("aud")
        if payload.get("iss") != settings.ASKED.oidc["ISSUER"]:
            raise SuspiciousOperation("a token of another service")
        if settings.ASKED.oidc["CLIENT"] not in (meant if isinstance(meant, list) else [meant]):
            raise SuspiciousOperation("a token meant for somebody else")
        return payload

    def verify_claims(self, claims: Mapping[str, Any]) -> bool:
        """Whether the service has made sure of the address."""
        return bool(claims.get("email")) and claims.get("email_verified") is True

    def filter_users_by_claims(self, claims: Mapping[str, Any]) -> QuerySet[User]:
        """The person who was added under that address."""
        return User.objects.filter(email__iexact=claims["email"], is_active=True)
