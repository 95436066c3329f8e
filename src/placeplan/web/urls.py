"""Addresses of the workbench."""

from django.urls import include, path

from placeplan.web import headers, health
from placeplan.web.publishing.views.publish import not_published

handler400 = "placeplan.web.errors.bad_request"
handler403 = "placeplan.web.errors.not_allowed"
handler404 = "placeplan.web.errors.not_found"
handler500 = "placeplan.web.errors.failed"

urlpatterns = [
    path("health/", health.health, name="health"),
    path("health/metrics", health.metrics, name="metrics"),
    path(".well-known/security.txt", headers.security_txt, name="security-txt"),
    path("account/", include("placeplan.web.accounts.urls")),
    path("api/", include("placeplan.web.api.urls")),
    path("publishing/", include("placeplan.web.publishing.urls")),
    path("<slug:place>/not-published", not_published, name="not-published"),
    path("drafts/", include("placeplan.web.workbench.urls")),
    path("<slug:place>/challenges/", include("placeplan.web.challenges.urls")),
    path("", include("placeplan.web.slider.urls")),
    path("", include("placeplan.web.public.urls")),
]
