from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "immunosite.portal"
    label = "portal"
