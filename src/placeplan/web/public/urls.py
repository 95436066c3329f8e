"""Addresses of public pages."""

from django.urls import path

from placeplan.web.public import finding, views

urlpatterns = [
    path("", views.places, name="places"),
    path("<slug:place>/find", finding.find, name="find"),
    path("<slug:place>/", views.page, name="place"),
    path("<slug:place>/<path:path>", views.page, name="page"),
]
