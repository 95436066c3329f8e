"""The room of public pages, as Django registers it."""

from django.apps import AppConfig


class Public(AppConfig):
    """Registers published pages, and shows what a run found where a place asks for that."""

    name = "placeplan.web.public"

    def ready(self) -> None:
        """Listen to jobs that end."""
        from placeplan.web.jobs.worker import ended  # noqa: PLC0415 – models are there only now
        from placeplan.web.public.publishing import show_draft  # noqa: PLC0415

        ended.connect(show_draft, dispatch_uid="show-draft")
