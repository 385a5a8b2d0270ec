"""Django's settings. Nothing is kept: no database of Django's, no sessions, no accounts, no cookies.

Read from the environment: `COMITY_STORE` (where facts are), `COMITY_HOSTS` (names under which the site is
reached, separated by commas; without it the loopback ones), `COMITY_HTTPS=1` (behind a proxy that
terminates TLS and says so in `X-Forwarded-Proto`).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from comity.outputs.html._template import STYLES

_HOME = Path(__file__).parent

DEBUG = False
SECRET_KEY = secrets.token_urlsafe(50)  # signs nothing: there are no sessions, forms only ask
_HOSTS = os.environ.get("COMITY_HOSTS", "")
ALLOWED_HOSTS = [host for host in _HOSTS.split(",") if host] or ["localhost", "127.0.0.1", "[::1]"]

ROOT_URLCONF = "comity.web.urls"
WSGI_APPLICATION = "comity.web.wsgi.application"
INSTALLED_APPS = ["django.contrib.staticfiles", "csp", "ninja"]
MIDDLEWARE = [
    "comity.web.heads.HeadsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "comity.web.frames.FrameMiddleware",
    "django.middleware.common.CommonMiddleware",
    "comity.web.languages.LanguagesMiddleware",
    "comity.web.refusals.RefusalsMiddleware",
    "comity.web.answers.AnswersMiddleware",
]
DATABASES: dict[str, object] = {}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [_HOME / "templates"],
        "OPTIONS": {"environment": "comity.web.site.environment"},
    }
]

# Languages are comity's own: its catalogues hold every string, and an address says its language.
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
APPEND_SLASH = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [_HOME / "static", STYLES]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 365 * 24 * 3600  # addresses of static files carry a hash of what they hold

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "img-src": [SELF],
        "style-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if os.environ.get("COMITY_HTTPS") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
