"""Addresses of the workbench for authors."""

from django.urls import path

from placeplan.web.workbench.views import drafts, elements, files, jobs, mending, numbers, questions, uploads, versions

urlpatterns = [
    path("", drafts.mine, name="work"),
    path("<slug:place>/", drafts.place, name="work-place"),
    path("<slug:place>/<slug:name>/", drafts.draft, name="draft"),
    path("<slug:place>/<slug:name>/begin", drafts.begin, name="begin-draft"),
    path("<slug:place>/<slug:name>/run", jobs.run, name="run-draft"),
    path("<slug:place>/<slug:name>/upload", uploads.upload, name="upload-draft"),
    path("<slug:place>/<slug:name>/plan.zip", uploads.as_zip, name="draft-zip"),
    path("<slug:place>/<slug:name>/plan.xlsx", uploads.as_workbook, name="draft-workbook"),
    path("<slug:place>/<slug:name>/jobs/<int:job>", jobs.job, name="job"),
    path("<slug:place>/<slug:name>/jobs/<int:job>/cancel", jobs.cancel, name="cancel-job"),
    path("<slug:place>/<slug:name>/jobs/<int:job>/report", jobs.report, name="job-report"),
    path("<slug:place>/<slug:name>/jobs/<int:job>/change", mending.change, name="change-job"),
    path("<slug:place>/<slug:name>/jobs/<int:job>/pack", questions.pack, name="pack-job"),
    path("<slug:place>/<slug:name>/jobs/<int:job>/numbers", numbers.numbers, name="job-numbers"),
    path("<slug:place>/<slug:name>/jobs/<int:job>/all.zip", questions.job_zip, name="job-zip"),
    path("<slug:place>/<slug:name>/jobs/<int:job>/files/<path:path>", questions.job_file, name="job-file"),
    path("<slug:place>/<slug:name>/ask/<slug:kind>", questions.ask, name="ask"),
    path("<slug:place>/<slug:name>/parts/", elements.all_parts, name="form-parts"),
    path("<slug:place>/<slug:name>/parts/<slug:part>/", elements.one_part, name="form-part"),
    path("<slug:place>/<slug:name>/parts/<slug:part>/one", elements.one, name="form-one"),
    path("<slug:place>/<slug:name>/parts/<slug:part>/add", elements.add, name="form-add"),
    path("<slug:place>/<slug:name>/parts/<slug:part>/remove", elements.remove, name="form-remove"),
    path("<slug:place>/<slug:name>/parts/<slug:part>/rename", elements.rename, name="form-rename"),
    path("<slug:place>/<slug:name>/compare", versions.compare, name="compare"),
    path("<slug:place>/<slug:name>/merge", versions.merge, name="merge"),
    path("<slug:place>/<slug:name>/assumptions", versions.assumptions, name="assumptions"),
    path("<slug:place>/<slug:name>/assumptions.csv", versions.assumptions_csv, name="assumptions-csv"),
    path("<slug:place>/<slug:name>/file/<path:path>", files.file, name="draft-file"),
]
