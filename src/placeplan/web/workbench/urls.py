"""Addresses of the workbench for authors."""

from django.urls import path

from placeplan.web.workbench import views

urlpatterns = [
    path("", views.mine, name="work"),
    path("<slug:place>/", views.place, name="work-place"),
    path("<slug:place>/<slug:name>/", views.draft, name="draft"),
    path("<slug:place>/<slug:name>/begin", views.begin, name="begin-draft"),
    path("<slug:place>/<slug:name>/run", views.run, name="run-draft"),
    path("<slug:place>/<slug:name>/upload", views.upload, name="upload-draft"),
    path("<slug:place>/<slug:name>/plan.zip", views.as_zip, name="draft-zip"),
    path("<slug:place>/<slug:name>/plan.xlsx", views.as_workbook, name="draft-workbook"),
    path("<slug:place>/<slug:name>/jobs/<int:job>", views.job, name="job"),
    path("<slug:place>/<slug:name>/jobs/<int:job>/cancel", views.cancel, name="cancel-job"),
    path("<slug:place>/<slug:name>/jobs/<int:job>/report", views.report, name="job-report"),
    path("<slug:place>/<slug:name>/file/<path:path>", views.file, name="draft-file"),
]
