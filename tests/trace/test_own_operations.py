"""A sentence becomes an own provision; what was decided stays decided."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office
from tests.provisions.test_own_rules import PERIODIC
from tests.trace.test_queries import TODAY, _own_folder, _today, issued, office  # noqa: F401 - fixtures
from tongxin.core.errors import BadInput, Refusal
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
