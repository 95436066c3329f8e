"""The room of accounts, as Django registers it."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """Registers people and roles."""

    name = "placeplan.web.accounts"
