"""Adding people, and giving them roles: what whoever runs the workbench does from the command line."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from placeplan.core.errors import PlanError, Problem, Together, nearest
from placeplan.plan.located import problem
from placeplan.web.accounts.models import Membership, Role, User
from placeplan.web.accounts.notices import tell
from placeplan.web.store.called import organisations_of
from placeplan.web.store.models import Place

T = TypeVar("T")


def refuse_nobody_left(user: User) -> None:
    """Raise PlanError where nobody would be left who runs the workbench."""
    others = User.objects.filter(is_active=True, is_administrator=True).exclude(pk=user.pk)
    if user.is_administrator and not others.exists():
        what = f"{user.name} is the only one who runs this workbench."
        mend = "Have somebody else run it first, on its machine: placeplan web person EMAIL NAME --administrator."
        raise PlanError([problem("person", 0, "", "nobody-left", what, mend)])


def add(email: str, name: str, password: str = "", administrator: bool = False) -> User:
    """Add a person, or give one a new name, password or office; without a password they sign in by their own service only.

    Raises:
        PlanError: where the address is none, or the password is too easy.
    """
    wrong = [*_address(email), *_password(password, email, name)]
    if wrong:
        raise PlanError(wrong)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        return User.objects.create_user(email, name, password or None, is_administrator=administrator)
    if administrator != user.is_administrator:
        tell(user, "You run this workbench now." if administrator else "You do not run this workbench any more.")
    user.name, user.is_administrator = name, administrator
    if password:
        user.set_password(password)
        tell(user, "Your password was set by who runs this workbench, on its machine.")
    user.save()
    return user


def _address(email: str) -> list[Problem]:
    try:
        validate_email(email)
    except ValidationError:
        return [
            problem(
                "EMAIL", 0, "", "bad-value", f"“{email}” is no email address.", "Write one such as ana@example.org."
            )
        ]
    return []


def _password(password: str, email: str, name: str) -> list[Problem]:
    if not password:
        return []
    if not settings.ASKED.passwords:
        return [problem("password", 0, "", "bad-value", "People sign in here by their organisation’s service alone.", "Add them without a password.")]  # fmt: skip
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        return [problem("password", 0, "", "weak-key", told, "Take three or four words that have nothing to do with each other.") for told in error.messages]  # fmt: skip
    return []


def give(email: str, place: str, organisation: str, role: str) -> Membership:
    """Give a person a role for an organisation of a place.

    Raises:
        PlanError: with all that is not known here, and the nearest.
    """
    told = Together()
    user = told.of(
        _known, "EMAIL", "person", email.lower(), {u.email or "": u for u in User.objects.filter(is_active=True)}
    )
    where = told.of(_known, "PLACE", "place", place, {p.slug: p for p in Place.objects.all()})
    what = told.of(_known, "ROLE", "role", role, {r.value: r for r in Role})
    told.problems += _organisation(where, organisation)
    if user is None or where is None or what is None or told.problems:
        raise PlanError(told.problems)
    found, new = Membership.objects.get_or_create(user=user, place=where, organisation=organisation, role=what)
    if new:
        tell(user, f"You were given a role: {_said(found)}.")
    return found


def take(held: Membership) -> None:
    """Take a role away, and have whose it was be told."""
    tell(held.user, f"A role was taken from you: {_said(held)}.")
    held.delete()


def _said(held: Membership) -> str:
    called = organisations_of(held.place).get(held.organisation, held.organisation)
    return f"{held.get_role_display()}, for {called[:100]} ({held.place.name[:100]})"


def _organisation(place: Place | None, given: str) -> list[Problem]:
    """What is wrong with an organisation; one that the plan does not name can have readers, moderators and publishers all the same."""
    if not given:
        return [problem("ORGANISATION", 0, "", "missing-value", "There is no organisation.", "Write its id in the plan: a role is always for one organisation.")]  # fmt: skip
    known = organisations_of(place) if place else {}
    same = next((one for one in known if one.casefold() == given.casefold()), given)
    if given in known or same == given:
        return []
    what = f"The plan has no organisation “{given}”, and one that is called “{same}”."
    return [problem("ORGANISATION", 0, "", "unknown-choice", what, f"Write “{same}”: capitals matter.", same)]


def _known(argument: str, kind: str, name: str, known: dict[str, T]) -> T:
    if name in known:
        return known[name]
    near = nearest(name, known)
    mend = f"Write “{near}”." if near else f"Known are: {', '.join(sorted(known)) or 'none yet'}."
    raise PlanError([problem(argument, 0, "", "unknown-choice", f"There is no {kind} “{name}” here.", mend, near)])


class Told(NamedTuple):
    """A role as its holder reads it."""

    held: Membership
    called: str
    """The organisation by its name; its id where the plan has none."""


def roles_of(user: User) -> list[Told]:
    """Roles of a person, by place."""
    every = list(user.memberships.select_related("place").order_by("place__name", "organisation", "role"))
    names = {place: organisations_of(place) for place in {m.place for m in every}}
    return [Told(m, names[m.place].get(m.organisation, m.organisation)) for m in every]
