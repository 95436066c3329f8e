"""Challenges, and all that became of each. Nothing is ever taken away but a name that somebody gave of themselves."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models

from placeplan.plan.numbers.number import shown

WORDS: Final = 2000
"""Letters of a reason, at most."""
LINK: Final = "http"
"""What a text has that can become a link."""
LINE: Final = 500
"""Letters of a source, at most."""


class Challenge(models.Model):
    """Another value that somebody proposes for a number of a published plan."""

    place = models.ForeignKey("store.Place", on_delete=models.PROTECT, related_name="challenges")
    number = models.PositiveIntegerField()
    """Counted from 1 for each place."""
    version = models.ForeignKey("store.Version", on_delete=models.PROTECT, related_name="+")
    """The version whose number it is."""
    published = models.CharField(max_length=64)
    """Its name among those published."""
    address = models.CharField(max_length=400, db_index=True)
    before: models.JSONField[Any, Any] = models.JSONField()
    value: models.JSONField[Any, Any] = models.JSONField()
    """A number, or a month as text."""
    facts: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    """What the number was said to be when it was challenged: of, field, unit, meaning, where, source."""
    organisation = models.CharField(max_length=64, blank=True)
    """Whose number it is; blank: of the plan as a whole."""
    reason = models.TextField(max_length=WORDS)
    source = models.CharField(max_length=LINE)
    name = models.CharField(max_length=100, blank=True)
    """As whoever sent it wants to be called; blank: not said, or taken back."""
    key = models.CharField(max_length=64)
    """Digest of the secret by which whoever sent it comes back."""
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(auto_now_add=True)
    owed = models.DateField()
    """Day by which a reply is owed."""
    hidden = models.BooleanField(default=False)
    links = models.BooleanField(default=False)
    """Whether a moderator has let the links in its source be followed."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "number"], name="each_challenge_once")]
        ordering: ClassVar = ["place", "-number"]

    def __str__(self) -> str:
        return f"{self.place.slug} challenge {self.number}"

    @property
    def called(self) -> str:
        """What the number is called: of what, and which of its figures."""
        field = self.facts.get("field", "").replace("_", " ")
        return ": ".join(filter(None, (self.facts.get("of"), field))) or self.address

    @property
    def command(self) -> str:
        """What gives the same figures to anyone who has the plan."""
        asked = self.job.arguments
        return f'placeplan compare PLAN --with "{self.address}={shown(self.value)}" --futures {asked["futures"]} --seed {asked["seed"]}'

    @property
    def linked(self) -> bool:
        """Whether it has what a moderator can make a link."""
        return LINK in f"{self.source} {self.reason}"

    @property
    def words(self) -> tuple[str, str, str]:
        """Reason, source and name as anyone may read them: blank where a moderator has hidden them."""
        return ("", "", "") if self.hidden else (self.reason, self.source, self.name)


class Did(models.TextChoices):
    """What can become of a challenge."""

    SENT = "sent", "sent"
    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "not accepted"
    ANSWERED = "answered", "replied to"
    HIDDEN = "hidden", "hidden by a moderator"
    SHOWN = "shown", "shown again by a moderator"
    LINKED = "linked", "links made live by a moderator"
    LOOKED = "looked", "looked at by a moderator: nothing to hide"
    APPEALED = "appealed", "appealed against"
    UPHELD = "upheld", "appeal looked at: it stays hidden"
    NAMELESS = "nameless", "name taken back"


REPLIES: Final = (Did.ACCEPTED, Did.DECLINED, Did.ANSWERED)
LOOKED_AT: Final = (Did.LOOKED, Did.LINKED, Did.HIDDEN, Did.SHOWN)
"""Steps after which a moderator has looked at the words of a challenge, and at its links."""
MODERATED: Final = (*LOOKED_AT, Did.APPEALED, Did.UPHELD, Did.NAMELESS)


class Step(models.Model):
    """One thing that became of a challenge; none is ever changed or taken away."""

    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="steps")
    did = models.CharField(max_length=10, choices=Did.choices)
    when = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    """Nobody, where it was whoever sent the challenge."""
    role = models.CharField(max_length=40, blank=True)
    """The role in which they did it, in words."""
    organisation = models.CharField(max_length=64, blank=True)
    text = models.TextField(max_length=WORDS, blank=True)
    version = models.ForeignKey("store.Version", on_delete=models.PROTECT, null=True, related_name="+")
    """The version that has the value, where it was accepted."""

    class Meta:
        ordering: ClassVar = ["when", "pk"]

    def __str__(self) -> str:
        return f"{self.challenge}: {self.did}"

    @property
    def words(self) -> str:
        """Its text as anyone may read it: an appeal is for the moderator, until the challenge is shown again."""
        return "" if self.did == Did.APPEALED and self.challenge.hidden else self.text


auditlog.register(
    Challenge, exclude_fields=["key"], mask_fields=["name"], mask_callable="placeplan.web.accounts.models.hidden"
)
auditlog.register(Step)
