"""The room of publishing, as Django registers it."""

from django.apps import AppConfig


class Publishing(AppConfig):
    """Registers offers, answers and publications."""

    name = "placeplan.web.publishing"
