"""Addresses of challenges, inside those of a place."""

from django.urls import path

from placeplan.web.challenges.views import acting, mine, numbers, reading

urlpatterns = [
    path("", reading.listed, name="challenges"),
    path("challenges.csv", reading.table, name="challenges-table"),
    path("log", reading.log, name="challenge-log"),
    path("find", numbers.find, name="find-number"),
    path("number/<path:address>", numbers.number, name="challenge-number"),
    path("<int:number>/", reading.one, name="challenge"),
    path("<int:number>/reply", acting.reply, name="challenge-reply"),
    path("<int:number>/moderate", acting.moderate, name="challenge-moderate"),
    path("<int:number>/again", acting.again, name="challenge-again"),
    path("<int:number>/mine", mine.mine, name="challenge-mine"),
]
