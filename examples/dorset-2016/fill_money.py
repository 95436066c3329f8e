"""Money and contracts of the base year: published totals, divided by judged shares, at prices fitted to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from figures import ACUTE, COUNCILS, TRUSTS, Figures
from quoted import COST_SHARES, FACTS, ORGANISATIONS

Row = dict[str, object]

ACCOUNTS = "NHS Improvement, consolidated accounts of NHS providers 2016/17, {}: {}"
CARE = "NHS Digital, Adult Social Care Finance Return 2016/17, {}: {}"
YEARS_SINCE_2008 = 8
CONTRACTED = (
    "ae_type1", "ae_other", "day_case", "elective_admission", "maternity_admission", "outpatient_first",
    "outpatient_followup",
)  # fmt: skip
"""Pods that the acute trusts' tariff pays for, beside emergencies."""


KINDS = {
    "pay": "pay", "drugs": "drugs", "drugs and supplies": "drugs", "clinical supplies": "supplies", "premises": "estate",
    "depreciation": "depreciation", "specialised and direct commissioning": "specialised", "allocation": "allocation",
    "hospital care bought elsewhere": "commissioned", "community and mental-health care by others": "commissioned",
    "prescribing": "prescribing", "continuing care and funded nursing": "continuing_healthcare",
    "general practice": "primary_care", "client contributions": "fees",
}  # fmt: skip
"""What lines are spent on or come from; the others are of several kinds."""
SETTINGS = {
    "hospital care bought elsewhere": "acute", "community and mental-health care by others": "community",
    "prescribing": "primary", "continuing care and funded nursing": "social", "running cost": "other",
}  # fmt: skip
"""Where the care is given that the commissioner's own lines pay for."""
PACKAGES = {"residential 65+": "residential_week", "nursing 65+": "nursing_week", "home care 65+": "home_care_week"}
"""Lines of the councils' cost that move with packages of a kind."""


def pounds(value: float) -> int:
    """Whole pounds."""
    return round(value)


def unit_costs() -> list[Row]:
    """What a contact costs, used to weigh pods against each other and as the shape of the tariff."""
    emergency = FACTS["cost_emergencies_england"].value / FACTS["emergencies_england"].value
    source = f"{FACTS['cost_emergencies_england'].source}, over 5.8 million admissions ({FACTS['emergencies_england'].source})"
    rows: list[Row] = [{"pod": "emergency_admission", "cost": round(emergency), "source": source, "level": "default"}]
    for pod, name in (
        ("elective_admission", "elective_admission"), ("day_case", "day_case"), ("outpatient_first", "outpatient"),
        ("outpatient_followup", "outpatient"), ("ae_type1", "ae"), ("ae_other", "minor_injury"),
        ("maternity_admission", "non_elective_episode"), ("community_admission", "community_admission"),
        ("community_contact", "community_contact"), ("mental_health_admission", "mental_health_admission"),
        ("mental_health_contact", "mental_health_contact"), ("ambulance_incident", "ambulance_incident"),
        ("gp_appointment", "gp_appointment"),
    ):  # fmt: skip
        fact = FACTS[f"cost_{name}"]
        rows.append({"pod": pod, "cost": fact.value, "source": fact.source, "level": fact.level})
    return rows


def ccg_lines() -> dict[str, float]:
    """The CCG's spend by line, £ of 2016/17; the judged shares rescaled so that it spends what it has."""
    names = ("acute", "community", "prescribing", "primary", "continuing", "ambulance", "better_care", "running")
    whole = sum(FACTS[f"ccg_{n}"].value for n in names)
    return {n: FACTS["ccg_resource"].value * FACTS[f"ccg_{n}"].value / whole for n in names}


def bought(data: Figures) -> dict[str, float]:
    """What the CCG buys from each trust, £ of 2016/17."""
    return {t: FACTS[f"income_{t}_ccg"].value * data.finance(t, 2016)["income"] for t in TRUSTS}


def fund(data: Figures) -> dict[str, float]:
    """Sustainability fund by trust, £ of 2016/17, in proportion to operating income."""
    income = {t: data.finance(t, 2016)["income"] for t in TRUSTS}
    return {t: FACTS["sustainability_fund"].value * n / sum(income.values()) for t, n in income.items()}


