"""`lms preview`: see a course while it is written."""

import errno
import socket
from contextlib import suppress
from pathlib import Path

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from lms.catalogue.folders import BANK, COURSE
from lms.cli.context import called, content_roots
from lms.preview import create_preview


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--port", default=8100, show_default=True, type=click.IntRange(0, 65535), help="0: any free port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Anything else lets the network see drafts.")
def preview(folder: Path, port: int, host: str) -> None:
    """Show the course FOLDER in a browser: problems with file and line, lessons, questions with their answers.

    The page follows when a file changes. Nothing is stored.
    """
    if not (folder / COURSE).is_file() and not (folder / BANK).is_file():
        raise click.ClickException(f"{folder} is not a course: it holds no {COURSE}. Begin one with: lms new course ID")
    app = create_preview(folder, content_roots(), hosts=("localhost", "127.0.0.1", "::1", host))
    with _listen(host, port, folder) as door:
        server = make_server(host, port, app, threaded=True, request_handler=Quiet, fd=door.fileno())
        name = "localhost" if host == "127.0.0.1" else host
        click.echo(f"Preview of {folder} at http://{name}:{door.getsockname()[1]}/")
        click.echo("It follows when you save a file. End with Ctrl-C.")
        with suppress(KeyboardInterrupt):
            server.serve_forever()
        server.server_close()


def _listen(host: str, port: int, folder: Path) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            words = f"Port {port} is in use. Choose another: {called()} preview {folder} --port {port + 1}"
        else:
            words = f"Cannot listen on {host}:{port}: {error.strerror}."
        raise click.ClickException(words) from None


class Quiet(WSGIRequestHandler):
    """The browser asks every second; a line for each would bury what matters."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass
