from __future__ import annotations

import pytest

from tongxin.core import changes
from tongxin.core.models import PendingChange


def test_a_listener_hears_a_change_once(monkeypatch):
    monkeypatch.setattr(changes, "_listeners", [])
    heard: list[changes.Change] = []
    changes.listen(heard.append)
    changes.announce(7, facts=["theme_day"], organizations=[3])
    assert heard == [changes.Change(7, frozenset({"theme_day"}), frozenset({3}))]


def test_listening_twice_is_listening_once(monkeypatch):
    monkeypatch.setattr(changes, "_listeners", [])
    heard: list[changes.Change] = []
    listener = heard.append
    changes.listen(listener)
    changes.listen(listener)
    changes.announce(7)
    assert len(heard) == 1


@pytest.mark.django_db
def test_noted_changes_are_told_as_one_when_settled_and_only_of_this_office(monkeypatch):
    monkeypatch.setattr(changes, "_listeners", [])
    heard: list[changes.Change] = []
    changes.listen(heard.append)
    changes.note(7, facts=["theme_day"], organizations=[3])
    changes.note(7, facts=["party_class", "theme_day"], organizations=[4])
    changes.note(8, facts=["contact"])
    assert heard == []
    assert changes.settle(7) == 2
    assert heard == [changes.Change(7, frozenset({"theme_day", "party_class"}), frozenset({3, 4}))]
    assert list(PendingChange.objects.values_list("office_id", flat=True)) == [8]
    assert changes.settle(7) == 0


@pytest.mark.django_db
def test_more_noted_changes_than_one_statement_takes_are_all_told(monkeypatch):
    monkeypatch.setattr(changes, "_listeners", [])
    monkeypatch.setattr(changes, "_AT_ONCE", 2)
    for number in range(5):
        changes.note(7, facts=[f"fact{number}"])
    assert (changes.settle(7), PendingChange.objects.count()) == (5, 0)
