"""What people come for on the site: where they live, what closes, whom a change reaches, and whose money it is."""

from __future__ import annotations

import re

from fixtures.sample_findings import bare, westshire
from fixtures.sites import loses, pages_of, site_of
from placeplan.report import words
from placeplan.report.site import maps, money
from placeplan.report.site.closures import closures, least_said, leg_said, modes_said
from placeplan.report.site.finding import found
from placeplan.report.site.hangs import goes_with, hangs
from placeplan.report.site.things import LEAST, found_by, reach
from placeplan.stress.findings import Findings
from placeplan.stress.results.elements import Move
from placeplan.stress.results.tests import Result, StressFinding, StressRow


def test_people_find_their_area_by_postcode_or_town_and_on_a_map_whose_table_says_the_same() -> None:
    f = westshire()
    made = pages_of(site_of(f))
    near = next(t for p, t in made.items() if p.endswith("near.html"))
    found = re.search(r'<ul class="found">(.*?)</ul>', near, re.DOTALL)
    assert found
    assert re.findall(r"<b>(.*?)</b> <a href=\"(.*?)\"", found[1]) == [
        (n, "areas/ash.html") for n in ("ZZ2", "ZZ10", "Ash Mill")
    ]
    drawn = maps.build(f)
    assert drawn
    assert [(d.label, d.thing.name, d.mark) for d in drawn.sites] == [
        ("A", "Westshire General", "both"),
        ("B", "Ash Clinic", "none"),
    ]
    assert {d.thing.name for d in (*drawn.areas, *drawn.sites)} <= set(
        re.findall(r'data-l="Place">(?:<a[^>]*>)?(.*?)<', near)
    )
    assert all(0 <= d.x <= 100 and 0 <= d.y <= 100 for d in (*drawn.areas, *drawn.sites))
    assert 'class="map"' in near
    assert any(p.endswith("data/charts/map.csv") for p in site_of(f))
    bare = f.model_copy(update={"areas": tuple(a.model_copy(update={"shape": (), "localities": ()}) for a in f.areas)})
    without = next(t for p, t in pages_of(site_of(bare)).items() if p.endswith("near.html"))
    assert 'class="map"' not in without
    assert "By postcode" not in without


def test_a_postcode_or_place_is_answered_as_the_list_has_it() -> None:
    f = westshire()
    ash = [a for a in f.areas if a.id == "ash"]
    for typed in ("ZZ2", "zz2 4ab", "ZZ24AB", " ash   MILL ", ash[0].name.upper()):
        assert list(found(f, typed).areas) == ash, typed
    every = {name: [a.id for a in areas] for name, areas in found_by(f).items()}
    assert {name: [a.id for a in found(f, name).areas] for name in every} == every
    assert found(f, "zz").areas == tuple(ash)  # all districts that begin so
    assert found(f, "Ash Mil").like == ("Ash Mill",)
    assert [found(f, t).areas for t in ("", "qqqq", "x" * 10_000, "ZZ999 9AB")] == [(), (), (), ()]


def test_what_closes_stands_with_what_the_way_becomes_for_all_and_for_those_who_have_least_by_each_mode() -> None:
    f = westshire()
    told = closures(f)
    assert [c.initiative.id for c in told] == [i.id for i in f.initiatives if i.closes] != []
    made = pages_of(site_of(f))
    front, page = made["index.html"], next(t for p, t in made.items() if p.endswith("/closures.html"))
    for c in told:
        assert [(leg.mode, leg.least) for leg in c.legs] == [
            (mode, least) for least in (False, True) for mode in ("car", "public_transport")
        ]
        for leg in c.legs:
            assert leg.grows
            grows = [w.new - w.old for a in f.areas for m in a.moves for w in m.by_mode
                     if w.mode == leg.mode and w.old is not None and w.new is not None]  # fmt: skip
            assert (leg.grows.minutes.new or 0.0) - (leg.grows.minutes.old or 0.0) == max(grows) > 0
            assert leg_said(leg) in front
        assert all(leg.grows.area.name in text for leg in c.worst for text in (front, page) if leg.grows)
        assert len(c.worst) == 2  # by each mode once, as it is the same way for all and for those who have least
    assert "By bus or train, where people have least: 22 minutes become 74, on average." in front
    assert "of 211 more the way is not known" in page


