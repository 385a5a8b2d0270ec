"""Every address of the site: the pages of the shelf, and the programming interface."""

from __future__ import annotations

from django.urls import include, path

from comity import shelf
from comity.web.api import _mount
from comity.web.pages import Page

_PAGES = sorted(shelf.find("comity.web.pages", Page).values(), key=lambda page: (page.order, page.name))
urlpatterns = [path(page.route, page.view, name=page.name) for page in _PAGES]
urlpatterns += [path("api/v1/", include((_mount.urls, "api")))]
handler400 = "comity.web.refusals.bad_request"
handler404 = "comity.web.refusals.not_found"
handler500 = "comity.web.refusals.failed"
