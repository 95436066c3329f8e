"""Fixed words of the public pages."""

from __future__ import annotations

from typing import Final

STATUS: Final = {
    "commitment": "Firm. Money, a decision or a contract stands behind it.",
    "aspiration": "A hope. No money, decision or contract stands behind it yet.",
}
GRADE: Final = {
    "strong": "Studies show well that this kind of change works.",
    "moderate": "Some studies show that this kind of change works.",
    "weak": "There are few studies, or poor ones.",
    "none": "Studies find no effect, or there are none.",
    "adverse": "Studies find harm, or more need for care.",
}
THEME: Final = {
    "prevention": "staying well", "out_of_hospital": "care outside hospital", "hospital": "hospitals", "mental_health": "mental health",
    "primary_care": "GPs and practices", "efficiency": "saving money", "records": "records and computers", "workforce": "staff",
    "payment": "how care is paid for", "organisation": "who runs what",
}  # fmt: skip
ORIGIN: Final = {
    "national": "the country’s health service", "regional": "the region", "local": "the place itself", "public": "the public",
    "supplier": "a company that sells it",
}  # fmt: skip
POSITION: Final = {
    "signed": "Said yes",
    "objects": "Said no",
    "withdrawn": "Took back what it had said",
    "not_asked": "Was not asked",
}
TYPE: Final = {
    "commissioner": "It plans and pays for care.", "acute": "It runs hospitals.", "community": "It cares for people at home and in clinics.",
    "mental_health": "It cares for people with mental illness.", "ambulance": "It runs ambulances.", "primary_care": "These are GP practices.",
    "council": "It is a council, and pays for social care.", "voluntary": "It is a charity or a voluntary group.",
    "independent": "It is a company that gives care.", "outside": "It is not part of this place, but pays or gives care here.",
}  # fmt: skip
WHOLE: Final = "What is promised for all of them together."
WHY: Final = {
    "named": "It is meant for people who live here.", "site": "It changes a place where people from here go for care.",
    "council": "It changes what their council does or pays.", "everyone": "It is meant for everyone.",
}  # fmt: skip
"""Why an initiative reaches the people of an area."""
FIFTH: Final = {
    1: "Among the fifth of places in England where people have least.", 2: "Among the two fifths of places in England where people have least.",
    3: "In the middle fifth of places in England, by what people have.", 4: "Among the two fifths of places in England where people have most.",
    5: "Among the fifth of places in England where people have most.",
}  # fmt: skip
MODE: Final = {"car": "by car", "public_transport": "by bus or train"}
BY: Final = {"car": "By car", "public_transport": "By bus or train"}
HOW: Final = {
    "less": "Less of it is needed", "more": "More of it is needed", "moves": "It is given in another place",
    "becomes": "It becomes another kind of care", "shorter": "People stay for less long", "longer": "People stay for longer",
    "sooner": "People who are well enough leave sooner", "later": "People who are well enough leave later",
}  # fmt: skip
"""What becomes of care on which a change acts."""
HOW_SHORT: Final = {
    "less": "less of it", "more": "more of it", "moves": "to another place", "becomes": "as another kind of care", "shorter": "for less long",
    "longer": "for longer", "sooner": "home sooner", "later": "home later",
}  # fmt: skip
"""The same in a few words, after the kind of care."""
KIND: Final = {
    "prevent": "Less is needed", "shift": "Care moves", "shorten": "Less time", "relocate": "Another place", "resize": "Opens or closes",
    "employ": "Staff", "spend": "Money", "recontract": "Who pays whom", "combine": "Together",
}  # fmt: skip
"""Kinds of effects, in a word or two."""
STANDING: Final = {
    "answered": "It was asked, and has answered.",
    "nothing": "It was asked, and answered that it has nothing to say.",
    "silent": "It was asked, and had not answered when this was published.",
    "earlier": "It answered an earlier version. It was not asked about this one.",
    "not asked": "It was not asked before this was published.",
    "made up": "It is made up, so there was nobody to ask.",
    "draft": "This is a draft. It is being asked now.",
}
"""How it stands with an organisation's right of reply."""
