"""Who works on the site and what each may do; the accounts of a demonstration."""

from __future__ import annotations

import os
import re
import stat

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.core.management.sql import emit_post_migrate_signal

import articles.publishing
import glossary.publishing
from immunosite.core import workflow
from immunosite.core.curating import save_tag
from immunosite.core.pages import Status
from immunosite.core.reviews import ReviewerProfile
from immunosite.core.tagging import Tag
from immunosite.portal.staffing import (
    DEMO_STAFF,
    ROLES,
    demo_passwords,
    ensure_demo_staff,
    ensure_roles,
)
from references.curating import delete_reference, save_reference
from references.noticing import add_notice
from tests.factories import (
    approved,
    draft_article,
    draft_term,
    make_article,
    make_reference,
    make_user,
    publisher,
)

pytestmark = pytest.mark.django_db
PASSWORDS = {name: f"a long password of {name}" for name in DEMO_STAFF}
CONTENT = {"articles/article", "glossary/term", "references/reference", "core/tag"}
CSL = {"id": "doe-2020", "type": "book", "title": "A book"}


def rights(group: Group) -> set[str]:
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in group.permissions.select_related("content_type")
    }


def desks(client) -> set[str]:
    """What the start page of the admin offers, as app/model."""
    page = client.get("/admin/").content.decode()
    return set(re.findall(r'href="/admin/([a-z]+/[a-z]+)/"', page))


class TestRoles:
    def test_are_made_with_just_their_rights(self):
        ensure_roles()
        made = {group.name: rights(group) for group in Group.objects.all()}
        assert made == {role: set(names) for role, names in ROLES.items()}

    def test_an_editor_may_all_that_an_author_may(self):
        assert set(ROLES["Author"]) < set(ROLES["Editor"])

    def test_a_reviewer_changes_no_word(self):
        names = ROLES["Medical reviewer"]
        verbs = {name.partition(".")[2].partition("_")[0] for name in names}
        assert verbs == {"review", "view", "verify", "change"}
        # What they change stands beside the pages: a quotation, a decision.
        changed = {name for name in names if ".change_" in name}
        assert changed == {"references.change_noticetask", "references.change_evidence"}

    def test_an_administrator_may_all_that_others_may(self):
        everything = {name for names in ROLES.values() for name in names}
        assert set(ROLES["Administrator"]) == everything

    def test_nobody_else_may_manage_accounts_or_say_who_signs(self):
        for role in set(ROLES) - {"Administrator"}:
            own = ("auth.", "axes.", "core.add_reviewer", "core.change_reviewer")
            assert not [name for name in ROLES[role] if name.startswith(own)]

    def test_nobody_at_all_may_change_the_record_of_deeds(self):
        for names in ROLES.values():
            assert not [
                name
                for name in names
                if name.endswith("_auditentry") and name != "core.view_auditentry"
            ]

    def test_making_them_again_changes_nothing(self):
        ensure_roles()
        before = list(Group.permissions.through.objects.order_by("pk").values())
        ensure_roles()
        assert list(Group.permissions.through.objects.order_by("pk").values()) == before

    def test_a_right_that_is_not_the_roles_is_taken_back(self):
        ensure_roles()
        author = Group.objects.get(name="Author")
        author.permissions.add(Permission.objects.get(codename="publish_article"))
        ensure_roles()
        assert rights(author) == set(ROLES["Author"])

    def test_follow_their_table_after_each_migrate_and_flush(self):
        Group.objects.all().delete()
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        made = {group.name: rights(group) for group in Group.objects.all()}
        assert made == {role: set(names) for role, names in ROLES.items()}

    def test_a_right_whose_table_is_not_there_yet_waits(self):
        Permission.objects.filter(codename="review_term").delete()
        ensure_roles()
        missing = set(ROLES["Medical reviewer"]) - {"glossary.review_term"}
        assert rights(Group.objects.get(name="Medical reviewer")) == missing

    def test_who_has_a_role_keeps_it_and_other_groups_are_left_alone(self, editor):
        readers = Group.objects.create(name="Proofreaders")
        editor.groups.add(readers)
        ensure_roles()
        names = set(editor.groups.values_list("name", flat=True))
        assert names == {"Editor", "Proofreaders"}


