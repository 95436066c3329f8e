"""One draft merged into another: three ways, from the newest version that both came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from placeplan.web.store.folders import files_of
from placeplan.web.store.lines import ancestors
from placeplan.web.store.models import Draft, Version
from placeplan.web.workbench.drafts import Choices, applied, put, together

if TYPE_CHECKING:
    from placeplan.web.accounts.models import User


def newest_common(one: Version, other: Version) -> Version | None:
    """The newest version from which both came; None where there is none."""
    both = ancestors(one.pk) & ancestors(other.pk)
    return Version.objects.filter(pk__in=both).order_by("-number").first()


def shown_by(draft: Draft, other: Draft) -> int:
    """How many versions of one organisation's own draft those who see another see too, once it is brought in; 0: all do now, or the same people see both."""
    if not other.organisation or other.organisation == draft.organisation:
        return 0
    alike = draft.place.drafts.filter(organisation__in=("", draft.organisation)).values_list("head_id", flat=True)
    return len(ancestors(other.head_id) - ancestors(*alike))


@transaction.atomic
def merge_into(draft: Draft, other: Draft, message: str, by: User | None, choices: Choices | None = None) -> Version:
    """Bring what another draft says into one, as its newest version. The other stays as it is.

    Raises:
        Clash: where both say different things in place of one.
        PlanError: where a record would be gone, or what is typed for a conflict cannot stand there.
    """
    line = Draft.objects.select_for_update().get(pk=draft.pk)
    theirs, source = files_of(line.head), other.head
    base = newest_common(line.head, source)
    if base is not None and base.pk == source.pk:
        return line.head
    change = together(files_of(base) if base else {}, files_of(source), theirs, line.head, choices or {})
    return put(line, applied(theirs, change), message, by, [line.head, source])
