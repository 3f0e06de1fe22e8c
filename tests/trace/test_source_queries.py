"""From the board back to the sentence that asked for it."""

from __future__ import annotations

import pytest

from tests.cast import make_office
from tests.trace.test_queries import _own_folder, _today, issued, office  # noqa: F401 - fixtures
from tongxin.documents.models import Requirement
from tongxin.trace import operations
from tongxin.trace.source_queries import documents_in, sources_of

pytestmark = pytest.mark.django_db


def test_only_accepted_sentences_are_sources_and_of_this_office_only(office):  # noqa: F811 - the fixture
    document = issued(office)
    assert sources_of(office) == {}
    requirement = Requirement.objects.filter(
        revision__document=document, bindings__provision="life.general_meeting"
    ).order_by("order")[0]
    operations.accept(requirement, actor=None)
    found = sources_of(office)
    sentence = found["life.general_meeting"][0]
    assert (sentence.document, sentence.text, sentence.line) == (
        str(document.uid),
        requirement.text,
        requirement.line,
    )
    assert documents_in(found) == [(str(document.uid), document.title)]
    assert sources_of(make_office("政协另一市委员会")) == {}
