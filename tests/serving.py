"""Servers in processes of their own: a port that nobody else gets, and waiting until one answers."""

import socket
import subprocess
import time
import urllib.error
import urllib.request

#: A server that has not answered by then never will, in seconds: a busy machine takes long to start a Python.
PATIENCE = 180
#: Loopback is reached directly, whatever proxy the machine's environment names.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def hold_port() -> socket.socket:
    """A bound socket that does not listen. While it is open, its port is given to nobody who asks for any free one,
    and a server that names the port can listen there, also again after it was killed."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def number(held: socket.socket) -> int:
    return held.getsockname()[1]


def wait_for(address: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether `address` has answered with success before the process ended and before patience did."""
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        if answers(address):
            return True
        time.sleep(0.05)
    return False


def answers(address: str) -> bool:
    """Whether `address` answers with success now."""
    try:
        with _DIRECT.open(address, timeout=10):
            return True
    except urllib.error.HTTPError as refusal:
        refusal.close()
    except OSError:
        pass
    return False


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except OSError:
        return False
    return True


def wait_until_closed(port: int) -> None:
    """After a kill: nothing of the server is left that holds its port, nor its files."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except ConnectionRefusedError:
            return
        except OSError:
            pass  # it dies just now
        time.sleep(0.02)
    raise AssertionError(f"something still listens on port {port}")
