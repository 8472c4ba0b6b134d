"""``python -m immunosite.port 8000``: say clearly when a port is taken."""

from __future__ import annotations

import socket
import sys


def complaint(text: str) -> str | None:
    """Why the site can't be served on this port of 127.0.0.1, or None."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        return (
            f"“{text}” is not a port. Choose a number up to 65535: make run PORT=8001"
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            return (
                f"Port {text} can't be used ({error.strerror}). "
                f"Stop what uses it, or choose another: make run PORT={int(text) + 1}"
            )
    return None


if __name__ == "__main__":
    sys.exit(complaint(sys.argv[1]))
