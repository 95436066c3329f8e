"""Whoever sends slowly keeps no thread for long, and nobody is told which server it is: gunicorn's worker of threads."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any, Final

from gunicorn.http import wsgi
from gunicorn.workers.gthread import ThreadWorker

from placeplan.web.whole import MOST

HEAD: Final = 5.0
"""Seconds in which the first lines of a request come, once they have begun."""
BODY: Final = 10.0
"""Seconds in which a small form comes, after them."""
RATE: Final = 100_000
"""Bytes a second, beyond those: a phone far out sends as many."""


class Nameless(wsgi.Response):  # type: ignore[misc]
    """An answer that does not say which server made it: gunicorn's own does, and has no setting for it."""

    def default_headers(self) -> list[str]:
        """Lines that stand before those of the workbench."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads that wait for nobody longer than that; gunicorn's own wait as long as it takes.

    What came by then is all that comes: half a request is answered as one (400), or not at all. What was sent whole is not touched.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        wsgi.Response = Nameless  # by this name gunicorn makes each answer
        self.until: dict[Any, float] = {}
        """By connection that a thread has: when it has to be there."""

    def handle(self, conn: Any) -> Any:
        """Answer a request, in a thread; the first lines have begun to come, or do so within gunicorn's own wait."""
        self.until[conn] = time.monotonic() + HEAD
        try:
            return super().handle(conn)
        finally:
            self.until.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose first lines are there."""
        self.until[conn] = time.monotonic() + seconds_for(dict(req.headers).get("CONTENT-LENGTH", "0"))
        return super().handle_request(req, conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Look every second, as gunicorn does after idle connections."""
        super().murder_keepalived(force)
        now = time.monotonic()
        for conn, until in list(self.until.items()):
            if now > until:
                self.until.pop(conn, None)
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)


def seconds_for(length: str) -> float:
    """Within how many seconds a body of a length comes, which whoever sends it says.

    >>> seconds_for("0"), seconds_for("2000000"), seconds_for("9" * 12), seconds_for("many")
    (10.0, 30.0, 345.54432, 10.0)
    """
    return BODY + min(int(length) if length.isdigit() else 0, MOST) / RATE
