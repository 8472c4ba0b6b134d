"""An uploaded recording counts as what it is, and is served as just that."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from immunosite.core.recordings import MAX_BYTES, kind_of, store_recording

OGG = b"OggS\0\x02" + bytes(20) + b"\x01\x1e"
MP3 = b"ID3\x03\0\0\0\0\x0f\x76"
M4A = b"\0\0\0\x1cftypM4A \0\0\0\0"


class TestKinds:
    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (MP3, "mp3"),
            (b"\xff\xfb\x90\x64", "mp3"),
            (b"\xff\xf3\x40\xc4", "mp3"),
            (OGG + b"\x01vorbis", "ogg"),
            (OGG + b"OpusHead", "ogg"),
            (M4A, "m4a"),
            (b"\0\0\0\x18ftypmp42", "m4a"),
        ],
    )
    def test_are_told_by_how_a_file_begins(self, head, kind):
        assert kind_of(head + bytes(200)) == kind

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"ID3",
            b"<html><script>alert(1)</script>",
            b"\xff\xd8\xff\xe0JFIF",
            b"\xff\xff\xff\xff",
            b"RIFF\0\0\0\0WAVE",
            OGG + b"\x80theora",
            b"\0\0\0\x1cftypqt  ",
            b" " + MP3,
        ],
    )
    def test_of_no_other_kind_are_kept(self, content):
        assert kind_of(content) == ""
        upload = SimpleUploadedFile("a.mp3", content or b"x", "audio/mpeg")
        with pytest.raises(ValidationError, match="not a recording"):
            store_recording(upload)


def stored(content: bytes = MP3 + bytes(90)) -> str:
    return store_recording(SimpleUploadedFile("../evil.html", content, "text/html"))


def test_a_name_is_the_server_s():
    assert stored() != stored()
    assert stored().startswith("/media/")
    assert stored().endswith(".mp3")


def test_none_is_larger_than_two_megabytes():
    assert stored(MP3.ljust(MAX_BYTES, b"\0"))
    with pytest.raises(ValidationError, match="larger than 2 MB"):
        stored(MP3.ljust(MAX_BYTES + 1, b"\0"))


@pytest.mark.django_db
class TestServing:
    CONTENT = MP3 + bytes(range(90))

    @pytest.mark.parametrize(
        ("content", "kind"),
        [(MP3, "audio/mpeg"), (OGG + b"OpusHead", "audio/ogg"), (M4A, "audio/mp4")],
    )
    def test_is_of_its_own_type_and_has_no_rights(self, client, content, kind):
        response = client.get(stored(content))
        assert response["Content-Type"] == kind
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "immutable" in response["Cache-Control"]

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [("bytes=0-1", 0, 1), ("bytes=50-", 50, 99), ("bytes=-10", 90, 99),
         ("bytes=0-999", 0, 99), ("bytes=-500", 0, 99)],
    )  # fmt: skip
    def test_a_part_is_sent_where_one_is_asked_for(self, client, asked, first, last):
        response = client.get(stored(self.CONTENT), headers={"Range": asked})
        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes {first}-{last}/100"
        assert response.content == self.CONTENT[first : last + 1]

    @pytest.mark.parametrize("asked", ["bytes=100-", "bytes=7-3", "bytes=-0"])
    def test_a_part_that_is_not_there_is_refused(self, client, asked):
        response = client.get(stored(self.CONTENT), headers={"Range": asked})
        assert (response.status_code, response["Content-Range"]) == (416, "bytes */100")

    @pytest.mark.parametrize(
        "asked", ["", "bytes=-", "bytes=0-1,3-4", "lines=1-2", "x"]
    )
    def test_all_is_sent_otherwise(self, client, asked):
        response = client.get(stored(self.CONTENT), headers={"Range": asked})
        assert (response.status_code, response.content) == (200, self.CONTENT)

    def test_what_is_not_kept_is_not_found(self, client):
        assert client.get("/media/nothing.mp3").status_code == 404
