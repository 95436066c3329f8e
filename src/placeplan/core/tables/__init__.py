"""The rows of a plan's tables: one class a table, one field a column, a file for each part of the model.

From these classes come the CSV headers, the JSON Schema, the reference page and every check of a single row.
"""

from __future__ import annotations

from placeplan.core.tables.base import (
    OUTSIDE,
    SYSTEM,
    AgeBand,
    Level,
    Month,
    NonNegative,
    OrganisationType,
    Pool,
    Positive,
    Row,
    Sex,
    Share,
    Source,
)
from placeplan.core.tables.beds import BedStock, Boarding, Stay
from placeplan.core.tables.care import Activity, Flow, Pod, Rate, Season, UnitCost
from placeplan.core.tables.cohorts import Cohort, CohortNeed, Shared, age_edges, cohort_shares
from placeplan.core.tables.contacts import ContactCapacity, Spill
from placeplan.core.tables.evidence import Evidence, Grade
from placeplan.core.tables.lists import WaitingList
from placeplan.core.tables.money import Balance, CapitalRow, ControlTotal, MoneyLine, Setting
from placeplan.core.tables.near import Locality, Shape
from placeplan.core.tables.packages import CouncilRules, Package, Pathway
from placeplan.core.tables.people import PRINCIPAL, Member, Total, Variant
from placeplan.core.tables.places import AreaPeople, Component, Organisation, Projection, Site, has_quintiles
from placeplan.core.tables.reconcile import Reconciliation
from placeplan.core.tables.staff import LabourMarket, StaffGroup, StaffGrowth
from placeplan.core.tables.travel import Travel

TABLES: dict[str, tuple[type[Row], bool]] = {
    "organisations": (Organisation, True),
    "areas": (AreaPeople, True),
    "activity": (Activity, True),
    "beds": (BedStock, True),
    "money": (MoneyLine, True),
    "sites": (Site, False),
    "population": (Projection, False),
    "pods": (Pod, False),
    "flows": (Flow, False),
    "rates": (Rate, False),
    "seasons": (Season, False),
    "stays": (Stay, False),
    "boarding": (Boarding, False),
    "unit_costs": (UnitCost, False),
    "travel": (Travel, False),
    "contacts": (ContactCapacity, False),
    "spills": (Spill, False),
    "lists": (WaitingList, False),
    "reconcile": (Reconciliation, False),
    "staff": (StaffGroup, False),
    "labour": (LabourMarket, False),
    "capital": (CapitalRow, False),
    "balances": (Balance, False),
    "control_totals": (ControlTotal, False),
    "cohorts": (Cohort, False),
    "cohort_need": (CohortNeed, False),
    "components": (Component, False),
    "packages": (Package, False),
    "pathways": (Pathway, False),
    "councils": (CouncilRules, False),
    "localities": (Locality, False),
    "shapes": (Shape, False),
    "evidence": (Evidence, False),
}
"""Table name → its row class, and whether a plan must have it. The file is ``<name>.csv``."""

KEYS: dict[str, tuple[str, ...]] = {
    "organisations": ("id",),
    "areas": ("area", "sex", "age"),
    "activity": ("pod", "site", "area"),
    "beds": ("site", "pool", "valid_from"),
    "money": ("organisation", "line"),
    "sites": ("id",),
    "population": ("area", "sex", "age", "year"),
    "pods": ("id",),
    "flows": ("pod", "site", "area"),
    "rates": ("pod", "sex", "age"),
    "seasons": ("pod", "month"),
    "stays": ("site", "pod", "pool"),
    "boarding": ("site", "pool", "to_pool"),
    "unit_costs": ("pod",),
    "travel": ("area", "site", "mode"),
    "contacts": ("site", "pod"),
    "spills": ("pod", "site", "to_pod", "to_site"),
    "lists": ("site", "specialty"),
    "reconcile": ("what",),
    "staff": ("organisation", "group"),
    "labour": ("market",),
    "capital": ("organisation", "year", "kind", "month", "initiative"),
    "balances": ("organisation",),
    "control_totals": ("organisation", "year"),
    "cohorts": ("cohort", "area", "sex", "age"),
    "cohort_need": ("cohort", "pod", "area", "sex", "age"),
    "components": ("area", "sex", "age"),
    "packages": ("council", "kind", "funder"),
    "pathways": ("site", "pool", "pathway", "kind"),
    "councils": ("council",),
    "localities": ("name", "area"),
    "shapes": ("kind", "id"),
    "evidence": ("id",),
}
"""Columns that must be unique together in each table."""

__all__ = [
    "KEYS",
    "OUTSIDE",
    "PRINCIPAL",
    "SYSTEM",
    "TABLES",
    "Activity",
    "AgeBand",
    "AreaPeople",
    "Balance",
    "BedStock",
    "Boarding",
    "CapitalRow",
    "Cohort",
    "CohortNeed",
    "Component",
    "ContactCapacity",
    "ControlTotal",
    "CouncilRules",
    "Evidence",
    "Flow",
    "Grade",
    "LabourMarket",
    "Level",
    "Locality",
    "Member",
    "MoneyLine",
    "Month",
    "NonNegative",
    "Organisation",
    "OrganisationType",
    "Package",
    "Pathway",
    "Pod",
    "Pool",
    "Positive",
    "Projection",
    "Rate",
    "Reconciliation",
    "Row",
    "Season",
    "Setting",
    "Sex",
    "Shape",
    "Share",
    "Shared",
    "Site",
    "Source",
    "Spill",
    "StaffGroup",
    "StaffGrowth",
    "Stay",
    "Total",
    "Travel",
    "UnitCost",
    "Variant",
    "WaitingList",
    "age_edges",
    "cohort_shares",
    "has_quintiles",
]
