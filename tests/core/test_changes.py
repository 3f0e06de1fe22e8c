from __future__ import annotations

from tongxin.core import changes


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
