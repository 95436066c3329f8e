"""Who changes something, as the log of changes has it: the number of an account, and nothing else of the person."""

from __future__ import annotations

from typing import Any, Final

from auditlog.middleware import AuditlogMiddleware
from django.http import HttpRequest

NOT_KEPT: Final = ("actor_email", "remote_addr", "remote_port")
"""Columns of the log that stay blank: what the log has is never taken away, and an address would stay after a person is erased."""


class Recorded(AuditlogMiddleware):  # type: ignore[misc]
    """Middleware that tells the log who asks."""

    def get_extra_data(self, request: HttpRequest) -> dict[str, Any]:
        """What stands beside each change."""
        return {"actor": self._get_actor(request), **dict.fromkeys(NOT_KEPT)}