def only_car(f: Findings) -> Findings:
    """Findings of a plan that gives times by car alone."""

    def one(m: Move) -> Move:
        return m.model_copy(update={"by_mode": tuple(w for w in m.by_mode if w.mode == "car")})

    areas = tuple(
        a.model_copy(
            update={
                "moves": tuple(one(m) for m in a.moves),
                "care": tuple(c.model_copy(update={"others": ()}) for c in a.care),
            }
        )
        for a in f.areas
    )
    own = tuple(
        i.model_copy(update={"journeys": tuple(j for j in i.journeys if j.mode == "car")}) for i in f.initiatives
    )
    return f.model_copy(update={"areas": areas, "initiatives": own})


def test_by_which_mode_times_are_known_is_said_and_no_other_is_guessed() -> None:
    f = westshire()
    assert modes_said(f) == "The minutes are one way, by car and by bus or train."
    car = pages_of(site_of(only_car(f)))
    lacks = "How long it takes by bus or train is not known: the plan does not say."
    for name in ("index.html", "closures.html", "areas/ash.html", "initiatives/close-beds.html"):
        text = next(t for p, t in car.items() if p.endswith(name))
        assert lacks in text, name
        assert "minutes become 74" not in text
    before = only_car(f).model_copy(
        update={
            "areas": tuple(
                a.model_copy(update={"moves": tuple(m.model_copy(update={"by_mode": ()}) for m in a.moves)})
                for a in f.areas
            ),
            "initiatives": tuple(i.model_copy(update={"journeys": ()}) for i in f.initiatives),
        }
    )
    (old,) = closures(before)
    assert {leg.mode for leg in old.legs} == {"car"}
    assert all(leg.journey is None and leg.grows for leg in old.legs)
    assert "How long people travel is not known" in modes_said(f.model_copy(update={"areas": ()}))


def test_who_has_least_is_named_and_whether_they_are_among_the_fifth_of_the_country() -> None:
    f = westshire()
    poorest = tuple(a.model_copy(update={"fifth": 1}) for a in f.areas)
    assert "No area here is among the fifth" in least_said(f)
    assert "in the fifth of places in England" in least_said(f.model_copy(update={"areas": poorest}))
    nobody = tuple(a.model_copy(update={"fifth": None}) for a in f.areas)
    assert (
        least_said(f.model_copy(update={"areas": nobody})) == "The plan does not say in which areas people have least."
    )
    assert not any(leg.least for c in closures(f.model_copy(update={"areas": nobody})) for leg in c.legs)


def of_close_beds(
    *rows: StressRow, test: str = "schedule", result: Result = "fail", sentence: str = ""
) -> StressFinding:
    """What a test found, with lines about closing beds."""
    return loses().model_copy(update={"test": test, "title": "In time", "result": result, "sentence": sentence, "rows": rows})  # fmt: skip


def test_an_initiative_says_what_it_hangs_on_by_the_tests_that_were_run_and_what_was_not_tested() -> None:
    closing = {"initiative": "close-beds", "what": "Close 90 beds"}
    tests = (
        of_close_beds(StressRow(**closing, figure=0.25, shown="in 25% of futures by 2030/31")),
        of_close_beds(StressRow(**closing, figure=0.5, shown="comes in 50% of futures"), test="capital"),
        of_close_beds(
            StressRow(assumption="initiative.delay@close-beds", what="– months late (Close 90 beds) is 9 or more", shown="p"),
            StressRow(assumption="initiative.delay@home-first", what="– months late (Home-first) is 4 or more", shown="p"),
            test="worlds",
        ),
    )  # fmt: skip
    f = westshire(tests=tests)
    i = f.initiatives[0]
    told = {s.what: s.lines for s in hangs(f, i)}
    assert told == {
        "In full use in time": ("In 25 of 100 futures.",),
        "Building money comes": ("In 50 of 100 futures.",),
        "Somewhere else to go first": ("Not known: this was not tested.",),
        "What carries the plan": ("Not known: this was not tested.",),
        "Where the plan fails": ("More often where months late (Close 90 beds) is 9 or more.",),
    }
    page = next(t for p, t in pages_of(site_of(f)).items() if p.endswith("initiatives/close-beds.html"))
    assert all(line in page for lines in told.values() for line in lines)
    assert page.count('tests/capital.html"') == 2
    few = of_close_beds(test="carries", result="not asked", sentence="Too few futures.")
    assert ("Not known. Too few futures.",) in [s.lines for s in hangs(westshire(tests=(few,)), i)]