def better_care(data: Figures) -> dict[str, float]:
    """What the CCG pays each council under the Better Care Fund, £ of 2016/17, in proportion to what others pay it."""
    others = {c: data.social_care[c]["others"] for c in COUNCILS}
    return {c: ccg_lines()["better_care"] * n / sum(others.values()) for c, n in others.items()}


def money(data: Figures) -> list[Row]:
    """Income, cost and financing lines of every organisation that has accounts here."""
    rows = (
        [r for t in TRUSTS for r in trust_money(data, t)] + ambulance_money(data) + practice_money() + ccg_money(data)
    )
    return rows + [r for c in COUNCILS for r in council_money(data, c)]


def line(organisation: str, name: str, direction: str, amount: float, source: str, level: str, **more: object) -> Row:
    """One row of money.csv."""
    return {
        "organisation": organisation, "line": name, "direction": direction, "kind": KINDS.get(name, "other"),
        "setting": SETTINGS.get(name, ""), "amount": pounds(amount),
        "driver": more.get("driver", "none"), "variable": more.get("variable", ""), "stepped": more.get("stepped", ""),
        "steps": more.get("steps", ""), "inflator": more.get("inflator", ""), "growth": more.get("growth", ""),
        "efficiency": "true" if more.get("efficiency") else "false", "source": source, "level": level,
        "note": more.get("note", ""),
    }  # fmt: skip


def trust_money(data: Figures, trust: str) -> list[Row]:
    """Income beside the CCG's contracts, cost lines and financing of a trust."""
    year = data.finance(trust, 2016)
    income, cost = year["income"], year["cost"]
    acute = trust in ACUTE
    moves = {"driver": "activity", "variable": 1.0} if acute else {}
    shares = {n: FACTS[f"income_{trust}_{n}"] for n in ("ccg", "england", "other_ccgs")}
    rest = income * (1 - sum(f.value for f in shares.values())) - fund(data)[trust]
    source = ACCOUNTS.format(trust, "operating income") + "; " + shares["ccg"].source
    rows = [
        line(trust, "specialised and direct commissioning", "income", income * shares["england"].value, source, "default", inflator="prices.tariff", **moves),
        line(trust, "other CCGs", "income", income * shares["other_ccgs"].value, source, "default", inflator="prices.tariff", **moves),
        line(trust, "councils, training, research, private and other", "income", rest, source, "default", inflator="prices.general"),
    ]  # fmt: skip
    for name, share, driver, variable, stepped, inflator, efficient in COST_SHARES["acute" if acute else "community"]:
        amount = cost * share
        steps = max(1, round(amount * stepped / FACTS["ward_cost"].value)) if stepped else ""
        source = ACCOUNTS.format(trust, "operating cost") + "; judged share of the line and how it moves"
        rows.append(line(
            trust, name, "cost", amount, source, "default", driver=driver, variable=variable, stepped=stepped, steps=steps,
            inflator=inflator, efficiency=efficient,
        ))  # fmt: skip
    return [*rows, *financing(data, trust)]


def financing(data: Figures, trust: str) -> list[Row]:
    """What lies between the operating result and the position; how much of an unexplained gain returns is assumed."""
    label = "interest, dividend and other below the operating result"
    source = ACCOUNTS.format(trust, "operating income less operating cost less position")
    year, before = data.finance(trust, 2016), data.finance(trust, 2015)
    net = year["income"] - year["cost"] - year["position"]
    if trust != "RDY":
        return [line(trust, label, "financing", net, source, "published")]
    usual = before["income"] - before["cost"] - before["position"]
    earlier = source.replace("2016/17", "2015/16")
    return [
        line(trust, label, "financing", usual, earlier, "published", note="of the year before: 2016/17 holds a gain besides"),
        line(
            trust, "gain below the operating result", "financing", net - usual, source, "published", growth="gain.returning",
            note="what is left of 2016/17; no source explains it, and how much of it comes again is an assumption",
        ),
    ]  # fmt: skip


