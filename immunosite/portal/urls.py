from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from articles.feeds import Newest

from . import (
    calendar_views,
    claim_views,
    desk_views,
    picker_views,
    signoff_views,
    views,
)
from .deskwork import LISTS
from .sitemaps import SITEMAPS

topics = [
    path("", views.topic_list, name="list"),
    path("<str:slug>/", views.topic_detail, name="detail"),
]
# Each its own address, so that each can be declared who may see it.
desk = [
    path(
        f"{name}/",
        admin.site.admin_view(desk_views.desk_list),
        {"name": name},
        name=name,
    )
    for name in LISTS
]
urlpatterns = [
    path("", views.home, name="home"),
    path("topics/", include((topics, "topics"))),
    path("search/", views.search, name="search"),
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/thanks/", views.feedback_thanks, name="feedback_thanks"),
    path("sign-off/thanks/", signoff_views.thanks, name="sign_off_thanks"),
    path("sign-off/<str:token>/", signoff_views.sign_off, name="sign_off"),
    path("admin/desk/", include((desk, "desk"))),
    path(
        "admin/calendar/",
        admin.site.admin_view(calendar_views.desk_calendar),
        name="desk_calendar",
    ),
    path("admin/pick/", picker_views.pick, name="pick"),
    path(
        "admin/claims/",
        admin.site.admin_view(claim_views.claims),
        name="desk_claims",
    ),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("feed.atom", Newest(), name="feed"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
]
