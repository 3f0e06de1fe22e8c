"""Every form, workflow and check that the catalogue names is there."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.urls import NoReverseMatch, get_resolver

from tongxin.matters.workflows import WORKFLOWS
from tongxin.provisions import catalogue
from tongxin.provisions.wires import WIRES


def resolved(wire: str) -> bool:
    sort, _, name = wire.partition(":")
    match sort:
        case "form":
            return name in {key for key in get_resolver().reverse_dict if isinstance(key, str)}
        case "workflow":
            return name in WORKFLOWS
        case "check":
            module, _, function = name.rpartition(".")
            return callable(getattr(import_module(module), function, None))
    raise NoReverseMatch(wire)


@pytest.mark.parametrize("wire", sorted(WIRES))
def test_a_wire_leads_somewhere(wire: str) -> None:
    assert resolved(wire)


def test_no_wire_is_without_use() -> None:
    used = {wire for entry in catalogue.provisions() for wire in entry.wired_to}
    assert set(WIRES) - used == set()
