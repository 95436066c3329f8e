"""What a server such as gunicorn starts."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "placeplan.web.settings")
application = get_wsgi_application()
