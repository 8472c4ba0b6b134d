"""``make run`` asks first whether its port can be used, and says so in one line."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from django.conf import settings

from immunosite.port import complaint


@pytest.fixture
def taken():
    """A port that something listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return port


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as ``make run`` calls it."""
    return subprocess.run(
        [sys.executable, "-m", "immunosite.port", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=20,
    )


class TestComplaint:
    def test_a_free_port_is_fine(self, free):
        assert complaint(str(free)) is None

    def test_asking_does_not_take_the_port(self, free):
        assert [complaint(str(free)) for _ in range(3)] == [None] * 3
        with socket.create_server(("127.0.0.1", free)):
            pass

    def test_a_port_just_left_by_a_server_is_free_again(self, free):
        with socket.create_server(("127.0.0.1", free)) as server:
            with socket.create_connection(("127.0.0.1", free)):
                connection, _ = server.accept()
                # The side that closes first keeps the port busy for a while.
                connection.close()
        assert complaint(str(free)) is None

    def test_a_taken_port_is_told_with_another_to_try(self, taken):
        told = complaint(str(taken))
        assert told is not None
        assert told.startswith(f"Port {taken} can't be used (Address already in use).")
        assert told.endswith(f"make run PORT={taken + 1}")

    def test_it_stays_taken_while_it_is_asked_about(self, taken):
        assert complaint(str(taken))
        with socket.create_connection(("127.0.0.1", taken), timeout=5):
            pass

    def test_after_the_last_port_comes_the_one_before(self):
        try:
            server = socket.create_server(("127.0.0.1", 65535))
        except OSError:
            pytest.skip("Something else has the last port.")
        with server:
            assert str(complaint("65535")).endswith("make run PORT=65534")

    @pytest.mark.parametrize(
        "text",
        ["", " ", "eight", "8000x", "80.5", "8000 ", "80 81", "0x50", "8_000", "²"],
    )
    def test_what_is_no_number_is_no_port(self, text):
        assert str(complaint(text)).startswith(f"“{text}” is not a port.")

    @pytest.mark.parametrize("text", ["0", "-1", "65536", "100000", "9" * 5000])
    def test_a_number_out_of_range_is_no_port(self, text):
        told = str(complaint(text))
        assert told.startswith(f"“{text}” is not a port.")
        assert "up to 65535" in told

    def test_digits_that_other_programs_do_not_read_are_no_port(self):
        assert "is not a port" in str(complaint("٨٠٠٠"))


class TestCommand:
    def test_says_nothing_of_a_free_port(self, free):
        done = run(str(free))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_stops_the_start_at_a_taken_port(self, taken):
        done = run(str(taken))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"{complaint(str(taken))}\n"

    @pytest.mark.parametrize("arguments", [[], ["eight"], ["80", "81"]])
    def test_what_is_no_port_gives_one_line_and_no_traceback(self, arguments):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        given = " ".join(arguments)
        assert done.stderr.startswith(f"“{given}” is not a port.")
        assert done.stderr.count("\n") == 1