def ambulance_money(data: Figures) -> list[Row]:
    """Dorset's part of the ambulance trust, by population served."""
    share = FACTS["ambulance_share"]
    year = {k: share.value * v for k, v in data.finance("RYF", 2016).items()}
    source = ACCOUNTS.format("RYF", "Dorset's part, 0.145; ") + share.source
    block = ccg_lines()["ambulance"]
    return [
        line("RYF", "other income", "income", year["income"] - block, source, "default", inflator="prices.general"),
        line("RYF", "ambulance service", "cost", year["cost"], source, "default", driver="ambulance_incident", variable=0.1, stepped=0.6, steps=8, inflator="prices.pay", efficiency=True),
        line("RYF", "interest, dividend and other below the operating result", "financing", year["income"] - year["cost"] - year["position"], source, "default"),
    ]  # fmt: skip


def practice_money() -> list[Row]:
    """General practice spends what the CCG pays it: its own accounts are not published."""
    source = FACTS["ccg_primary"].source + "; practices are taken to spend what they are paid"
    return [line("practices", "general practice", "cost", ccg_lines()["primary"], source, "default", driver="gp_appointment", variable=0.2, inflator="prices.pay")]  # fmt: skip


def ccg_money(data: Figures) -> list[Row]:
    """The CCG's resource, and what it buys outside the contracts of this plan."""
    lines, fact = ccg_lines(), FACTS["ccg_resource"]
    elsewhere = lines["acute"] - sum(bought(data)[t] for t in ACUTE)
    others = lines["community"] - bought(data)["RDY"]
    share = FACTS["ccg_acute"].source
    rest = "; the line less the CCG's contracts with the trusts of this plan"
    return [
        line("11J", "allocation", "income", fact.value, fact.source, "default", inflator="prices.allocation"),
        line("11J", "hospital care bought elsewhere", "cost", elsewhere, share + rest, "default", inflator="prices.tariff", growth="growth.bought_elsewhere"),
        line("11J", "community and mental-health care by others", "cost", others, share + rest, "default", inflator="prices.tariff", growth="growth.bought_elsewhere"),
        line("11J", "prescribing", "cost", lines["prescribing"], share, "default", inflator="prices.prescribing", growth="growth.prescribing"),
        line("11J", "continuing care and funded nursing", "cost", lines["continuing"], share, "default", inflator="prices.care", growth="growth.continuing_care"),
        line("11J", "running cost", "cost", lines["running"], share, "default", inflator="prices.pay", efficiency=True),
    ]  # fmt: skip


def council_money(data: Figures, council: str) -> list[Row]:
    """Adult social care of one council; capital charges are left out."""
    care = data.social_care[council]
    gross = CARE.format(council, "gross current expenditure")
    spent = 0.0
    rows = []
    for name in ("residential 65+", "nursing 65+", "home care 65+", "other long-term 65+", "long-term 18-64"):
        spent += care[name]
        growth = "growth.social_care_adults" if name.endswith("64") else "growth.social_care_old"
        moves = {"driver": PACKAGES[name], "variable": 1.0} if name in PACKAGES else {"growth": growth}
        rows.append(line(council, name, "cost", care[name], gross + ", long-term support", "published", inflator="prices.care", **moves))  # fmt: skip
    rows.append(line(council, "short-term, assessment and other", "cost", care["gross"] - spent, gross + " less long-term support", "published", inflator="prices.pay", efficiency=True))  # fmt: skip
    joint = CARE.format(
        council, "total expenditure less gross total expenditure: paid by the NHS, jointly and by others"
    )
    rows.append(line(council, "care paid for by the NHS and others", "cost", care["others"], joint, "published", inflator="prices.care"))  # fmt: skip
    rows.append(line(council, "client contributions", "income", care["gross"] - care["net"], gross + " less net current expenditure", "published", driver="charges", variable=1.0, inflator="prices.general", note="moves with packages of people of 65 and over, who pay most of it (judgement)"))  # fmt: skip
    rows.append(line(council, "joint arrangements and others, beside the Better Care Fund", "income", care["others"] - better_care(data)[council], joint + "; less the CCG's payment", "default", inflator="prices.care"))  # fmt: skip
    note = "fitted: no budget beside the outturn is published, so funding is what was spent net"
    rows.append(line(council, "council funding", "income", care["net"], CARE.format(council, "net current expenditure"), "published", inflator="prices.council_funding", note=note))  # fmt: skip
    return rows


INVESTED = (
    "; it grows as the allocation does, as commissioners were asked to spend on mental health (planning guidance 2016/17, "
    "recalled); income of 51 such trusts grew by 2.4 % a year from 2012/13 to 2018/19 (accounts, the middle one)"
)


