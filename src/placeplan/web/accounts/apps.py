"""The room of accounts, as Django registers it."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class Accounts(AppConfig):
    """Registers people and roles."""

    name = "placeplan.web.accounts"

    def ready(self) -> None:
        """Listen to who signs in."""
        from placeplan.web.accounts.sessions import begin  # noqa: PLC0415 – models are there only now

        user_logged_in.connect(begin, dispatch_uid="begin-session")
