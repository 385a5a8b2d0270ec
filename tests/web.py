"""Django's test client for a store: what a browser would be answered, without a server."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.web.settings")
os.environ.setdefault("COMITY_HOSTS", "testserver")

import django
from django.test import Client

from comity.api import Comity
from comity.web import answers, facts

django.setup()


class _OfStore(Client):  # type: ignore[misc]
    """Before each request it says which store is asked: tests of several share a process."""

    held: Comity

    def request(self, **request: Any) -> Any:
        facts.use(self.held)
        return super().request(**request)


def client(store: Comity, **options: Any) -> Client:
    """A client that is answered from `store`, with nothing kept of earlier answers."""
    answers.forget()
    made = _OfStore(**options)
    made.held = store
    return made