def contracts(
    data: Figures, care: list[Row], shares: Mapping[tuple[str, str], float], prices: list[Row]
) -> dict[str, str]:
    """Contracts of 2016/17 and the blocks that may replace them, as YAML by id."""
    found: dict[str, str] = {}
    cost = {str(r["pod"]): float(str(r["cost"])) for r in prices}
    residents = {
        (str(r["site"]), str(r["pod"])): float(str(r["activity"])) * (1 - shares.get((str(r["site"]), "outside"), 0.0))
        for r in care
    }
    for trust in ACUTE:
        found |= acute_contracts(
            trust, bought(data)[trust], {p: n for (s, p), n in residents.items() if s == TRUSTS[trust]}, cost
        )
    share = FACTS["income_RDY_ccg"].source
    found["rdy_block"] = block("rdy_block", "Community and mental-health care of Dorset residents, whatever their number", "11J", "RDY", bought(data)["RDY"], "prices.allocation", share + INVESTED)  # fmt: skip
    found["ryf_incidents"] = ambulances()
    found["practices_block"] = block("practices_block", "Primary medical care by the practices of Dorset", "11J", "practices", ccg_lines()["primary"], "prices.pay", FACTS["ccg_primary"].source)  # fmt: skip
    for council, amount in better_care(data).items():
        name = f"better_care_{COUNCILS[council].lower()}"
        found[name] = pool(name, council, amount, FACTS["ccg_better_care"].source + "; divided as the income that councils report from others")  # fmt: skip
    for trust, amount in fund(data).items():
        name = f"sustainability_{trust.lower()}"
        found[name] = conditional(name, trust, amount, control_total(data, trust))
    return found


def ambulances() -> str:
    """Ambulances at a local price for each incident, less of it above those of the base year."""
    rate, incidents = FACTS["ambulance_rate"], FACTS["ambulance_incidents"].value
    source = f"{FACTS['ccg_ambulance'].source}; {rate.source}"
    return (
        "kind: piecewise\nid: ryf_incidents\npayer: 11J\npayee: RYF\n"
        f"about: Ambulances and NHS 111 for Dorset, {rate.value:.0%} of the price above the base year's incidents\n"
        f"uplift: prices.tariff\npod: ambulance_incident\nprice: {ccg_lines()['ambulance'] / incidents:.2f}\nbaseline: {incidents:.0f}\n"
        f'rate_above: {rate.value}\nrate_below: 1.0\nlevel: default\nsource: "{source}"\nnote: fitted\n'
    )


def called(trust: str) -> str:
    """A trust as people call it."""
    return next(name for i, name, *_ in ORGANISATIONS if i == trust).removesuffix(" NHS Foundation Trust")


def acute_contracts(
    trust: str, income: float, residents: Mapping[str, float], cost: Mapping[str, float]
) -> dict[str, str]:
    """Tariff, marginal rate for emergencies, and the two blocks that a system control total puts in their place.

    One factor on national average costs makes the contracts of 2016/17 pay what the CCG is judged to have paid.
    """
    rate = FACTS["marginal_rate"].value
    emergencies = residents["emergency_admission"]
    baseline = emergencies / (1 + FACTS["emergency_growth_long"].value) ** YEARS_SINCE_2008
    weighed = baseline + rate * (emergencies - baseline)
    planned = sum(residents[p] * cost[p] for p in CONTRACTED if p in residents)
    factor = income / (planned + weighed * cost["emergency_admission"])
    source = f"National average costs (unit_costs.csv) times {factor:.4f}, fitted so that the CCG pays its judged part of the trust's income of 2016/17"
    code = trust.lower()
    prices = "".join(f"  {p}: {factor * cost[p]:.2f}\n" for p in CONTRACTED if p in residents)
    price = factor * cost["emergency_admission"]
    who = called(trust)
    about = {"planned": f"{who}, all care but emergency admissions", "emergency": f"{who}, emergency admissions"}
    head = 'kind: {kind}\nid: {id}\nabout: "{about}"\npayer: 11J\npayee: {trust}\n'
    found = {
        f"{code}_planned": head.format(kind="tariff", id=f"{code}_planned", about=f"{about['planned']}: national prices", trust=trust)
        + f"uplift: prices.tariff\nprices:\n{prices}level: default\nsource: {source}\nnote: fitted\n",
        f"{code}_emergency": head.format(kind="piecewise", id=f"{code}_emergency", about=f"{about['emergency']}: {100 * rate:g} % of the price above the level of 2008/09", trust=trust)
        + f"uplift: prices.tariff\npod: emergency_admission\nprice: {price:.2f}\nbaseline: {baseline:.0f}\nrate_above: {rate}\nrate_below: 1.0\n"
        + f"level: default\nsource: {source}; baseline taken back from 2016/17 by 3.2 % a year\nnote: fitted\n",
    }  # fmt: skip
    cares = tuple(p for p in CONTRACTED if p in residents)
    both = ("planned", factor * planned, cares), ("emergency", price * weighed, ("emergency_admission",))
    for name, amount, covers in both:
        found[f"{code}_{name}_block"] = block(
            f"{code}_{name}_block", f"{about[name]}: a fixed sum, under one budget for all", "11J", trust, amount,
            "prices.allocation", f"The payment of 2016/17 under {code}_{name}, raised with the CCG's allocation", starts="by_initiative", covers=covers,
        )  # fmt: skip
    return found


