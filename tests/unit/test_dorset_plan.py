"""The Dorset example as a plan: what it must hold, and what it must not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from placeplan.contracts.conditional_funding import ConditionalFunding
from placeplan.contracts.pooled import Pooled
from placeplan.core.tables import Activity, Flow, MoneyLine, Reconciliation
from placeplan.effects.employ import Employ
from placeplan.effects.prevent import Prevent
from placeplan.effects.resize import Resize
from placeplan.effects.spend import Spend
from placeplan.plan.folder import read_plan
from placeplan.plan.schema import Plan
from placeplan.stress.claimed.levels import claimed_ratios
from placeplan.stress.run import test_plan as run_test
from placeplan.stress.tests.evidence import strengths
from placeplan.stress.tests.spend_share import taken

SIXTEEN = {
    "one_acute_network", "acute_beds", "integrated_community", "community_hubs", "outpatients_out", "prevention",
    "care_homes_discharge", "mental_health", "primary_care", "maternity_children", "care_record", "workforce",
    "efficiency", "one_budget", "merger", "residual",
}  # fmt: skip
MAY_DIFFER = {"demand_growth", "delay", "capital", "effect_strength"}


@pytest.fixture(scope="module")
def known() -> Plan:
    return read_plan(Path(__file__).resolve().parents[2] / "examples" / "dorset-2016")


@pytest.fixture(scope="module")
def turned_out() -> Plan:
    return read_plan(Path(__file__).resolve().parents[2] / "examples" / "dorset-2016", "as-it-turned-out")


def test_it_holds_all_sixteen_initiatives(known: Plan) -> None:
    assert {i.id for i in known.initiatives} == SIXTEEN


def test_the_two_sets_differ_only_in_growth_delay_capital_and_effects(known: Plan, turned_out: Plan) -> None:
    before = {a.id: a for a in known.assumptions}
    after = {a.id: a for a in turned_out.assumptions}
    assert before.keys() == after.keys()
    changed = {i for i in before if before[i] != after[i]}
    assert {before[i].driver for i in changed} | {after[i].driver for i in changed} == MAY_DIFFER
    assert known.tables == turned_out.tables
    assert known.initiatives == turned_out.initiatives
    assert known.contracts == turned_out.contracts
    assert known.promises == turned_out.promises


def test_at_most_twelve_promises_are_hard(known: Plan) -> None:
    assert 1 <= sum(p.hard for p in known.promises) <= 12
    assert any(not p.hard for p in known.promises)


def test_no_programme_bears_a_claim_in_pounds_but_the_specialised_part(known: Plan) -> None:
    in_pounds = {i.id: [c.value for c in i.claims if c.unit and "£" in c.unit] for i in known.initiatives}
    assert {i for i, values in in_pounds.items() if values} == {"residual"}
    assert in_pounds["residual"] == [20e6]
    assert [c.value for c in known.about.claims] == [229e6, 158e6]


def test_adverse_evidence_stays_adverse(known: Plan) -> None:
    team = next(i for i in known.initiatives if i.id == "integrated_community")
    more = next(e for e in team.effects if isinstance(e, Prevent) and e.scope.pods == ("ae_type1",))
    assumed = next(a for a in known.assumptions if a.id == more.share)
    assert team.evidence_grade == "adverse"
    assert assumed.distribution.middle < 0
    assert assumed.distribution.quantile(0.9) < 0


def test_what_no_programme_covers_is_unidentified(known: Plan) -> None:
    programme = next(i for i in known.initiatives if i.id == "efficiency")
    lines = [e.saving for e in programme.effects if isinstance(e, Spend) and e.saving]
    assert sum(float(s.amount) for s in lines if s.maturity == "unidentified") > 100e6
    efficient = {(m.organisation, m.line) for m in known.tables["money"] if isinstance(m, MoneyLine) and m.efficiency}
    owners = [(e.organisation, e.saving.line) for e in programme.effects if isinstance(e, Spend) and e.saving]
    assert not efficient & set(owners)


def test_each_initiative_has_effects_or_says_what_is_not_modelled(known: Plan) -> None:
    for i in known.initiatives:
        assert i.effects or i.not_modelled, i.id
    assert {i.id for i in known.initiatives if not i.effects} == {"merger", "residual"}
    for name in ("one_acute_network", "outpatients_out", "maternity_children", "workforce", "merger", "residual"):
        assert next(i for i in known.initiatives if i.id == name).not_modelled, name


def test_nothing_waits_for_a_later_version(known: Plan) -> None:
    assert not [(i.id, said) for i in known.initiatives for said in i.not_modelled if "later version" in said]


def test_beds_that_move_open_where_they_are_going(known: Plan) -> None:
    """Moving Poole's care leaves the beds of the place as they are; the cut stands by itself, and waits for the move."""
    by_id = {i.id: i for i in known.initiatives}
    for name in ("one_acute_network", "maternity_children"):
        moved = [e for e in by_id[name].effects if isinstance(e, Resize)]
        for what in ("beds", "slots", "contacts"):
            assert sum(float(getattr(e, what)) for e in moved) == 0, (name, what)
    clinics = [float(e.contacts) for e in by_id["outpatients_out"].effects if isinstance(e, Resize)]
    assert sum(clinics) == 0
    assert set(by_id["acute_beds"].requires) >= {"integrated_community", "care_homes_discharge", "one_acute_network"}
    cut = sum(float(e.beds) for e in by_id["acute_beds"].effects if isinstance(e, Resize))
    assert cut / 1476 == pytest.approx((1570 - 1810) / 1810, abs=0.001)


