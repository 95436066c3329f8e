"""The room of plans, as Django registers it."""

from django.apps import AppConfig


class Store(AppConfig):
    """Registers places, versions and drafts."""

    name = "placeplan.web.store"
