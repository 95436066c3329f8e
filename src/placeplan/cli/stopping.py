"""Ctrl-C ends what is under way as one thing, whatever a library makes of it.

Python raises KeyboardInterrupt wherever it happens to be. Inside a callback of compiled code it is told and forgotten; other
libraries turn it into an error of their own. The system may hand it to any thread, and then the main one, which alone can raise it,
sleeps on. None of it is what somebody who stops a command should see.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
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
    seen = threading.Event()
    told_before = sys.unraisablehook

    def stop(number: int, frame: Any) -> None:
        nonlocal asked
        asked = True
        seen.set()
        signal.default_int_handler(number, frame)

    def forgotten(failed: Any) -> None:
        if isinstance(failed.exc_value, KeyboardInterrupt):
            threading.Timer(AGAIN, _interrupt).start()
        else:
            told_before(failed)

    before = signal.signal(signal.SIGINT, stop)
    sys.unraisablehook = forgotten
    try:
        with _sent_on(seen):
            yield
    except BaseException as failed:
        if asked and not isinstance(failed, KeyboardInterrupt | SystemExit):
            raise KeyboardInterrupt from failed
        raise
    finally:
        sys.unraisablehook = told_before
        signal.signal(signal.SIGINT, before)


@contextmanager
def _sent_on(seen: threading.Event) -> Iterator[None]:
    """A Ctrl-C that the main thread has not seen after a moment, as another was handed it, is sent on to it.

    seen: set by whoever sees one.
    """
    if not hasattr(signal, "pthread_kill"):
        yield
        return
    told, tells = os.pipe()
    os.set_blocking(tells, False)
    watching = threading.Thread(target=_watch, args=(told, seen), daemon=True)
    watching.start()
    before = signal.set_wakeup_fd(tells, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(tells)
        watching.join()
        os.close(told)


def _watch(told: int, seen: threading.Event) -> None:
    """Reads the number of each signal as it comes to this process, until there is nobody to tell of them any more."""
    own = False
    while number := os.read(told, 1):
        if number[0] == signal.SIGINT:
            time.sleep(AGAIN)
            own = not own and not seen.is_set()  # what was sent on is not sent on again
            seen.clear()
            if own:
                _interrupt()


def _interrupt() -> None:
    """Sends Ctrl-C to the main thread, out of whatever it waits for where that can be."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:
        _thread.interrupt_main()
