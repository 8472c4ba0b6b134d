"""Guessing a password: ten tries from one address for one name, then half an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.factories import make_user

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
RIGHT, WRONG = "correct horse", "wrong horse"
HOME, ELSEWHERE = "192.0.2.1", "192.0.2.2"
LIMIT = settings.AXES_FAILURE_LIMIT
COOL_OFF = timedelta(hours=settings.AXES_COOLOFF_TIME)


@pytest.fixture(autouse=True)
def _accounts(db):
    make_user("anna")
    make_user("bert")


def log_in(name="anna", password=RIGHT, *, address=HOME, **headers):
    """The answer to one try from a fresh browser."""
    return Client().post(
        LOGIN,
        {"username": name, "password": password},
        REMOTE_ADDR=address,
        headers=headers,
    )


def fail(times: int, name="anna", **where) -> None:
    for _ in range(times):
        assert log_in(name, WRONG, **where).status_code in (200, 429)


def is_in(response) -> bool:
    return response.status_code == 302


def is_locked(response) -> bool:
    return response.status_code == 429


class TestBelowTheLimit:
    def test_the_right_password_goes_in(self):
        fail(LIMIT - 1)
        assert is_in(log_in())

    def test_a_wrong_one_is_told_in_the_form(self):
        response = log_in(password=WRONG)
        assert response.status_code == 200
        assert "Please enter the correct username and password" in str(response.content)

    def test_a_login_forgives_the_failures_before_it(self):
        fail(LIMIT - 1)
        assert is_in(log_in())
        fail(LIMIT - 1)
        assert is_in(log_in())

    def test_no_page_for_readers_counts_as_a_try(self, client):
        for _ in range(LIMIT + 1):
            client.get(LOGIN)
            client.get("/articles/?username=anna&password=x")
        assert is_in(log_in())

    def test_failures_of_long_ago_are_forgotten(self):
        with time_machine.travel(timezone.now()) as traveller:
            fail(LIMIT - 1)
            traveller.shift(COOL_OFF + timedelta(seconds=1))
            fail(LIMIT - 1)
            assert is_in(log_in())


class TestLocked:
    @pytest.fixture(autouse=True)
    def _locked(self):
        fail(LIMIT)

    def test_the_last_failure_itself_is_answered_so(self):
        fail(LIMIT - 1, "bert")
        assert is_locked(log_in("bert", WRONG))

    def test_the_right_password_is_refused_too(self):
        response = log_in()
        assert is_locked(response)
        assert settings.SESSION_COOKIE_NAME not in response.cookies

    def test_the_answer_is_a_page_of_the_site_that_says_what_to_do(self):
        response = log_in()
        page = response.content.decode()
        assert page.count("<h1>") == 1
        assert "<h1>Too many tries</h1>" in page
        assert "Wait half an hour" in page
        assert "css/site.css" in page
        assert '<a href="/articles/">' in page

    def test_the_answer_tells_machines_when_to_come_back(self):
        response = log_in()
        assert int(response["Retry-After"]) == COOL_OFF.total_seconds()
        assert response["Cache-Control"] == "no-store"

    def test_the_page_does_not_tell_whether_the_account_exists(self):
        fail(LIMIT, "nobody")
        locked, unknown = log_in(), log_in("nobody")
        assert is_locked(unknown)
        assert locked.content == unknown.content

    @pytest.mark.parametrize("spelled", ["anna ", " anna", "ａｎｎａ"])
    def test_another_spelling_of_the_same_name_is_no_way_around(self, spelled):
        assert is_locked(log_in(spelled))

    def test_a_forged_address_is_no_way_around(self):
        assert is_locked(log_in(x_forwarded_for=ELSEWHERE, x_real_ip=ELSEWHERE))

    def test_another_door_of_the_admin_is_no_way_around(self):
        response = Client().post(
            "/admin/articles/article/",
            {"username": "anna", "password": RIGHT},
            REMOTE_ADDR=HOME,
        )
        assert response.status_code == 302
        assert response["Location"].startswith(LOGIN)
        assert settings.SESSION_COOKIE_NAME not in response.cookies

    def test_who_is_logged_in_goes_on_working(self, client, django_user_model):
        client.force_login(django_user_model.objects.get(username="anna"))
        assert client.get("/admin/", REMOTE_ADDR=HOME).status_code == 200

    def test_readers_of_that_address_notice_nothing(self, client):
        assert client.get("/", REMOTE_ADDR=HOME).status_code == 200
        assert client.get(LOGIN, REMOTE_ADDR=HOME).status_code == 200

    def test_the_same_name_from_another_address_is_free(self):
        assert is_in(log_in(address=ELSEWHERE))

    def test_another_name_from_the_same_address_is_free(self):
        assert is_in(log_in("bert"))

    def test_a_login_from_elsewhere_opens_no_lock_here(self):
        assert is_in(log_in(address=ELSEWHERE))
        assert is_locked(log_in())


class TestCoolOff:
    def test_ends_the_lock(self):
        with time_machine.travel(timezone.now(), tick=False) as traveller:
            fail(LIMIT)
            traveller.shift(COOL_OFF - timedelta(seconds=1))
            assert is_locked(log_in())
        with time_machine.travel(timezone.now() + 3 * COOL_OFF):
            assert is_in(log_in())

    def test_is_no_longer_than_the_answer_says(self):
        with time_machine.travel(timezone.now(), tick=False) as traveller:
            fail(LIMIT)
            traveller.shift(COOL_OFF + timedelta(seconds=1))
            assert is_in(log_in())

    def test_begins_anew_with_each_try_during_the_lock(self):
        with time_machine.travel(timezone.now(), tick=False) as traveller:
            fail(LIMIT)
            traveller.shift(COOL_OFF / 2)
            assert is_locked(log_in(password=WRONG))
            traveller.shift(COOL_OFF / 2 + timedelta(seconds=1))
            assert is_locked(log_in())

    def test_gives_all_the_tries_back(self):
        with time_machine.travel(timezone.now(), tick=False) as traveller:
            fail(LIMIT)
            traveller.shift(COOL_OFF + timedelta(seconds=1))
            fail(LIMIT - 1)
            assert is_in(log_in())


class TestBehindAProxy:
    @pytest.fixture(autouse=True)
    def _proxy(self, settings):
        settings.BEHIND_PROXY = True

    def test_one_readers_failures_lock_only_that_reader(self):
        proxy = "127.0.0.1"
        for _ in range(LIMIT):
            log_in(password=WRONG, address=proxy, x_forwarded_for=HOME)
        assert is_locked(log_in(address=proxy, x_forwarded_for=HOME))
        assert is_in(log_in(address=proxy, x_forwarded_for=ELSEWHERE))

    def test_a_header_that_is_no_address_is_not_believed(self):
        assert is_in(log_in(x_forwarded_for="nonsense"))
