"""`comity serve`: the explorer and the programming interface on this machine."""

from __future__ import annotations

import os
from typing import Annotated

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
    names = {host, *_LOOPBACK, "[::1]"} if host not in ("0.0.0.0", "::") else {"*"}  # noqa: S104
    os.environ.setdefault("COMITY_HOSTS", ",".join(sorted(names)))
    from waitress import create_server

    from comity.web.wsgi import application

    try:
        server = create_server(application, host=host, port=port, threads=8, ident=None)
    except OSError as error:
        raise BadRequest(f"cannot listen on {host}:{port}: {error.strerror or error}; say --port 0") from None
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"comity at http://{shown}:{server.effective_port}/ (Ctrl-C ends it)", err=True)
    server.run()


COMMAND = Command("serve", serve)