class TestAuthor:
    def test_writes_drafts_and_keeps_references(self, author):
        draft = articles.publishing.save_draft(
            draft_article("hope").page, based_on=1, by=author,
            title="Hope", summary="On hope.", body="Some hope.",
        )  # fmt: skip
        term = glossary.publishing.save_draft(
            draft_term("Hope").page, based_on=1, by=author, title="Hope", body="A wish."
        )
        assert (draft.created_by, term.created_by) == (author, author)
        assert save_reference("doe-2020", CSL, by=author).pk

    def test_makes_nothing_public_and_nothing_gone(self, author):
        article, term = draft_article("hope"), draft_term("Hope")
        live = make_article("live", "Words.").page
        reference = make_reference()
        deeds = {
            "publish_article": lambda: articles.publishing.publish(article, by=author),
            "withdraw": lambda: articles.publishing.withdraw(
                live, by=author, reason=""
            ),
            "rename": lambda: articles.publishing.rename(live, "other", by=author),
            "discard": lambda: articles.publishing.discard(article.page, by=author),
            "publish_term": lambda: glossary.publishing.publish(term, by=author),
            "discard_term": lambda: glossary.publishing.discard(term.page, by=author),
            "delete": lambda: delete_reference(reference, by=author),
            "notice": lambda: add_notice(reference, by=author, kind="retraction"),
            "tag": lambda: save_tag(Tag(name="New"), by=author),
        }
        for deed in deeds.values():
            with pytest.raises(PermissionDenied):
                deed()
        assert live.live_revision()
        assert not article.page.live_revision()
        assert not term.page.live_revision()

    def test_finds_the_desks_of_content_in_the_admin(self, client, author):
        client.force_login(author)
        found = desks(client)
        assert CONTENT <= found
        assert not {"auth/user", "auth/group", "core/auditentry"} & found

    def test_finds_no_button_to_publish(self, client, author):
        client.force_login(author)
        page = client.get("/admin/articles/article/add/").content.decode()
        assert 'name="_continue"' in page
        assert 'name="_publish"' not in page


class TestMedicalReviewer:
    def test_reviews_and_does_nothing_else(self, reviewer):
        article, term = draft_article("hope"), draft_term("Hope")
        tag = Tag(name="New")
        deeds = [
            lambda: articles.publishing.save_draft(
                article.page, based_on=1, by=reviewer, title="", summary="", body=""
            ),
            lambda: workflow.submit(article, by=reviewer),
            lambda: articles.publishing.publish(article, by=reviewer),
            lambda: articles.publishing.discard(article.page, by=reviewer),
            lambda: glossary.publishing.publish(term, by=reviewer),
            lambda: save_reference("doe-2020", CSL, by=reviewer),
            lambda: save_tag(tag, by=reviewer),
        ]
        for deed in deeds:
            with pytest.raises(PermissionDenied):
                deed()
        for draft in (article, term):
            workflow.submit(draft, by=publisher())
            workflow.approve(draft, by=reviewer)
            assert draft.status == Status.APPROVED

    def test_finds_what_there_is_to_read(self, client, reviewer):
        client.force_login(reviewer)
        found = desks(client)
        assert CONTENT | {"core/reviewerprofile"} <= found
        assert not {"auth/user", "auth/group", "core/auditentry"} & found


class TestEditor:
    def test_publishes_withdraws_and_tags(self, editor):
        tag = save_tag(Tag(name="New"), by=editor)
        live = articles.publishing.publish(approved(draft_article("hope")), by=editor)
        term = approved(draft_term("Hope"))
        assert glossary.publishing.publish(term, by=editor).live_from
        articles.publishing.rename(live.page, "more-hope", by=editor)
        articles.publishing.withdraw(live.page, by=editor, reason="Old.")
        assert not live.page.live_revision()
        assert tag.pk

    def test_reads_the_record_of_deeds_beside_the_authors_desks(self, client, editor):
        client.force_login(editor)
        found = desks(client)
        assert CONTENT | {"core/auditentry"} <= found
        assert not {"auth/user", "auth/group"} & found

    def test_manages_no_account(self, client, editor):
        client.force_login(editor)
        assert client.get("/admin/auth/user/").status_code == 403
        assert client.get("/admin/auth/group/").status_code == 403


