"""What imports, exports and their commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from .decoding import decode
from .records import MalformedFile
from .reports import Report

MAX_BYTES = 64 * 1024 * 1024
# What an import publishes has been through no review here, and stays marked so.
FORCED_REASON = "Published by an import, without a review here."


class UnsuitableText(ValueError):
    """The bytes of a file are no text that this import reads; says why."""


class ExchangeCommand(BaseCommand):
    """``import FILE…`` and ``export [--output FILE]``.

    Subclasses bring in the texts of the files (``import_files``) and write everything
    to standard output or a file (``export``). Exit code 1 when anything was rejected.
    ``only_written`` are formats that no import reads. ``is_recognized``: the option is
    None unless the format of the files is named.
    """

    formats: tuple[str, ...] = ()
    only_written: tuple[str, ...] = ()
    can_publish = False
    is_recognized = False

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        bring = deeds.add_parser("import", help="Bring files in.")
        bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
        bring.add_argument("--dry-run", action="store_true", help="Report only.")
        bring.add_argument(
            "--on-existing", choices=["keep", "update"], default="update"
        )
        bring.add_argument("--as", dest="username", help="Default: an administrator.")
        if self.can_publish:
            bring.add_argument(
                "--publish", action="store_true", help="Publish at once."
            )
        self.add_import_arguments(bring)
        send = deeds.add_parser("export", help="Write everything out.")
        send.add_argument("--output", type=Path, help="Default: standard output.")
        first = self.formats[0]
        expected = None if self.is_recognized else first
        bring.add_argument("--format", choices=self.formats, default=expected)
        written = (*self.formats, *self.only_written)
        send.add_argument("--format", choices=written, default=first)

    def add_import_arguments(self, parser: CommandParser) -> None:
        """Declare options that only this kind of import has."""

    def own_options(self, options: dict[str, Any]) -> dict[str, Any]:
        """Those of them that ``import_files`` is given."""
        return {}

    def decode(self, data: bytes) -> str:
        """The text of a file. Raises UnsuitableText."""
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise UnsuitableText(f"not UTF-8 (byte {error.start}).") from error

    def import_files(
        self, texts: list[tuple[str, str]], *, by: Any, **options: Any
    ) -> list[tuple[str, Report]]:
        """Bring (file name, text) pairs in; return (file name, report) pairs."""
        raise NotImplementedError

    def export(self, output: Path | None, *, format: str) -> None:
        raise NotImplementedError

    def write(self, text: str, output: Path | None) -> None:
        """Write an export where the user wants it."""
        if output is None:
            self.stdout.write(text, ending="")
        else:
            output.write_text(text, encoding="utf-8", newline="")

    def _read(self, path: Path) -> str:
        try:
            if path.stat().st_size > MAX_BYTES:
                raise CommandError(f"{path}: larger than 64 MB.")
            return self.decode(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        except UnsuitableText as error:
            raise CommandError(f"{path}: {error}") from error

    def handle(self, *args: Any, **options: Any) -> None:
        if options["deed"] == "export":
            self.export(options["output"], format=options["format"])
            return
        texts = [(str(path), self._read(path)) for path in options["files"]]
        try:
            reports = self.import_files(
                texts,
                by=acting(options["username"]),
                on_existing=options["on_existing"],
                dry_run=options["dry_run"],
                publishing=options.get("publish", False),
                **self.own_options(options),
            )
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        for name, report in reports:
            self.stdout.write(f"{name}: {report.summary()}")
            for row in report.as_lines():
                self.stdout.write(f"  {row}")
        if any(report.has_rejects for _, report in reports):
            sys.exit(1)


class RecognizingCommand(ExchangeCommand):
    """Files of several formats, each recognized (``sniff``) unless it is named, in any
    encoding that :func:`immunosite.core.decoding.decode` reads."""

    is_recognized = True

    def sniff(self, file_name: str, text: str) -> str | None:
        """The name of a file's format, or None."""
        raise NotImplementedError

    def decode(self, data: bytes) -> str:
        try:
            return decode(data)
        except MalformedFile as error:
            raise UnsuitableText(f"line {error.line}: {error}") from error

    def recognized(
        self, texts: list[tuple[str, str]], named: str | None
    ) -> list[tuple[str, str, str]]:
        """(file name, text, format) of each file. Raises CommandError."""
        return [
            (name, text, named or self._format_of(name, text)) for name, text in texts
        ]

    def _format_of(self, name: str, text: str) -> str:
        found = self.sniff(name, text)
        if found is None:
            known = ", ".join(self.formats)
            raise CommandError(f"{name}: of no known format. Name it: --format {known}")
        return found


def acting(username: str | None) -> AbstractUser:
    """The active user of this name, or the first administrator. Raises CommandError."""
    users = get_user_model().objects.filter(is_active=True)
    if username is not None:
        user = users.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no active user “{username}”.")
        return user
    user = users.filter(is_superuser=True).order_by("pk").first()
    if user is None:
        raise CommandError("There is no administrator. Name a user with --as.")
    return user


def message_of(error: ValidationError) -> str:
    """What is wrong, in one line: ``field: reason`` where the fields are known."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items()
    )
