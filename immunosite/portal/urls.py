from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from articles.feeds import Newest

from . import views
from .sitemaps import SITEMAPS

topics = [
    path("", views.topic_list, name="list"),
    path("<str:slug>/", views.topic_detail, name="detail"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("topics/", include((topics, "topics"))),
    path("search/", views.search, name="search"),
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/thanks/", views.feedback_thanks, name="feedback_thanks"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("feed.atom", Newest(), name="feed"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
]