class TestDemoStaff:
    def test_is_one_account_of_each_kind(self, django_user_model):
        assert ensure_demo_staff(PASSWORDS) == dict.fromkeys(DEMO_STAFF, "new")
        accounts = {user.username: user for user in django_user_model.objects.all()}
        assert all(user.is_staff and user.is_active for user in accounts.values())
        assert [name for name, user in accounts.items() if user.is_superuser] == [
            "administrator"
        ]
        roles = {
            name: [group.name for group in user.groups.all()]
            for name, user in accounts.items()
        }
        assert roles == {
            "administrator": [], "editor": ["Editor"],
            "reviewer": ["Medical reviewer"], "author": ["Author"],
        }  # fmt: skip

    def test_nobody_takes_its_reviewer_for_a_person(self):
        ensure_demo_staff(PASSWORDS)
        profile = ReviewerProfile.objects.get()
        assert profile.user.username == "reviewer"
        assert (profile.name, profile.credentials, profile.conflicts) == (
            "Demonstration reviewer", "not a real person", "None",
        )  # fmt: skip

    def test_everybody_gets_in_with_their_password(self, client):
        ensure_demo_staff(PASSWORDS)
        for name, password in PASSWORDS.items():
            given = {"username": name, "password": password}
            assert client.post("/admin/login/", given).status_code == 302
            assert client.get("/admin/").status_code == 200
            client.logout()

    def test_passwords_are_stored_as_hashes_only(self, django_user_model):
        ensure_demo_staff(PASSWORDS)
        for user in django_user_model.objects.all():
            assert PASSWORDS[user.username] not in user.password

    def test_is_made_once(self, django_user_model):
        ensure_demo_staff(PASSWORDS)
        before = list(django_user_model.objects.order_by("pk").values())
        others = dict.fromkeys(DEMO_STAFF, "another long password")
        assert ensure_demo_staff(others) == dict.fromkeys(DEMO_STAFF, "changed")
        assert list(django_user_model.objects.order_by("pk").values()) == before

    def test_a_changed_password_role_or_lock_stays(self, django_user_model):
        ensure_demo_staff(PASSWORDS)
        author = django_user_model.objects.get(username="author")
        author.set_password("of their own choice")
        author.is_active = False
        author.save()
        author.groups.clear()
        ensure_demo_staff(PASSWORDS)
        author.refresh_from_db()
        assert author.check_password("of their own choice")
        assert not author.is_active
        assert not author.groups.exists()

    def test_only_who_is_missing_is_made(self, django_user_model):
        theirs = make_user("editor")
        assert ensure_demo_staff(PASSWORDS) == {
            "administrator": "new", "editor": "changed", "reviewer": "new",
            "author": "new",
        }  # fmt: skip
        theirs.refresh_from_db()
        assert theirs.check_password("correct horse")
        assert theirs.is_superuser


class TestPasswords:
    def test_are_long_different_and_new_for_each_installation(self, tmp_path):
        first, second = (demo_passwords(tmp_path / name) for name in "ab")
        assert list(first) == list(DEMO_STAFF)
        found = [*first.values(), *second.values()]
        assert len(set(found)) == len(found)
        assert min(map(len, found)) >= 16

    def test_are_kept_in_a_file_for_its_owner_only(self, tmp_path):
        path = tmp_path / "logins"
        before = os.umask(0)
        try:
            demo_passwords(path)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_are_read_back_and_never_written_again(self, tmp_path):
        path = tmp_path / "logins"
        first = demo_passwords(path)
        written = path.read_bytes()
        assert demo_passwords(path) == first
        assert path.read_bytes() == written

    @pytest.mark.parametrize("text", ["", "\n", "nonsense\n\n"])
    def test_of_a_damaged_file_are_made_anew(self, tmp_path, text):
        path = tmp_path / "logins"
        path.write_text(text)
        made = demo_passwords(path)
        assert list(made) == list(DEMO_STAFF)
        assert demo_passwords(path) == made

    def test_of_an_edited_file_are_what_it_says(self, tmp_path):
        path = tmp_path / "logins"
        path.write_text("administrator my-own\nauthor theirs\n")
        made = demo_passwords(path)
        assert made["administrator"] == "my-own"
        assert made["author"] == "theirs"
        assert path.read_text().splitlines()[2:] == [
            f"editor {made['editor']}", f"reviewer {made['reviewer']}",
        ]  # fmt: skip
