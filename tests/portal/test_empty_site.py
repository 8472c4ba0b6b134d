"""A site on which nothing has been published yet."""

from __future__ import annotations

import re

import pytest

from tests.portal.test_pages import ADDRESSES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers(client, address):
    expected = 404 if re.search("first|t-cell|letter|larkin|basics", address) else 200
    assert client.get(address).status_code == expected
