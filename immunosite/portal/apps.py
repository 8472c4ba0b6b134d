from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "immunosite.portal"
    label = "portal"

    def ready(self) -> None:
        # Every app's turn comes in the order of INSTALLED_APPS.
        last = [*apps.get_app_configs()][-1]
        post_migrate.connect(self.make_roles, sender=last)

    def make_roles(self, **kwargs: Any) -> None:
        """Let the groups of the staff follow their table after each ``migrate``.

        A migration can't do it: Django makes the permissions of an app only after all
        migrations, at that app's turn of ``post_migrate``. So this runs at the last
        app's turn, when those of all others are there.
        """
        from .staffing import ensure_roles

        ensure_roles()
