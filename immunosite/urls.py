from django.contrib import admin
from django.urls import include, path

from articles import editor
from articles.models import Kind
from articles.views import article_changes, site_page, visit_handout
from immunosite.core import mediaviews

urlpatterns = [
    path("", include("immunosite.portal.urls")),
    path("articles/", include("articles.urls")),
    path("pages/<str:slug>/", site_page, name="site_page"),
    path(
        "pages/<str:slug>/history/",
        article_changes,
        {"kind": Kind.SITE_PAGE},
        name="site_page_changes",
    ),
    path("handout/", visit_handout, name="handout"),
    path("glossary/", include("glossary.urls")),
    path("references/", include("references.urls")),
    path("media/<str:name>", mediaviews.serve, name="picture"),
    path("admin/markdown/preview/", editor.preview, name="markdown_preview"),
    path("admin/markdown/upload/", editor.upload, name="markdown_upload"),
    path("admin/", admin.site.urls),
]
handler400 = "immunosite.core.errors.bad_request"
handler403 = "immunosite.core.errors.forbidden"
handler404 = "immunosite.core.errors.not_found"
handler500 = "immunosite.core.errors.server_error"
