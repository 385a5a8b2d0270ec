"""The pages, one file per subject. A new page is a new file that offers a `Page`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse


@dataclass(frozen=True, slots=True)
class Page:
    """A route (as Django writes it, without the leading slash) and the view that answers it. `order` sets
    which of several that fit is asked first; `menu` is its name in the
    site's menu, if it has one."""

    name: str
    route: str
    view: Callable[..., HttpResponse]
    menu: str = ""
    order: int = 0
