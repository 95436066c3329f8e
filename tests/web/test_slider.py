"""The page on which a number is set by hand: the command line's figures, in words where something is wrong, and nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from fixtures.published_place import made_up
from placeplan.futures.sample import Futures
from placeplan.plan.folder import read_plan
from placeplan.report.site.replies import Standings
from placeplan.stress.findings import Findings
from placeplan.stress.run import run_plan
from placeplan.stress.runs.workplace import workplace
from placeplan.stress.sliding.offered import hinges
from placeplan.stress.sliding.ready import Ready
from placeplan.web.accounts.people import add
from placeplan.web.jobs.models import JobFile, State
from placeplan.web.jobs.queue import ask as ask_for
from placeplan.web.public.publishing import publish_findings, site_of
from placeplan.web.publishing.making_public import withdraw_version
from placeplan.web.slider.asking import FIELDS, ask, values_of
from placeplan.web.slider.held import Held
from placeplan.web.slider.keeper import ADDRESS, Keeper, Limits, keep
from placeplan.web.store.folders import bring_in, read_files
from placeplan.web.store.models import Blob, Place

FUTURES = 32


@pytest.fixture(scope="module")
def findings(plan: Path) -> Findings:
    return run_plan(plan, futures=FUTURES)


@pytest.fixture(scope="module")
def asked(plan: Path, findings: Findings) -> dict[str, object]:
    """The plan as the web asks for it."""
    return {"plan": str(plan), "assumption_set": "", "seed": 1, "futures": FUTURES, "wanted": list(hinges(findings))}


@pytest.fixture(scope="module")
def keeper() -> Iterator[Keeper]:
    made = Keeper(Limits(plans=1))
    yield made
    made.end()


def settled(keeper: Keeper, plan: dict[str, object], values: dict[str, float], visitor: str = "") -> dict[str, object]:
    """An answer, once the plan is ready."""
    for _ in range(60):
        found = keeper.ask(plan, values, FUTURES, visitor)
        if found["state"] != "preparing":
            return found
    raise AssertionError("it is never ready")


def test_an_answer_is_what_the_plan_held_here_gives(
    keeper: Keeper, asked: dict[str, object], plan: Path, findings: Findings
) -> None:
    ready = Ready.of(read_plan(plan), hinges(findings), Futures(seed=1, count=FUTURES), workplace(1))
    values = {ready.sliders[0].id: ready.sliders[0].high}
    found = settled(keeper, asked, values)
    assert found["state"] == "done"
    assert found["answer"] == ready.answer(values, FUTURES).model_dump(mode="json")
    assert [s["id"] for s in found["sliders"]] == [s.id for s in ready.sliders]  # type: ignore[index, attr-defined]


def test_a_process_that_was_killed_is_begun_again(keeper: Keeper, asked: dict[str, object]) -> None:
    before = settled(keeper, asked, {})
    (held,) = keeper.held.values()
    os.killpg(held.process.pid, signal.SIGKILL)
    held.process.wait()
    held._known.clear()
    assert settled(keeper, asked, {}) == before
    (other,) = keeper.held.values()
    assert other is not held


def test_many_who_ask_at_once_are_answered_or_told_that_it_is_busy(keeper: Keeper, asked: dict[str, object]) -> None:
    first = settled(keeper, asked, {})["sliders"][0]  # type: ignore[index]
    narrow = Keeper(Limits(plans=1, waiting=1, at_once=1), held=keeper.held)
    states: list[str] = []
    spread = (first["stops"][-1] - first["stops"][0]) / 100
    threads = [
        threading.Thread(target=lambda n=n: states.append(narrow.ask(asked, {first["id"]: first["stops"][0] + n * spread}, FUTURES, "")["state"]))  # type: ignore[misc]
        for n in range(24)
    ]  # fmt: skip
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert set(states) <= {"done", "busy"}
    assert states.count("done") >= 2
    assert len(states) == 24


def test_one_visitor_cannot_ask_for_ever_and_others_can(keeper: Keeper, asked: dict[str, object]) -> None:
    first = settled(keeper, asked, {})["sliders"][0]  # type: ignore[index]
    strict = Keeper(Limits(plans=1, a_minute=2), held=keeper.held)
    low, step = first["stops"][0], (first["stops"][1] - first["stops"][0]) / 7
    said = [strict.ask(asked, {first["id"]: low + n * step}, FUTURES, "192.0.2.1")["state"] for n in (1, 2, 3)]
    assert said == ["done", "done", "too many"]
    assert strict.ask(asked, {first["id"]: low + step}, FUTURES, "192.0.2.1")["state"] == "done"  # known by now
    assert strict.ask(asked, {first["id"]: low + 3 * step}, FUTURES, "192.0.2.2")["state"] == "done"


def test_what_nobody_asks_for_is_let_go(asked: dict[str, object]) -> None:
    made = Keeper(Limits(plans=1, idle=0.0))
    made.ask(asked, {}, FUTURES, "")
    (held,) = made.held.values()
    time.sleep(0.01)
    made.let_go()
    assert not made.held
    assert held.process.poll() is not None


def test_another_plan_takes_the_place_of_the_one_asked_for_longest_ago(asked: dict[str, object]) -> None:
    made = Keeper(Limits(plans=1, wait=0.0))
    made.ask(asked, {}, FUTURES, "")
    (first,) = made.held.values()
    made.ask({**asked, "seed": 2}, {}, FUTURES, "")
    assert len(made.held) == 1
    assert first.process.poll() is not None
    made.end()


def test_a_plan_that_cannot_be_read_or_needs_too_much_fails_in_words(asked: dict[str, object], tmp_path: Path) -> None:
    made = Keeper(Limits(plans=2))
    found = settled(made, {**asked, "plan": str(tmp_path / "none")}, {})
    assert found["state"] == "refused"
    assert found["problems"]
    made.end()
    small = Keeper(Limits(plans=1, bytes=50 * 2**20))
    assert settled(small, asked, {})["state"] == "failed"
    small.end()


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """A keeper that answers in a folder, where no other does yet."""
    stop = threading.Event()
    thread = threading.Thread(target=keep, args=(folder, stop.is_set))
    thread.start()
    while not (folder / ADDRESS).exists():
        assert thread.is_alive(), "it ended before it answered"
        time.sleep(0.05)
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_nothing_is_left_where_the_keeper_stops(asked: dict[str, object], tmp_path: Path) -> None:
    with kept(tmp_path):
        assert ask(tmp_path, asked, {}, FUTURES, "")["state"] in ("preparing", "done")
        assert ask(tmp_path, {}, {"x": 1.0}, FUTURES, "")["state"] in ("failed", "preparing")
    assert not list(tmp_path.glob(f"*{ADDRESS}*"))
    assert ask(tmp_path, asked, {}, FUTURES, "") == {"state": "off"}


def test_one_that_ends_late_leaves_the_address_of_the_one_after_it(tmp_path: Path) -> None:
    with kept(tmp_path):
        (tmp_path / ADDRESS).write_text("where the next one answers", encoding="utf-8")
    assert (tmp_path / ADDRESS).read_text(encoding="utf-8") == "where the next one answers"


def test_the_keeper_s_socket_is_for_its_owner_alone(tmp_path: Path) -> None:
    with kept(tmp_path):
        where = Path((tmp_path / ADDRESS).read_text(encoding="utf-8"))
        assert where.is_socket()
        assert stat.S_IMODE(where.parent.stat().st_mode) == 0o700


@pytest.fixture
def shown(db: None, plan: Path, findings: Findings) -> str:
    """Address of the page of a published version."""
    version = bring_in("mill-vale", findings.place, read_files(plan), "first")
    job = ask_for("test", version, {"futures": FUTURES})
    job.state = State.DONE
    job.save()
    blob = Blob.objects.create(digest="f" * 64, data=findings.model_dump_json().encode())
    JobFile.objects.create(job=job, path="findings.json", blob=blob)
    made_up(version.place, findings)
    site = site_of(version.place)
    assert site is not None
    return f"/mill-vale/what-if/{site.versions[-1].name}/"


@pytest.fixture
def running(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A keeper beside the web process, in a folder of its own."""
    settings.ASKED = type(settings.ASKED)(tmp_path, "", "")
    with kept(tmp_path):
        yield tmp_path


