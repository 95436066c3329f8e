"""People and their roles. Of a person the workbench keeps a name and an address for sign-in, and what it takes to tell them what happened to their account."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from auditlog.registry import auditlog
from axes.models import AccessAttempt
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from placeplan.core.records import digest_of

ERASED: Final = "somebody who left"
"""What stands in place of the name of a person who was erased; what they did stays."""


class Users(BaseUserManager["User"]):
    """Makes people."""

    def create_user(self, email: str, name: str, password: str | None = None, **more: Any) -> User:
        """A person; without a password they can sign in only by their organisation's own service."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who can sign in."""

    email = models.EmailField("email address", unique=True, null=True)
    name = models.CharField("name", max_length=100)
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    """Whether they run this workbench: add places and people; they decide nothing in a plan by that."""
    made = models.DateTimeField(auto_now_add=True)
    signed_out = models.PositiveIntegerField(default=0)
    """How often they have signed out everywhere: sessions of before do not hold any more."""
    tied: models.CharField[str | None, str | None] = models.CharField(max_length=100, unique=True, null=True)
    """Print of who they are to the service that signed them in (`tied_to`); None: no service has yet."""
    browsers: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """Kinds of browser from which they have signed in, such as “Firefox on Linux”."""

    proved: int | None = None
    """When they showed who they are, as the service says by which they are signing in (seconds since 1970; 0: it does not say)."""

    objects: ClassVar[Users] = Users()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_person_an_address")]

    def __str__(self) -> str:
        """The person by number: what is written in the log of changes stays, and a name there would too."""
        return f"person {self.pk}"

    def get_session_auth_hash(self) -> str:
        """What each session has to agree with: it changes with the password, and when somebody signs out everywhere."""
        return salted_hmac(
            "placeplan.web.accounts", f"{self.password} {self.signed_out}", algorithm="sha256"
        ).hexdigest()

    def sign_out_everywhere(self) -> None:
        """End every session."""
        self.signed_out += 1
        self.save(update_fields=["signed_out"])

    @transaction.atomic
    def erase(self) -> None:
        """Take the person's name, address and roles away; what they did stays, as done by somebody who left."""
        AccessAttempt.objects.filter(username__iexact=self.email or "").delete()
        self.email, self.name, self.is_active, self.is_administrator = None, ERASED, False, False
        self.browsers, self.last_login, self.tied = [], None, None
        self.set_unusable_password()
        self.signed_out += 1
        self.notices.all().delete()
        for role in self.memberships.all():  # one by one, so that each stands in the log
            role.delete()
        self.save()


class Notice(models.Model):
    """A change of somebody's account of which they are told, in words; it is gone after a while."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    what = models.CharField(max_length=300)
    made = models.DateTimeField(auto_now_add=True)
    told = models.DateTimeField(null=True)
    """When they were told after signing in; None: not yet."""

    def __str__(self) -> str:
        return f"{self.user}: {self.what}"


class Role(models.TextChoices):
    """What a person may do for an organisation of a place."""

    READER = "reader", "read drafts"
    CONTRIBUTOR = "contributor", "write drafts and run them"
    FINANCE = "finance", "write drafts, money and contracts among them"
    BOARD = "board", "sign for the organisation"
    MODERATOR = "moderator", "moderate what the public says"
    PUBLISHER = "publisher", "publish a version"


class Membership(models.Model):
    """A person's role for one organisation of a place."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    place = models.ForeignKey("store.Place", on_delete=models.CASCADE, related_name="memberships")
    organisation = models.CharField("organisation", max_length=64)
    """Its id in the plan."""
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "place", "organisation", "role"], name="each_role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}, {self.organisation}"


def tied_to(issuer: str, subject: str) -> str:
    """A print of the service and of whom it means, by the number that it gives them: an address can be given to somebody else later, the number is not (OpenID Connect Core 1.0, 5.7).

    >>> tied_to("https://a.example", "7")[:17] == tied_to("https://a.example", "8")[:17]
    True
    """
    return f"{_service(issuer)}{digest_of([issuer, subject])}"


def tied_elsewhere(issuer: str, tied: str) -> bool:
    """Whether somebody is tied to another service than the one that is asked now."""
    return not tied.startswith(_service(issuer))


def _service(issuer: str) -> str:
    return f"{digest_of(issuer)[:16]}-"


def hidden(value: str) -> str:
    """What the log of changes has in place of a name, an address or a password: that it was changed, not to what."""
    return "not kept here" if value and value != "None" else value


auditlog.register(
    User,
    exclude_fields=["last_login", "browsers"],
    mask_fields=["email", "name", "password", "tied"],
    mask_callable="placeplan.web.accounts.models.hidden",
)
auditlog.register(Membership)
