"""``python -m immunosite.port 8000``: say clearly when a port is taken."""

from __future__ import annotations

import re
import socket
import sys

LAST = 65535


def complaint(text: str) -> str | None:
    """Why the site can't be served on this port of 127.0.0.1, or None."""
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= LAST:
        return (
            f"“{text}” is not a port. Choose a number up to {LAST}: make run PORT=8001"
        )
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            another = port + 1 if port < LAST else port - 1
            return (
                f"Port {port} can't be used ({error.strerror}). "
                f"Stop what uses it, or choose another: make run PORT={another}"
            )
    return None


if __name__ == "__main__":
    sys.exit(complaint(" ".join(sys.argv[1:])))
