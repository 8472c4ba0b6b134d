from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "immunosite.core"
    label = "core"
    verbose_name = "Site"

    def ready(self) -> None:
        from . import (
            checks,  # noqa: F401  registers the system checks
            mailing,
        )
        from .caching import begin_epoch

        mailing.connect()
        post_migrate.connect(begin_epoch, sender=self)
