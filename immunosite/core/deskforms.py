"""The forms of the steps over the desk: review, publish, withdraw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminSplitDateTime
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone

from .pages import Withdrawal
from .reviews import Verdict
from .zones import zone_words

# A start that was “now” when it was typed still means at once.
_JUST_NOW = timedelta(minutes=15)
# Nearer to year 9999 the shift to another time zone overflows.
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)


class PublishForm(forms.Form):
    """When a revision goes live and ends; why, when nobody approved it."""

    zone = forms.CharField(required=False, widget=forms.HiddenInput)
    live_from = forms.SplitDateTimeField(
        label="Go live on",
        required=False,
        widget=AdminSplitDateTime,
        help_text="Empty means at once.",
    )
    live_until = forms.SplitDateTimeField(
        label="End on",
        required=False,
        widget=AdminSplitDateTime,
        help_text="Empty means without end.",
    )
    forced_reason = forms.CharField(
        label="Reason to publish without an approval",
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="It stays with this revision and in the audit.",
    )

    def __init__(self, *args: Any, is_approved: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].initial = timezone.get_current_timezone_name()
        if is_approved:
            del self.fields["forced_reason"]

    @property
    def zone_words(self) -> str:
        """In which time zone the times are: “Europe/Berlin, now UTC+01:00”."""
        return zone_words()

    def clean(self) -> dict[str, Any]:
        self._refuse_other_zone(self.cleaned_data.pop("zone", ""))
        now = timezone.now()
        start, end = (
            self.cleaned_data.get(name) for name in ("live_from", "live_until")
        )
        if start and now - _JUST_NOW < start < now:
            self.cleaned_data["live_from"] = start = None
        for name, moment in (("live_from", start), ("live_until", end)):
            if moment and moment > _LATEST:
                self.add_error(name, "Choose a year before 9000.")
        if start and start < now:
            self.add_error(
                "live_from", "This is in the past. Leave it empty to publish at once."
            )
        if end and end <= (start or now):
            self.add_error("live_until", "The end must come after the start.")
        return self.cleaned_data

    def _refuse_other_zone(self, zone: str) -> None:
        current = timezone.get_current_timezone_name()
        if zone and zone != current:
            self.data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            self.data[self.add_prefix("zone")] = current  # type: ignore[index]
            raise ValidationError(
                f"Your time zone was {zone} and is now {current}. Please check the times."
            )


class ReviewForm(forms.Form):
    """What a reviewer says of a revision; ``may_sign`` says that they have a profile,
    ``is_own`` that they wrote it."""

    verdict = forms.ChoiceField(
        label="Your verdict", choices=Verdict.choices, widget=forms.RadioSelect
    )
    is_sign_off = forms.BooleanField(
        label="Sign off the whole page with my name",
        required=False,
        help_text="You have read all of it. Readers see your name, your credentials, "
        "your conflicts of interest and the date.",
    )
    due_on = forms.DateField(
        label="Next review due",
        required=False,
        widget=AdminDateWidget,
        help_text="For a sign-off. Empty means in a year.",
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text="For the author. Needed when changes are requested.",
    )

    def __init__(self, *args: Any, may_sign: bool, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            verdict: Any = self.fields["verdict"]
            verdict.choices = [
                choice for choice in verdict.choices if choice[0] != Verdict.APPROVED
            ]
        if is_own or not may_sign:
            del self.fields["is_sign_off"], self.fields["due_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        changes = cleaned.get("verdict") == Verdict.CHANGES_REQUESTED
        if changes and not cleaned.get("note", "").strip():
            self.add_error("note", "Say what should change.")
        if changes and cleaned.get("is_sign_off"):
            self.add_error("is_sign_off", "You can't sign off what has to change.")
        due = cleaned.get("due_on")
        if due and due <= timezone.localdate():
            self.add_error("due_on", "Choose a day to come.")
        return cleaned


class WithdrawForm(forms.Form):
    """Why a page is withdrawn, and what readers get at its address."""

    withdrawn_as = forms.ChoiceField(
        label="Readers get",
        choices=Withdrawal.choices,
        initial=Withdrawal.GONE,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Explanation for readers",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="For the page that says why.",
    )
    to = forms.CharField(
        label="Address of the other page",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="On this site, for example /articles/hope/.",
    )
    reason = forms.CharField(
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="For the record. Readers do not see it.",
    )


class CareForm(forms.Form):
    """Who looks after a page, and when it is looked at again."""

    owner = forms.ModelChoiceField(
        get_user_model()._default_manager.filter(is_staff=True, is_active=True),
        required=False,
        help_text="Who is asked when the page falls due for a review.",
    )
    review_due_on = forms.DateField(
        label="Next review due",
        required=False,
        widget=AdminDateWidget,
        help_text="Readers see it. A sign-off sets it anew.",
    )
