from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import make_office, make_user
from tongxin.registry import account_operations

pytestmark = pytest.mark.django_db


def test_a_role_that_needs_a_second_factor_is_sent_to_set_it_up(client):
    office = make_office()
    clerk, leader = make_user(office, "party_clerk"), make_user(office, "leader")
    account_operations.require_second_factor(office, ["party_clerk"], actor=make_user(office, "administrator"))
    client.force_login(clerk)
    answer = client.get(reverse("today"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_activate_totp"))
    client.force_login(leader)
    assert client.get(reverse("today")).status_code == 200