def page(client: Client, address: str, **headers: str) -> str:
    """A page, once the plan is ready."""
    for _ in range(60):
        answer = client.get(address, headers={"host": "localhost", **headers})
        if answer.status_code != 202:
            return answer.content.decode()
    raise AssertionError("it is never ready")


def test_the_page_works_without_a_script_and_in_part_with_one(
    shown: str, running: Path, client: Client, findings: Findings
) -> None:
    first = client.get("/mill-vale/", headers={"host": "localhost"}).content.decode()
    assert shown.removeprefix("/mill-vale") in first
    text = page(client, shown)
    assert 'method="get"' in text
    assert "as the plan has it" in text
    key = hinges(findings)[0]
    assert f'name="{key}"' in text
    value = text.split(f'name="{key}"')[1].split('<option value="')[1].split('"')[0]
    set_ = page(client, f"{shown}?{key}={value}")
    assert f'<option value="{value}" selected>' in set_
    assert f"of {FUTURES} futures" in set_
    assert 'href="data:text/csv' in set_  # the answer's own grid, and not the version's
    answer = client.get(
        f"{shown}?{key}={value}&other=", headers={"host": "localhost", "hx-request": "true", "hx-target": "said"}
    )
    part = answer.content.decode()
    assert "<html" not in part
    assert 'hx-swap-oob="true"' in part
    told = re.search(r'<span id="line"[^>]*>\s*<b>(.*?)</b>', part)
    assert told, "who reads a sentence only is told what comes of it"
    assert f"<b>{told[1]}</b>" in set_.split("<main")[1].split('class="wrap page"')[0]
    assert answer["HX-Replace-Url"] == f"?{key}={value}"


