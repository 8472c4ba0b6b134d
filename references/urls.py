from django.urls import path

from . import views

app_name = "references"
urlpatterns = [
    path("", views.reference_list, name="list"),
    # A citation key may hold a slash.
    path("<path:key>/", views.reference_detail, name="detail"),
]
