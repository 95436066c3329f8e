"""What was asked for, counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Count(models.Model):
    """How often somebody has asked for something in a stretch of time. It is gone once the stretch is over."""

    rate = models.CharField(max_length=30)
    who = models.CharField(max_length=64)
    """A keyed hash of who asks: no address can be read out of it."""
    stretch = models.PositiveBigIntegerField()
    """Number of the stretch of time, counted in its own length."""
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rate", "who", "stretch"], name="each_count_once")]
        indexes: ClassVar = [models.Index(fields=["rate", "stretch"], name="counts_to_forget")]

    def __str__(self) -> str:
        return f"{self.rate}: {self.count}"
