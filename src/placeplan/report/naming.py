"""What states, groups, levels and parts of the model are called in reports."""

from __future__ import annotations

from typing import Final

STATE: Final = {
    "kept": "kept",
    "close": "too close to call",
    "short": "falls short",
    "fail": "fails",
    "not_due": "not due",
    "no_data": "no data",
}
"""What a cell's state is called, in a sentence."""
GROUP: Final = {
    "money": "Money",
    "beds": "Beds",
    "staff": "Staff",
    "community_care": "Community care",
    "social_care": "Social care",
    "capital": "Capital",
    "waits": "Waits",
    "stay_in": "Reason to stay in",
}
STATISTIC: Final = {"every_year": "every year", "worst": "every month", "end": "the last year"}
LEVEL: Final = {
    "local": "the place’s own figures",
    "published": "published figures",
    "default": "figures from elsewhere",
    "off": "not modelled",
}
MADE_UP: Final = {**LEVEL, "local": "made-up figures"}
"""The same for a made-up place, which has no figures of its own."""
COMPONENT: Final = {
    "flow": "who goes where for care",
    "cohorts": "groups of people with needs of their own",
    "contacts": "GP, community and mental-health contacts",
    "packages": "home care and care homes",
    "lists": "waiting lists",
    "travel": "travel times",
    "equity": "who gains and loses by deprivation",
    "demand_growth": "how need grows",
    "delay": "when initiatives start",
    "posts": "how posts fill",
    "capital": "building money",
    "care_supply": "how much care there is outside hospital",
    "prices": "pay and prices",
    "efficiency": "yearly efficiency",
    "effect_strength": "how well initiatives work",
    "other": "how beds, clinics and lists are used",
}
"""Components of the model, and groups of assumptions, whose ids say too little."""
