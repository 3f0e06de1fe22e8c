"""A new table that names people cannot be forgotten: each stands in a dossier, and what is withheld is said."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db import models

from tests.cast import make_office, make_person
from tests.house.packages import ROOT, own_models
from tongxin.core import dossier
from tongxin.core.privacy import PersonSees
from tongxin.registry.models import Person

PERSON_COLUMNS = {"person_id", "person_ids", "other_person_id", "contact_id", "target_id"}


def names_people(model) -> bool:
    """Tell whether a model has a relation to a person or a column with a person's number."""
    return model is Person or any(
        field.related_model is Person or (field.name in PERSON_COLUMNS and not isinstance(field, models.ForeignKey))
        for field in model._meta.get_fields()
        if not field.auto_created
    )


def test_every_table_that_names_people_stands_in_a_dossier():
    held = {holding.model for holding in dossier.holdings()}
    assert [model._meta.label for model in own_models() if names_people(model) and model not in held] == []


@pytest.mark.parametrize(("language", "end"), [("zh-hans", "md"), ("en", "en.md")])
def test_the_reference_page_lists_these_tables(language: str, end: str):
    written = io.StringIO()
    call_command("dossier", "--table", "--language", language, stdout=written)
    assert (ROOT / "docs" / "reference" / f"my-record.{end}").read_text(encoding="utf-8") == written.getvalue()
    rows = [line for line in written.getvalue().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [holding.model._meta.label for holding in dossier.holdings()]


def test_the_search_finds_relations_and_plain_numbers():
    found = {model.__name__ for model in own_models() if names_people(model)}
    assert {"Person", "Membership", "ContactAssignment", "AuditEntry", "Finding", "Ruling", "Participation"} <= found
    assert found.isdisjoint({"Office", "Organization", "Activity", "Matter"})


def test_what_is_shown_later_or_on_request_says_what_is_withheld():
    silent = [
        holding.code
        for holding in dossier.holdings()
        if getattr(holding.model, "person_sees", PersonSees.NOW) is not PersonSees.NOW
        and not (holding.withheld and holding.shown)
    ]
    assert silent == []


def test_every_holding_gives_its_ground_in_law():
    assert [holding.code for holding in dossier.holdings() if "法" not in holding.law] == []
    assert [
        (holding.code, item.what) for holding in dossier.holdings() for item in holding.withheld if "法" not in item.law
    ] == []


def test_detaching_names_columns_of_the_table():
    wrong = [
        (holding.code, column)
        for holding in dossier.holdings()
        for column in (*(holding.people if holding.on_erasure == "detach" else ()), *holding.blank)
        if column not in {field.name for field in holding.model._meta.concrete_fields}
    ]
    assert wrong == []


@pytest.mark.django_db
def test_every_section_is_compiled_for_somebody_of_whom_nothing_is_held():
    office = make_office()
    person = make_person(office)
    sections = dossier.sections(person.pk, office.pk)
    assert [section.code for section in sections] == [holding.code for holding in dossier.holdings()]
    assert [section.code for section in sections if section.lines] == ["registry.person"]


@pytest.mark.django_db
def test_a_section_costs_one_statement_however_many_holdings(django_assert_num_queries):
    office = make_office()
    person = make_person(office)
    with django_assert_num_queries(len(dossier.holdings())):
        dossier.sections(person.pk, office.pk)


def test_every_disposal_of_the_shipped_rules_is_there():
    from tongxin.registry import retention

    named = {rule.table for rule in retention.load()}
    assert named == set(dossier.disposals())
