"""Addresses of signing, answering and publishing."""

from django.urls import path

from placeplan.web.publishing.views import offers, publish, signing

urlpatterns = [
    path("<slug:place>/", publish.overview, name="publishing"),
    path("<slug:place>/sign/<str:organisation>/", signing.sign, name="sign"),
    path("<slug:place>/offer/<int:job>/", offers.offer, name="offer"),
    path("<slug:place>/offers/<int:offer>/reply/<str:organisation>/", offers.reply, name="reply"),
    path("<slug:place>/offers/<int:offer>/pages/<path:path>", offers.pages, name="offered-page"),
    path("<slug:place>/offers/<int:offer>/take-back", offers.take_back, name="take-back"),
    path("<slug:place>/offers/<int:offer>/publish/", publish.publish, name="publish"),
    path("<slug:place>/offers/<int:offer>/report.zip", publish.report, name="offer-report"),
    path("<slug:place>/withdraw/<str:version>/", publish.withdraw, name="withdraw"),
]
