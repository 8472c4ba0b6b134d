from django.urls import path

from . import views

app_name = "references"
urlpatterns = [
    path("", views.reference_list, name="list"),
    path("download.<str:extension>", views.bibliography, name="download"),
    path("<path:key>/cite.<str:extension>", views.reference_file, name="cite"),
    # A citation key may hold a slash.
    path("<path:key>/", views.reference_detail, name="detail"),
]
