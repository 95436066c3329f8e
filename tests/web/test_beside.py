"""A process beside the server begins anew where it ends, and less and less often where it ends at once."""

from __future__ import annotations

import sys

from placeplan.web.beside import FIRST, LONGEST, Beside

ENDS = (sys.executable, "-c", "raise SystemExit(1)")
STAYS = (sys.executable, "-c", "import time; time.sleep(600)")


def test_each_pause_is_twice_as_long_up_to_a_minute() -> None:
    one, now, pauses = Beside(ENDS, 0.0), 0.0, []
    for _ in range(8):
        ended = one.process
        ended.wait()
        one.mind(now)
        pauses.append(one.pause)
        one.mind(now + one.pause - 0.01)
        assert one.process is ended, "not before its time"
        now += one.pause
        one.mind(now)
        assert one.process is not ended
    one.process.wait()
    assert pauses == [min(FIRST * 2 ** (n + 1), LONGEST) for n in range(8)]


def test_one_that_lived_for_long_is_begun_at_once_again() -> None:
    one = Beside(ENDS, 0.0)
    one.pause = LONGEST
    one.process.wait()
    one.mind(LONGEST + 1.0)
    assert one.pause == FIRST


def test_one_that_lives_is_left_alone_and_ends_when_told() -> None:
    one = Beside(STAYS, 0.0)
    process = one.process
    one.mind(1000.0)
    assert one.process is process
    one.end()
    assert process.poll() is not None
