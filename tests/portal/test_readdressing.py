"""Give links another address and change nothing else of the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.common.normalize_url import normalizeLink

from glossary.linking import Vocabulary
from glossary.rendering import Rendered, render
from immunosite.core.markdown import MAX_BODY
from immunosite.portal.readdressing import (
    NotReaddressed,
    Readdressed,
    leads_to,
    readdress,
)

OLD, NEW = "https://old.org/page", "https://new.org/p?q=1"


def changed(body: str, old: str = OLD, new: str = NEW) -> str:
    return readdress(body, old, new).body


def rendered(body: str) -> Rendered:
    return render(body, vocabulary=Vocabulary(), library={}, addresses={})


def hrefs(body: str) -> list[str]:
    return [link.href for link in rendered(body).links]


class TestPlaces:
    @pytest.mark.parametrize(
        "body",
        [
            "[words](OLD)",
            "[words](OLD 'A title')",
            "[words](<OLD>)",
            "[words](<OLD> \"A title\")",
            "[words](\n  OLD\n  (title))",
            "<OLD>",
            "See <OLD>, and [this](OLD).",
            "[words][ref]\n\n[ref]: OLD",
            "[ref] and [more words][ref]\n\n[ref]: <OLD> 'A title'\n",
            "[ref]:\n  OLD\n  'A title'\n\n[ref][]",
            "[![A cell](/media/a.png)](OLD)",
            "> - [words](OLD)\n>   and <OLD>",
            "| a | b |\n|---|---|\n| [x](OLD) | <OLD> |",
            "Words.[^1]\n\n[^1]: See [this](OLD).",
            "Term\n:   Its definition, [here](OLD).",
            "::: note\n[words](OLD)\n:::",
            "## [words](OLD)",
            "**[words *here*](OLD)**",
            "[@name](OLD)",
            "```chart\ntype: bars\ntitle: [T](OLD)\nsource: <OLD> [@a]\nunit: x\n\n"
            "| A | B |\n| [C](OLD) | 3 |\n```",
        ],
    )  # fmt: skip
    def test_of_a_link_are_found(self, body):
        before = body.replace("OLD", OLD)
        count = body.count("OLD")
        assert readdress(before, OLD, NEW) == Readdressed(
            body.replace("OLD", NEW), count
        )

    @pytest.mark.parametrize(
        "body",
        [
            OLD,
            f"`{OLD}`",
            f"`[a]({OLD})`",
            f"```\n[a]({OLD})\n```",
            f"    [a]({OLD})",
            f"\\[a]({OLD})",
            f"\\<{OLD}>",
            f"![A cell]({OLD})",
            f"[{OLD}](https://other.org/)",
            f"[a](https://other.org/ '{OLD}')",
            f"[a]({OLD}/more)",
            f"[a]({OLD}?x=1)",
            f"[a]({OLD}s)",
            f"<{OLD}/more>",
            f"[a](https://web.archive.org/web/2020/{OLD})",
            f"[a](https://other.org/?to={OLD})",
            "[a](http://old.org/page)",
            "[a](https://old.org/Page)",
            "[a](https://old.org/page/)",
            f"[never used]: {OLD}",
            f"[a][r]\n\n[r]: https://other.org/\n[r]: {OLD}",
            f"<!-- [a]({OLD} -->",
            "",
        ],
    )
    def test_of_anything_else_are_left_alone(self, body):
        assert readdress(body, OLD, NEW) == Readdressed(body, 0)

    def test_of_both_kinds_are_told_apart(self):
        body = (
            f"`{OLD}` [{OLD}]({OLD} '{OLD}') ![x]({OLD}) [a]({OLD}/more)\n\n"
            f"    {OLD}\n\n<{OLD}> [b][r] [c][s]\n\n[r]: {OLD}\n[s]: {OLD}/s\n"
        )
        assert changed(body) == (
            f"`{OLD}` [{OLD}]({NEW} '{OLD}') ![x]({OLD}) [a]({OLD}/more)\n\n"
            f"    {OLD}\n\n<{NEW}> [b][r] [c][s]\n\n[r]: {NEW}\n[s]: {OLD}/s\n"
        )

    def test_that_are_no_links_do_not_become_some(self):
        body = r"[a](//old.org/page) <//old.org/page> [b](https\://old.org/page) <https\://old.org/page>"
        assert changed(body) == (
            rf"[a]({NEW}) <//old.org/page> [b]({NEW}) <https\://old.org/page>"
        )

    def test_keep_their_part_of_the_page(self):
        body = f"[a]({OLD}#part) <{OLD}#x(y> [b]({OLD}#)"
        assert changed(body) == f"[a]({NEW}#part) <{NEW}#x(y> [b]({NEW}#)"


class TestSpelling:
    @pytest.mark.parametrize(
        ("old", "typed"),
        [
            ("https://old.org/a_b", r"[x](https://old.org/a\_b)"),
            ("https://old.org/?a=1&b=2", "[x](https://old.org/?a=1&amp;b=2)"),
            ("https://old.org/?a=1&b=2", "[x](https://old.org/?a=1&#38;b=2)"),
            ("https://old.org/?a=1&b=2", "<https://old.org/?a=1&b=2>"),
            ("https://old.org/a_(b)", "[x](https://old.org/a_(b))"),
            ("https://old.org/a(b", r"[x](https://old.org/a\(b)"),
            ("https://old.org/a%20b", "[x](<https://old.org/a b>)"),
            ("https://old.org/%C3%A4", "[x](https://old.org/ä)"),
            ("https://old.org/a%7Cb", "|a|\n|-|\n|[x](https://old.org/a\\|b)|"),
            ("https://old.org/%5C_", r"<https://old.org/\_>"),
            ("https://xn--br-via.org/", "[x](https://bär.org/)"),
        ],
    )
    def test_of_the_old_address_may_be_any(self, old, typed):
        assert hrefs(typed) == [old]
        found = readdress(typed, old, NEW)
        assert (hrefs(found.body), found.count) == ([NEW], 1)

    def test_of_an_address_without_a_scheme_is_known(self):
        assert changed("[a](//old.org/page#x)") == f"[a]({NEW}#x)"

    @pytest.mark.parametrize(
        "frame", ["[a]({})", "[a](<{}> 'x')", "<{}>", "[a]\n\n[a]: {}"]
    )
    @pytest.mark.parametrize(
        "new",
        [
            "https://new.org/a_(b)", "https://new.org/a)b", "https://new.org/a((b",
            "https://new.org/?a=1&copy;=2", "https://new.org/?a&#35;", "https://new.org/*a*_b_",
            "https://new.org/a'b", "https://new.org/$1\\g<0>", "https://new.org/a b|c",
            "https://new.org/`a`", "https://new.org/[a]", 'https://new.org/"a"', "https://bär.org/ä",
        ],
    )  # fmt: skip
    def test_of_the_new_address_is_safe_wherever_it_stands(self, frame, new):
        found = readdress(frame.format(OLD), OLD, new)
        assert found.count == 1
        assert hrefs(found.body) == [normalizeLink(new)]


class TestRefusal:
    def test_of_a_definition_that_a_picture_shares(self):
        body = f"![A cell][r] and [a][r]\n\n[r]: {OLD}"
        with pytest.raises(NotReaddressed, match="only a person"):
            readdress(body, OLD, NEW)

    def test_of_a_text_beyond_the_limits(self):
        with pytest.raises(NotReaddressed, match="allowed"):
            readdress("x" * (MAX_BODY + 1), OLD, NEW)


class TestLeadsTo:
    @pytest.mark.parametrize(
        "body",
        [f"[a]({OLD})", f"<{OLD}#x>", f"[a]\n\n[a]: {OLD}", "[a](//old.org/page)"],
    )
    def test_says_that_a_text_links_an_address(self, body):
        assert leads_to(body, OLD)

    @pytest.mark.parametrize("body", ["", OLD, f"`<{OLD}>`", f"[a]({OLD}/)"])
    def test_or_does_not(self, body):
        assert not leads_to(body, OLD)


URLS = st.sampled_from(
    [
        OLD,
        f"{OLD}#part",
        f"{OLD}/more",
        f"{OLD}?x",
        "https://other.org/(a)",
        "//old.org/page",
    ]
)
PIECES = st.one_of(
    URLS,
    URLS.map("[words]({})".format),
    URLS.map("[`code` *em*](<{}> 'title')".format),
    URLS.map("<{}>".format),
    URLS.map("`{}`".format),
    URLS.map("![A cell]({})".format),
    URLS.map("\n\n[r]: {}\n\n".format),
    URLS.map("[{0}]({0} '{0}')".format),
    st.sampled_from(
        ["[r]", "[words][r]", "\n", "\n\n", "\n> ", "\n- ", "    ", "\\", "`", "```\n",
         "[", "]", "(", ")", "<", ">", "'", "|", "&amp;", "[@key]", "[[term]]", "ä",
         "\n\n| a | b |\n|---|---|\n| ", " | "]
    ),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_whatever_the_text_only_that_address_changes(body):
    before = rendered(body)
    own = {OLD, f"{OLD}#part", "//old.org/page"}
    try:
        after = rendered(changed(body))
    except NotReaddressed:
        # Only where a picture would change with the link.
        assert "![" in body
        return
    expected = [
        NEW + link.href.removeprefix("https:").removeprefix("//old.org/page")
        if link.href in own
        else link.href
        for link in before.links
    ]
    assert [link.href for link in after.links] == expected
    assert [(x.line, x.message) for x in before.problems if OLD not in x.message] == [
        (x.line, x.message)
        for x in after.problems
        if NEW not in x.message and OLD not in x.message
    ]
    assert before.html.count("<img") == after.html.count("<img")
    assert changed(changed(body)) == changed(body)