def block(
    name: str, about: str, payer: str, payee: str, amount: float, uplift: str, source: str,
    *, starts: str = "", ends: str = "", note: str = "", covers: Sequence[str] = (),
) -> str:  # fmt: skip
    """YAML of a block contract; covers: what it pays for, blank: all care."""
    text = f'kind: block\nid: {name}\nabout: "{about}"\npayer: {payer}\npayee: {payee}\n'
    text += f"starts: {starts}\n" if starts else ""
    text += f'ends: "{ends}"\n' if ends else ""
    text += f"uplift: {uplift}\n" if uplift else ""
    text += f"amount: {pounds(amount)}\n" + (f"covers: [{', '.join(covers)}]\n" if covers else "")
    text += f'level: default\nsource: "{source}"\n'
    return text + (f'note: "{note}"\n' if note else "")


def control_total(data: Figures, trust: str) -> tuple[float, str]:
    """Position without the fund that a trust has to keep, £ a year, and where it is from."""
    if trust == "RBD":
        return FACTS["control_total_RBD"].value, FACTS["control_total_RBD"].source
    year, room = data.finance(trust, 2016), FACTS["control_total_room"]
    kept = year["position"] - fund(data)[trust] - room.value * year["income"]
    return round(kept, -5), ACCOUNTS.format(trust, "position less the fund") + "; " + room.source


def conditional(name: str, trust: str, amount: float, kept: tuple[float, str]) -> str:
    """YAML of the national fund of one trust, which flows while the trust keeps its control total."""
    bound, source = kept
    return (
        f'kind: conditional_funding\nid: {name}\nabout: "{called(trust)}, national fund for keeping its control total"\n'
        f'payer: X24\npayee: {trust}\nends: "2019-03"\namount: {pounds(amount)}\n'
        f"condition:\n  outcome: position\n  entity: {trust}\n  over: year\n  at_least: {pounds(bound)}\n"
        f'level: default\nsource: "{FACTS["sustainability_fund"].source}; control total: {source}"\n'
        'note: "2018/19 is the last year that was announced in 2016; a year is paid on the result of the year before, without the fund itself"\n'
    )


def pool(name: str, council: str, amount: float, source: str) -> str:
    """YAML of one council's part of the Better Care Fund: what the CCG pays in is spent on social care."""
    return (
        f'kind: pooled\nid: {name}\nabout: "Better Care Fund of {COUNCILS[council]}, what the CCG pays in for social care"\n'
        f"payer: 11J\npayee: {council}\nuplift: prices.general\ncontributors:\n  11J: {pounds(amount)}\n"
        f"purposes:\n  - to: {council}\n    about: Care at home and care that keeps people out of hospital\n    amount: {pounds(amount)}\n"
        f'overspend: host\nby_law: true\nlevel: default\nsource: "{source}"\n'
        'note: "The pool was 60 million in 2015/16 for all three (HSJ, December 2014). What it pays for community health care stays in the block of Dorset HealthCare, and what councils pay in is their own cost already; how the three share a risk is not published. The law asks the CCG for a least sum (Care Act 2014, section 121; recalled), so nobody withholds it"\n'
    )
