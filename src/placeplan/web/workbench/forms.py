"""What is typed into the workbench."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator

from placeplan.web.jobs.kinds import FIX, ToTest

NAME = RegexValidator(r"^[a-z0-9][a-z0-9-]{0,62}$", "Write small letters, digits and dashes, such as fewer-beds.")


class NewDraft(forms.Form):
    """Begin a draft."""

    name = forms.CharField(max_length=63, validators=[NAME], error_messages={"required": "Give the draft a name."})
    organisation = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": "You have no role for that organisation."}
    )

    def __init__(self, *given: Any, organisations: list[str], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["organisation"].choices = [("", ""), *((o, o) for o in organisations)]  # type: ignore[attr-defined]


class Edit(forms.Form):
    """Write one file."""

    required_messages: ClassVar = {"required": "Say in a few words why you change it."}
    base = forms.IntegerField()
    text = forms.CharField(required=False, strip=False, max_length=5_000_000)
    message = forms.CharField(max_length=500, error_messages=required_messages)


class Upload(forms.Form):
    """Bring in a whole plan."""

    base = forms.IntegerField()
    file = forms.FileField(error_messages={"required": "Choose a file.", "empty": "The file is empty."})
    message = forms.CharField(max_length=500, error_messages=Edit.required_messages)


class Run(forms.Form):
    """Run a version."""

    futures = forms.IntegerField(min_value=1, max_value=100_000)
    seed = forms.IntegerField(min_value=0, required=False)
    fix = forms.BooleanField(required=False)
    """Whether what would fix it is searched, too."""

    def asked(self) -> ToTest:
        """What the job is asked."""
        given = self.cleaned_data
        return ToTest(futures=given["futures"], seed=given["seed"] or 1, also=FIX if given["fix"] else "")
