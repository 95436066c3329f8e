"""The room of jobs, as Django registers it."""

from django.apps import AppConfig


class Jobs(AppConfig):
    """Registers jobs."""

    name = "placeplan.web.jobs"