def test_what_cannot_be_set_is_told_all_at_once(shown: str, running: Path, client: Client, findings: Findings) -> None:
    key = hinges(findings)[0]
    page(client, shown)
    for asked, said in (
        (f"{key}=1e300&nothing.here=1", ("does not lie between", "no slider called")), (f"{key}=nan&x=<b>", ("“nan” is no number", "&lt;b&gt;")),
        ("&".join(f"a{n}=1" for n in range(FIELDS + 1)), ("values are set",)), (f"{key}={'9' * 5000}", ("is no number",)),
    ):  # fmt: skip
        answer = client.get(f"{shown}?{asked}", headers={"host": "localhost"})
        assert answer.status_code == 400
        text = answer.content.decode()
        assert all(s in text for s in said), text
    told = [p.code for p in values_of([(f"a{n}", "1") for n in range(FIELDS + 1)])[1]]
    assert told == ["too-many-values"]
    assert client.get("/mill-vale/what-if/nothing/", headers={"host": "localhost"}).status_code == 404
    assert client.get("/nowhere/what-if/", headers={"host": "localhost"}).status_code == 404


def test_where_nobody_keeps_plans_ready_the_page_says_so(
    shown: str, client: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.ASKED = type(settings.ASKED)(tmp_path, "", "")
    answer = client.get(shown, headers={"host": "localhost"})
    assert answer.status_code == 503
    assert "cannot be set just now" in answer.content.decode()
    Place.objects.get(slug="mill-vale").versions.get().jobs.update(state=State.FAILED)
    assert "not kept in this workbench" in client.get(shown, headers={"host": "localhost"}).content.decode()
    assert client.get("/mill-vale/what-if/?x=1", headers={"host": "localhost"})["Location"] == f"{shown}?x=1"


def test_older_versions_lead_to_their_sliders_and_a_withdrawn_one_says_that_it_is(
    shown: str, client: Client, tmp_path: Path, settings: Settings, findings: Findings
) -> None:
    """The list of versions leads there, as pages of before there were sliders do not."""
    settings.ASKED = type(settings.ASKED)(tmp_path, "", "")
    place = Place.objects.get(slug="mill-vale")
    publish_findings(place, findings.model_copy(update={"seed": findings.seed + 1}), Standings(made_up=True))
    listed = client.get("/mill-vale/versions.html", headers={"host": "localhost"}).content.decode()
    assert listed.count("Set a number of it yourself") == 2
    assert f'{shown.removeprefix("/mill-vale/")}"' in listed
    user = add("pat@example.org", "Pat", "otter lantern quarry")
    withdraw_version(
        place, shown.rsplit("/", 2)[1], "Director of strategy", "A wrong <year>.", date(2026, 11, 27), user
    )
    listed = client.get("/mill-vale/versions.html", headers={"host": "localhost"}).content.decode()
    assert listed.count("Set a number of it yourself") == 1
    text = client.get(shown, headers={"host": "localhost"}).content.decode()
    assert "This version was withdrawn on 27 November 2026 by Director of strategy.</b> A wrong &lt;year&gt;." in text


def test_what_a_held_process_told_is_told_again(asked: dict[str, object]) -> None:
    held = Held(asked)
    first = held.made(60.0)
    assert first is not None
    assert held.made(0.0) == first
    held.end()
