"""The room of challenges, as Django registers it."""

from django.apps import AppConfig


class Challenges(AppConfig):
    """Registers challenges and what became of them."""

    name = "placeplan.web.challenges"

    def ready(self) -> None:
        """Tell people what waits for them, and the public what is kept back; make numbers ready to be looked for."""
        from placeplan.web.challenges.kept import make_ready  # noqa: PLC0415 – models are there only now
        from placeplan.web.challenges.waiting import kept_back, of_challenges  # noqa: PLC0415
        from placeplan.web.jobs.worker import ended  # noqa: PLC0415
        from placeplan.web.publishing import hidden  # noqa: PLC0415
        from placeplan.web.workbench import waiting  # noqa: PLC0415

        ended.connect(make_ready, dispatch_uid="numbers-ready")
        if of_challenges not in waiting.ALSO:  # Django may be made ready more than once
            hidden.ALSO.append(kept_back)
            waiting.ALSO.append(of_challenges)
