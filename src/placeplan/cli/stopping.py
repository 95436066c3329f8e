"""Ctrl-C ends what is under way as one thing, whatever a library makes of it.

Python raises KeyboardInterrupt wherever it happens to be. Inside a callback of compiled code it is told and forgotten; other
libraries turn it into an error of their own. Neither is what somebody who stops a command should see.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AGAIN = 0.05
"""Seconds after which a Ctrl-C that got lost is sent again."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Whatever comes of Ctrl-C inside is KeyboardInterrupt; where a process is to ignore Ctrl-C it still does."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        yield
        return
    asked = False
    told_before = sys.unraisablehook

    def stop(number: int, frame: Any) -> None:
        nonlocal asked
        asked = True
        signal.default_int_handler(number, frame)

    def forgotten(failed: Any) -> None:
        if isinstance(failed.exc_value, KeyboardInterrupt):
            threading.Timer(AGAIN, _interrupt).start()
        else:
            told_before(failed)

    before = signal.signal(signal.SIGINT, stop)
    sys.unraisablehook = forgotten
    try:
        yield
    except BaseException as failed:
        if asked and not isinstance(failed, KeyboardInterrupt | SystemExit):
            raise KeyboardInterrupt from failed
        raise
    finally:
        sys.unraisablehook = told_before
        signal.signal(signal.SIGINT, before)


def _interrupt() -> None:
    """Sends Ctrl-C to the main thread, out of whatever it waits for where that can be."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:
        _thread.interrupt_main()