def test_new_work_needs_people_who_have_to_be_found(known: Plan) -> None:
    posts = {i.id: [e for e in i.effects if isinstance(e, Employ) and e.posts] for i in known.initiatives}
    for name in ("integrated_community", "community_hubs", "mental_health", "primary_care", "one_acute_network"):
        assert posts[name], name
    assert not posts["workforce"]
    assumed = next(a for a in known.assumptions if a.id == "effect.workforce.leavers")
    assert assumed.distribution.quantile(0.5) == 0


def test_the_grid_has_a_row_for_each_part_of_the_model(known: Plan) -> None:
    rows = {(p.organisation, p.group) for p in known.promises}
    assert {group for _, group in rows} >= {
        "money", "beds", "staff", "community_care", "social_care", "waits", "capital",
    }  # fmt: skip
    for trust in ("RBD", "RD3", "RDZ"):
        assert {group for organisation, group in rows if organisation == trust} >= {"money", "beds", "staff", "waits"}
    assert {organisation for organisation, group in rows if group == "staff"} >= {"RDY", "RYF", "practices"}
    assert {o for o, group in rows if group == "social_care"} == {"E10000009", "E06000028", "E06000029"}
    assert {p.outcome for p in known.promises if p.hard} == {"position", "waiting_without_bed", "within_18"}


def test_the_better_care_fund_is_pooled_and_the_national_fund_conditional(known: Plan) -> None:
    kinds = {c.id: type(c) for c in known.contracts}
    assert {n for n, kind in kinds.items() if kind is Pooled} == {
        "better_care_bournemouth", "better_care_dorset", "better_care_poole",
    }  # fmt: skip
    funds = [c for c in known.contracts if isinstance(c, ConditionalFunding)]
    assert {c.payee for c in funds} == {"RBD", "RD3", "RDZ", "RDY"}
    for c in funds:
        assert c.condition is not None, c.id
        assert (c.condition.outcome, c.condition.entity, c.counts_itself) == ("position", c.payee, False)


def test_no_component_claims_to_know_more_than_most_of_its_rows(known: Plan) -> None:
    tables = {"people": "areas", "demand": "activity", "flow": "flows", "beds": "beds", "money": "money", "staff": "staff",
              "contacts": "contacts", "lists": "lists", "travel": "travel", "packages": "packages", "equity": "areas"}  # fmt: skip
    for component, table in tables.items():
        levels = [row.level for row in known.tables[table]]
        assert known.level(component) == max(set(levels), key=levels.count), component


def test_a_judgement_of_the_compilers_is_no_local_figure(known: Plan, turned_out: Plan) -> None:
    for plan in (known, turned_out):
        assert {a.level for a in plan.assumptions if a.kind == "judgement"} == {"default"}
        assert not [a.id for a in plan.assumptions if a.level == "local"]


def test_contradictions_are_shown(known: Plan) -> None:
    beds = next(c for c in known.about.contradictions if c.what == "Acute beds")
    assert "1,810" in beds.values
    assert "1,476" in beds.values


def test_every_source_is_a_name_and_never_a_path(known: Plan) -> None:
    rows = [r for rows in known.tables.values() for r in rows]
    for row in rows:
        assert not re.search(r"(^|\s)[\w.]*/[\w./]+\.(csv|parquet|gz)|\.parquet|\.csv\.gz", row.source), row.source


def test_flows_of_each_site_add_up_to_one(known: Plan) -> None:
    for site in {f.site for f in known.tables["flows"] if isinstance(f, Flow)}:
        total = sum(f.share for f in known.tables["flows"] if isinstance(f, Flow) and f.site == site)
        assert total == pytest.approx(1.0, abs=1e-9)


def test_each_trust_has_its_activity_to_reconcile(known: Plan) -> None:
    activity = {f"{a.site}/{a.pod}": a.activity for a in known.tables["activity"] if isinstance(a, Activity)}
    rows = [r for r in known.tables["reconcile"] if isinstance(r, Reconciliation)]
    assert {r.kind for r in rows} == {"fitted", "predicted"}
    for row in rows:
        if row.outcome == "activity":
            assert activity[row.entity] == row.published


@pytest.mark.large
def test_the_plan_is_unworkable_in_each_way_to_build_the_model(known: Plan) -> None:
    """Forms are run, and none changes the word; the hard promise on waits is judged, not left out."""
    found = run_test(known, futures=40)
    assert found.verdict == "unworkable"
    assert len(found.forms) >= 8
    assert {form.word for form in found.forms} == {"unworkable"}
    assert found.hard_count == 12
    assert all("waits_system" in form.P for form in found.forms)


def test_what_it_claims_is_far_from_what_it_runs_on(known: Plan) -> None:
    """It claims a fifth to a quarter fewer emergencies and runs on what studies found: no effect is stronger than 8 in 10 places would see."""
    assert claimed_ratios(known) == {"emergency_admission": pytest.approx(0.8)}
    found = strengths(known)
    assert len(found) == sum(
        1 for i in known.initiatives for e in i.effects if e.kind in {"prevent", "shift", "shorten"}
    )
    assert max(s.percentile for s in found if s.percentile is not None) <= 0.8


def test_its_savings_take_a_third_of_what_councils_spend_on_younger_adults(known: Plan) -> None:
    """£15.1m of £43.5m of the county council's; of all that it spends, each trust is to save under 5 %."""
    shares = {(t.organisation, t.line): t.share for t in taken(known)}
    assert shares["E10000009", "long-term 18-64"] == pytest.approx(0.346, abs=1e-3)
    assert all(shares[trust, ""] < 0.05 for trust in ("RBD", "RD3", "RDZ", "RDY"))
