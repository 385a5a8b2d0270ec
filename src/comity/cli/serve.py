"""`comity serve`: the explorer and the programming interface on this machine."""

from __future__ import annotations

import errno
import logging
import os
from contextlib import suppress
from threading import Thread
from typing import Annotated
from urllib.request import urlopen

import typer

from comity.cli import Command, Store
from comity.cli._shared import opened
from comity.errors import BadRequest

Host = Annotated[
    str, typer.Option(help="The address to listen on; unless it is given, this machine alone can ask.")
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")]
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    host: Host = "127.0.0.1", port: Port = 8000, store: Store = None
) -> None:  # fmt: skip
    """Opens the explorer in a browser's reach: pages, charts and the programming interface."""
    held = opened(store)
    os.environ["COMITY_STORE"] = str(held.store.path)
    names = {host, *_LOOPBACK, "[::1]"} if host not in ("0.0.0.0", "::") else {"*"}  # noqa: S104 -- asked for by name
    os.environ.setdefault("COMITY_HOSTS", ",".join(sorted(names)))
    from waitress import create_server

    from comity.web.wsgi import application

    try:
        server = create_server(application, host=host, port=port, threads=8, ident=None)
    except ValueError:
        raise BadRequest(f"cannot listen on {host}: it is no address of this machine") from None
    except OSError as error:
        hint = "; say --port 0" if error.errno == errno.EADDRINUSE else ""
        raise BadRequest(f"cannot listen on {host}:{port}: {error.strerror or error}{hint}") from None
    address = f"http://{f'[{host}]' if ':' in host else host}:{server.effective_port}/"
    typer.echo(f"comity at {address} (Ctrl-C ends it)", err=True)
    logging.getLogger("waitress").setLevel(logging.ERROR)  # not how many requests Ctrl-C cuts off
    Thread(target=_ask, args=(address,), daemon=True).start()
    server.run()


def _ask(address: str) -> None:
    """Opens the first page before anybody does: of a large store it takes a second or two to make."""
    with suppress(OSError), urlopen(address) as answer:  # noqa: S310 -- our own
        answer.read()


COMMAND = Command("serve", serve)
