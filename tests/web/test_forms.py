"""One way to handle a form: what is right is done, what is wrong or refused comes back with what was typed."""

from __future__ import annotations

from django import forms
from django.contrib.messages.storage.base import BaseStorage
from django.test import RequestFactory

from tongxin.core.errors import BadInput, NotPossible
from tongxin.web.forms import Done, attempt, carry_out, status_of


class Title(forms.Form):
    title = forms.CharField(max_length=5)


def refuse(**more: object) -> str:
    raise BadInput("x", "标题不行。", hint="请改。", field="heading")


def test_a_right_form_calls_the_operation_with_its_values():
    request = RequestFactory().post("/")
    called = []
    form = Title({"title": "例"})
    done = carry_out(request, form, lambda office, **values: called.append((office, values)), "office", actor=1)
    assert (done, called) == (Done(None), [("office", {"title": "例", "actor": 1})])
    assert status_of(form) == 200


def test_nothing_sent_or_a_wrong_form_calls_nothing():
    called = []
    for request, form in (
        (RequestFactory().get("/"), Title({"title": "例"})),
        (RequestFactory().post("/"), Title({"title": "六个字的标题"})),
        (RequestFactory().post("/"), Title()),
    ):
        assert carry_out(request, form, lambda **values: called.append(values)) is None
    assert called == []
    assert (status_of(Title()), status_of(Title({}), None), status_of(None)) == (200, 422, 200)


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed():
    form = Title({"title": "例"})
    assert carry_out(RequestFactory().post("/"), form, refuse, names={"heading": "title"}) is None
    assert form.errors == {"title": ["标题不行。请改。"]}
    assert form["title"].value() == "例"
    other = Title({"title": "例"})
    carry_out(RequestFactory().post("/"), other, refuse)
    assert other.errors == {"__all__": ["标题不行。请改。"]}


def test_without_a_form_the_refusal_is_a_message():
    class Kept(BaseStorage):
        def _get(self, *args: object, **more: object):
            return [], True

    request = RequestFactory().post("/")
    request._messages = Kept(request)

    def refused() -> None:
        raise NotPossible("x", "已过期。", hint="请重发。")

    assert attempt(request, refused) is None
    assert [str(each) for each in request._messages._queued_messages] == ["已过期。请重发。"]
    assert attempt(request, lambda value: value, 3) == Done(3)
