"""The WSGI entrance: ``gunicorn immunosite.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "immunosite.settings")
application = get_wsgi_application()
