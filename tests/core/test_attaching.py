"""Files to save: their names and headers."""

from __future__ import annotations

import pytest

from immunosite.core.attaching import attachment


def saved(name: str, **fields):
    kind = {"extension": "csv", "media_type": "text/csv", **fields}
    return attachment("a,é\n", name, **kind)


class TestAttachment:
    def test_is_text_of_its_kind_that_search_engines_leave_out(self):
        response = saved("terms")
        assert response.content == "a,é\n".encode()
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["X-Robots-Tag"] == "noindex"

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("terms", 'filename="terms.csv"'),
            ("../a/b", 'filename="a-b.csv"'),
            ('a"\r\nX: y', 'filename="a-X-y.csv"'),
            ("über", "filename*=utf-8''%C3%BCber.csv"),
            ("…", 'filename="file.csv"'),
        ],
    )
    def test_has_a_name_that_a_file_may_have(self, name, shown):
        assert saved(name)["Content-Disposition"] == f"attachment; {shown}"

    def test_has_another_name_when_nothing_is_left_of_its_own(self):
        response = saved("???", otherwise="references")
        assert response["Content-Disposition"].endswith('filename="references.csv"')
