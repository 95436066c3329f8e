"""Addresses of sliders, beside those of a place's published pages."""

from django.urls import path

from placeplan.web.slider import views

urlpatterns = [
    path("<slug:place>/what-if/", views.newest, name="what-if"),
    path("<slug:place>/what-if/<slug:version>/", views.what_if, name="what-if-version"),
]
