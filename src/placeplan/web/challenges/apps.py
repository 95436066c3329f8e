"""The room of challenges, as Django registers it."""

from django.apps import AppConfig


class Challenges(AppConfig):
    """Registers challenges and what became of them."""

    name = "placeplan.web.challenges"
