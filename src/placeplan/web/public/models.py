"""Published sites, file by file, the same as ``placeplan publish`` writes into a folder."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SiteFile(models.Model):
    """A file of a place's published site. Those of a version never change; the front page and the lists are written anew."""

    place = models.ForeignKey("store.Place", on_delete=models.PROTECT, related_name="site")
    path = models.CharField(max_length=300)
    blob = models.ForeignKey("store.Blob", on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "path"], name="each_page_once")]

    def __str__(self) -> str:
        return f"{self.place.slug}/{self.path}"
