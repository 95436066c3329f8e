"""How a figure arises, in words, where the function that computes it tells in its first line of another figure."""

from __future__ import annotations

MEANINGS: dict[str, str] = {
    "beds_open": "Beds of the base year (available), with what initiatives have opened by then, less what they have closed",
    "occupied": "People in beds at midnight: those of the midnight before, with those who come in, less those who leave; mean of the month",
    "in_beds": "People in beds at the month's last midnight: those of the month before, with those who came in, less those who left",
    "occupancy": "People in beds ÷ beds open, at midnight; mean of the month",
    "days_over_92": "Share of the month's days on which more than 92 % of the beds open are full",
    "days_over_100": "Share of the month's days on which there are more patients than beds open",
    "waiting_without_bed": "Emergencies for whom no bed is free at midnight: who has come and waits, less those who find a bed; mean of the month",
    "waiting_at_end": "Emergencies for whom no bed is free at the month's last midnight",
    "escalation_beds": "Emergencies who lie in escalation beds, as the ordinary beds are full; mean of the month's midnights",
    "transfers": "Patients who go on from this pool to the one in which their stay ends",
    "deaths": "Those who leave their bed × the share who die there",
    "delayed_beds": "Beds of people who are ready to leave and wait for what comes next; mean of the month's midnights",
    "discharges": "People in beds × their chance of leaving, over the days of the month",
    "electives_deferred": "Planned patients who were due and found no free bed or slot",
    "contacts_added": "What an effect adds to the care that is asked for; of effects on the same people, each one's own part",
    "activity": "Care that is given: what is asked for after all effects, as far as there is room for it",
    "left_footprint": "Care that people of the place get elsewhere, after all effects",
    "asked": "Contacts asked for at a door: those of the month after all effects, with those that come from other doors",
    "not_given": "Contacts asked for in the month that found no room in it",
    "used_capacity": "Contacts given ÷ contacts that can be given",
    "waiting_for_package": "Who asked for care and found none free, with those who wait from before",
    "unmet_care": "Who is refused care, or gives up waiting for it",
    "contract_income": "All that the contracts pay to the organisation in the month, each by its own rule",
    "contract_spend": "All that the organisation pays under its contracts in the month, each by its own rule",
    "contract_payment": "What the contract pays in the month by the rule of its kind, raised by its uplift; the rule's numbers stand below",
    "income": "The organisation's income lines, each moved by its driver, prices and growth",
    "operating_cost": "The organisation's cost lines, each moved by its driver, prices and growth, with the cost of escalation beds",
    "financing": "The organisation's financing lines, with the charges on what it builds",
    "receipts": "Grants and sales that come in cash in the month",
    "staff_funded": "Posts paid for: those of the base year, with those that initiatives open, less those that they close",
    "staff_left": "Staff who leave in the month: staff × share who leave a year ÷ 12",
    "started": "Whether the initiative is at work: its month has come (or its trigger), and what it waits for is there",
}
"""By outcome."""
