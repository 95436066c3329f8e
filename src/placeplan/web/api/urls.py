"""Addresses of the API."""

from django.urls import path

from placeplan.web.api import challenges, drafts, published
from placeplan.web.api.api import V, api
from placeplan.web.api.views import described

OPERATIONS = (published, challenges, drafts)
"""Where operations are registered."""

urlpatterns = [
    path("", described, name="api"),
    path(f"{V}/", api.urls),
]
