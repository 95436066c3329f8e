"""The room of publishing, as Django registers it."""

from django.apps import AppConfig


class Publishing(AppConfig):
    """Registers offers, answers and publications."""

    name = "placeplan.web.publishing"

    def ready(self) -> None:
        """Tell people what waits for them."""
        from placeplan.web.publishing.waiting import of_offers  # noqa: PLC0415 – models are there only now
        from placeplan.web.workbench import waiting  # noqa: PLC0415

        if of_offers not in waiting.ALSO:  # Django may be made ready more than once
            waiting.ALSO.append(of_offers)