def test_an_initiative_names_the_promises_that_go_with_what_it_assumes() -> None:
    f = westshire()
    (moves,) = goes_with(f, f.initiatives[1])
    assert (moves.assumption, moves.shared) == ("nurses.hired", False)
    assert [p.id for p, _ in moves.promises] == [p.id for p in f.promises if p.goes_with]
    assert goes_with(f, f.initiatives[0]) == []
    pages = pages_of(site_of(f))
    home = next(t for p, t in pages.items() if p.endswith("initiatives/home-first.html"))
    beds = next(t for p, t in pages.items() if p.endswith("initiatives/close-beds.html"))
    assert "When it is lower: <a" in home
    assert "No promise goes with what it assumes more than chance would. It rests on 2 figures" in beds


def test_an_initiative_says_whom_it_can_reach_and_shows_where_on_a_map_of_its_own() -> None:
    f = westshire()
    pages = {p.rpartition("/")[2]: t for p, t in pages_of(site_of(f)).items() if "/initiatives/" in p}
    assert "It can reach 41,200 people, by where they live and how old they are. They live in 1 area of 2." in pages["close-beds.html"]  # fmt: skip
    assert "about 3,655" in pages["close-beds.html"]
    assert "it cannot say how many people it reaches" in pages["standby.html"]
    everyone = f.initiatives[0].model_copy(update={"people": sum(a.people for a in f.areas)})
    assert "everyone who lives here: 44,300 people" in reach(f, everyone)
    drawn = maps.build(f, {"ash"}, "close-beds")
    assert drawn
    assert [(d.label, d.mark) for d in drawn.sites] == [("A", "less"), ("B", "none")]  # not what another changes there
    assert [d.here for d in drawn.areas] == [True]
    assert 'class="area here"' in pages["close-beds.html"]
    assert "Gets less" in pages["close-beds.html"]
    assert "so there is no map of it" in pages["standby.html"]
    far = f.initiatives[0].model_copy(update={"sites": (("wgh", "Westshire General"), ("far", "Head office"))})
    text = next(t for p, t in pages_of(site_of(westshire(initiatives=(far,)))).items() if "/initiatives/" in p)
    assert "names them. Not on the map: Head office.</p>" in text
    assert 'class="map"' not in pages["standby.html"]


def test_a_map_names_every_place_however_many_there_are() -> None:
    f = westshire()
    many = tuple(f.sites[0].model_copy(update={"id": f"s{n}"}) for n in range(60))
    drawn = maps.build(f.model_copy(update={"sites": many}))
    assert drawn
    labels = [d.label for d in drawn.sites]
    assert len(set(labels)) == 60
    assert labels[25:28] == ["Z", "AA", "AB"]


def test_where_no_fix_was_searched_the_first_page_says_why_in_each_case() -> None:
    def says(**changed: object) -> str:
        return pages_of(site_of(westshire(tests=(), **changed)))["index.html"]

    assert "No search for a fix was part of this test." in says(verdict="unworkable")
    assert "there is nothing to fix" in says(verdict="no promises")
    withheld = says(verdict="withheld")
    assert "too little is known to judge the plan" in withheld
    assert "No search for a fix" not in withheld


def test_money_of_each_organisation_stands_on_one_page_with_who_gains_and_who_loses() -> None:
    f = westshire()
    told = money.told(f)
    followed = [o for o in f.organisations if any(fan.id.startswith("position.") for fan in o.fans)]
    assert [r.o for r in told["rows"]] == followed != []
    for r in told["rows"]:
        middle = r.o.gain[1] if r.o.gain else 0.0
        assert (r.result == "gains") == (middle >= LEAST)
        assert (r.result == "loses") == (middle <= -LEAST)
    page = next(t for p, t in pages_of(site_of(f)).items() if p.endswith("/money.html"))
    for r in told["rows"]:
        assert all(words.money(side[1]) in page for p in r.fan.points for side in (p.plan, p.do_nothing))
    assert "do not follow the money" in money.told(bare())["line"]
    unsure = [r for r in told["rows"] if r.result in money.SIGNS and not money.sure(r.o)]
    assert unsure
    assert told["line"].endswith(f"For {len(unsure)} of them that is not sure.")
