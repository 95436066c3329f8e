"""What the environment asks of the workbench is read strictly, all problems at once."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from placeplan.core.errors import PlanError
from placeplan.web.asked import OIDC, PREFIX, ROOMS, SECRETS, asked, keep_key

KEY = "k" * 50


def codes(environment: dict[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(PlanError) as told:
        asked(environment)
    return [(p.file, p.code) for p in told.value.problems]


def test_without_anything_it_is_a_workbench_for_one_machine(tmp_path: Path) -> None:
    found = asked({f"{PREFIX}FOLDER": str(tmp_path)})
    assert found.alone
    assert not found.https
    assert found.database == f"sqlite:///{tmp_path / 'placeplan.sqlite3'}"
    assert len(found.secret_key) >= 50


def test_a_workbench_that_others_reach_speaks_https(tmp_path: Path) -> None:
    found = asked({f"{PREFIX}HOSTS": "plan.example.org, www.example.org", f"{PREFIX}SECRET_KEY": KEY})
    assert found.hosts == ("plan.example.org", "www.example.org")
    assert found.https
    assert not found.alone


def test_every_mistake_is_told_at_once() -> None:
    wrong = {
        f"{PREFIX}HOST": "plan.example.org",
        f"{PREFIX}HOSTS": "plan.example.org",
        f"{PREFIX}BEHIND_PROXY": "true",
        f"{PREFIX}LOG_LEVEL": "INF",
        "DATABASE_URL": "mysql://root@db/plans",
    }
    assert codes(wrong) == [
        ("DATABASE_URL", "unknown-choice"),
        (f"{PREFIX}BEHIND_PROXY", "unknown-choice"),
        (f"{PREFIX}HOST", "unknown-setting"),
        (f"{PREFIX}LOG_LEVEL", "unknown-choice"),
        (f"{PREFIX}SECRET_KEY", "weak-key"),
    ]


def test_a_name_that_is_nearly_right_is_told() -> None:
    with pytest.raises(PlanError) as told:
        asked({f"{PREFIX}FOLDR": "kept"})
    assert told.value.problems[0].nearest == f"{PREFIX}FOLDER"


def test_a_short_key_is_refused() -> None:
    assert codes({f"{PREFIX}SECRET_KEY": "secret"}) == [(f"{PREFIX}SECRET_KEY", "weak-key")]


@pytest.mark.parametrize("host", ["*", ".example.org", "https://plans.example.org", "plans.example.org:8000", "a b"])
def test_a_name_of_many_hosts_is_refused(host: str) -> None:
    """Whoever asks says by which name; a link to set a password is made of it, so it is one of ours or none."""
    assert codes({f"{PREFIX}HOSTS": f"plans.example.org,{host}", f"{PREFIX}SECRET_KEY": KEY}) == [(f"{PREFIX}HOSTS", "bad-value")]  # fmt: skip
    every = "plans.example.org, 192.0.2.7, [2001:db8::1], localhost"
    assert len(asked({f"{PREFIX}HOSTS": every, f"{PREFIX}SECRET_KEY": KEY}).hosts) == 4


def test_room_is_so_many_megabytes(tmp_path: Path) -> None:
    found = asked({f"{PREFIX}FOLDER": str(tmp_path), f"{PREFIX}ROOM_PLACE": "300", f"{PREFIX}ROOM_PERSON": "20"})
    assert (found.room_place, found.room_person) == (300_000_000, 20_000_000)
    plain = asked({f"{PREFIX}FOLDER": str(tmp_path)})
    assert plain.room_place > plain.room_person > 10**9, "there is room where nobody says how much"
    for odd in ("0", "-5", "1e3", "much", "", "²", "9" * 13):
        wrong = codes({f"{PREFIX}{name}": odd for name in ROOMS})
        assert sorted(wrong) == sorted((f"{PREFIX}{name}", "bad-value") for name in ROOMS), odd


def test_each_secret_can_stand_in_a_file(tmp_path: Path) -> None:
    """As a vault, or podman secret, puts it there; what is wrong with one is told as of any setting."""
    files = {name: tmp_path / name for name in SECRETS}
    values = dict(zip(SECRETS, (KEY, "of the service", "postgresql://plans:pw@db/plans"), strict=True))
    for name, path in files.items():
        path.write_text(f"{values[name]}\n", encoding="utf-8")
    oidc = {f"{PREFIX}OIDC_{n}": "placeplan" if n == "CLIENT" else "https://id.example.org/" for n in OIDC if n != "SECRET"}  # fmt: skip
    found = asked(oidc | {f"{name}_FILE": str(path) for name, path in files.items()})
    assert (found.secret_key, found.oidc["SECRET"], found.database) == tuple(values.values())
    files[SECRETS[0]].write_text("short", encoding="utf-8")
    wrong = {f"{SECRETS[0]}_FILE": str(files[SECRETS[0]]), f"{SECRETS[2]}_FILE": str(tmp_path / "none"), SECRETS[2]: "sqlite:///x"}  # fmt: skip
    assert sorted(codes(wrong)) == [
        ("DATABASE_URL_FILE", "bad-value"), ("DATABASE_URL_FILE", "missing-file"), (f"{PREFIX}SECRET_KEY", "weak-key"),
    ]  # fmt: skip
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert codes({f"{SECRETS[0]}_FILE": str(tmp_path / "bytes")}) == [(f"{SECRETS[0]}_FILE", "missing-file")]
    assert codes({f"{SECRETS[0]}_FILE": str(tmp_path)}) == [(f"{SECRETS[0]}_FILE", "missing-file")]


def test_without_passwords_there_has_to_be_a_service() -> None:
    assert codes({f"{PREFIX}PASSWORDS": "no"}) == [(f"{PREFIX}PASSWORDS", "bad-value")]
    assert codes({f"{PREFIX}PASSWORDS": "never"}) == [(f"{PREFIX}PASSWORDS", "unknown-choice")]
    assert asked({}).passwords
    assert not asked({}).second_factor
    assert codes({f"{PREFIX}SECOND_FACTOR": "yes"}) == [(f"{PREFIX}SECOND_FACTOR", "bad-value")]


def test_its_own_key_stays_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    keep_key(tmp_path)
    first = asked({f"{PREFIX}FOLDER": str(tmp_path)}).secret_key
    keep_key(tmp_path)
    assert asked({f"{PREFIX}FOLDER": str(tmp_path)}).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_with_a_host_s_name_cookies_and_pages_go_by_https_alone(tmp_path: Path) -> None:
    """The settings themselves, as a server with a name of its own reads them."""
    names = (
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS", "DEBUG", "ALLOWED_HOSTS",
    )  # fmt: skip
    code = f"import json; from placeplan.web import settings as s; print(json.dumps([getattr(s, n) for n in {names!r}] + [s.SECURE_HSTS_SECONDS]))"
    given = os.environ | {
        "PLACEPLAN_WEB_HOSTS": "plans.example.org", "PLACEPLAN_WEB_SECRET_KEY": "k" * 50, "PLACEPLAN_WEB_FOLDER": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    told = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True).stdout
    assert json.loads(told) == [
        "__Host-sessionid", "__Host-csrftoken", True, True, True, True, False, ["plans.example.org"], 365 * 24 * 60 * 60,
    ]  # fmt: skip
