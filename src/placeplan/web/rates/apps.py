"""The room of rates, as Django registers it."""

from django.apps import AppConfig


class Rates(AppConfig):
    """Registers what is counted."""

    name = "placeplan.web.rates"
