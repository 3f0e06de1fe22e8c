"""A sentence becomes an own provision; what was decided stays decided."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from tests.cast import make_office
from tests.provisions.test_own_rules import PERIODIC
from tests.trace.test_queries import TODAY, _own_folder, _today, issued, office  # noqa: F401 - fixtures
from tongxin.core.errors import BadInput, NotPossible, Refusal
from tongxin.documents.models import Requirement
from tongxin.provisions.models import Adoption
from tongxin.provisions.own_rules import definition
from tongxin.trace import operations, queries
from tongxin.trace.models import Binding
from tongxin.trace.own_operations import adopt_own
from tongxin.trace.source_queries import sources_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 1, 1)


def requirement_of(document):
    return Requirement.objects.filter(revision__document=document).order_by("order")[0]


def test_sentence_is_accepted_and_traced_to_the_own_provision(office):  # noqa: F811 - the fixture
    document = issued(office)
    requirement = requirement_of(document)
    made = definition("own.rule_1", PERIODIC)
    adoption = adopt_own(office, made, valid_from=DAY, requirement=requirement, actor=None)
    assert "讲话" in adoption.basis or document.title in adoption.basis
    assert [each.text for each in sources_of(office)["own.rule_1"]] == [requirement.text]
    traced = queries.trace_of(document, TODAY).requirements[0]
    assert (traced.state, [link.name for link in traced.bindings]) == ("accepted", ["支部读书会"])
    assert sum(traced.bindings[0].checks[0].counts.values()) == 2


def test_decided_sentence_is_refused_and_nothing_is_adopted(office):  # noqa: F811 - the fixture
    requirement = requirement_of(issued(office))
    operations.dismiss(requirement, actor=None)
    bindings = Binding.objects.count()
    with pytest.raises(Refusal):
        adopt_own(office, definition("own.rule_1", PERIODIC), valid_from=DAY, requirement=requirement, actor=None)
    assert (Adoption.objects.count(), Binding.objects.count()) == (0, bindings)


def test_sentence_of_another_office_is_not_there(office):  # noqa: F811 - the fixture
    requirement = requirement_of(issued(office))
    with pytest.raises(BadInput):
        adopt_own(
            make_office("政协另一市委员会"), definition("own.rule_1", PERIODIC), valid_from=DAY,
            requirement=requirement, actor=None,
        )  # fmt: skip


def test_next_year_s_sentence_replaces_the_rule_and_both_documents_say_so(office):  # noqa: F811 - the fixture
    document = issued(office)
    first, second = Requirement.objects.filter(revision__document=document).order_by("order")[:2]
    adopt_own(office, definition("own.rule_1", PERIODIC), valid_from=DAY, requirement=first, actor=None)
    new = definition("own.rule_1", replace(PERIODIC, rule="各党支部每月至少读书三次。", times=3))
    later = dt.date(2026, 4, 1)
    adoption = adopt_own(office, new, valid_from=later, requirement=second, replaces="own.rule_1", actor=None)
    old = Adoption.objects.get(provision="own.rule_1", valid_from=DAY)
    assert (old.valid_until, adoption.valid_from) == (later, later)
    traced = queries.trace_of(document, TODAY).requirements[:2]
    assert [link.replaced_on for item in traced for link in item.bindings] == [later, None]
    assert {each.text for each in sources_of(office)["own.rule_1"]} == {first.text, second.text}


def test_only_an_own_rule_in_force_is_replaced(office):  # noqa: F811 - the fixture
    document = issued(office)
    requirement = requirement_of(document)
    made = definition("own.rule_1", PERIODIC)
    for replaces in ("own.rule_1", "own.rule_2", "life.theme_day"):
        with pytest.raises(NotPossible):
            adopt_own(office, made, valid_from=DAY, requirement=requirement, replaces=replaces, actor=None)
    requirement.refresh_from_db()
    assert (Adoption.objects.count(), requirement.state) == (0, "proposed")


def test_same_form_sent_twice_makes_one_rule(office):  # noqa: F811 - the fixture
    number = uuid.uuid4()
    made = definition("own.rule_1", PERIODIC)
    rows = {adopt_own(office, made, valid_from=DAY, client_id=number, actor=None).pk for _twice in range(2)}
    assert (len(rows), Adoption.objects.count()) == (1, 1)
