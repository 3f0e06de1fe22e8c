"""Every field says how private it is; every table that names a person says what that person sees."""

from __future__ import annotations

from tests.house.packages import own_models
from tongxin.core.privacy import PersonSees, PrivacyClass


def _own_fields(model):
    return [f for f in model._meta.get_fields() if not f.auto_created]


def test_every_field_declares_its_class():
    undeclared = [
        f"{model.__name__}.{field.name}"
        for model in own_models()
        for field in _own_fields(model)
        if field.name not in getattr(model, "privacy", {})
    ]
    assert undeclared == []


def test_no_declaration_names_a_field_that_is_not_there():
    from tongxin.core.privacy import STANDING_OPEN

    idle = [
        f"{model.__name__}.{name}"
        for model in own_models()
        for name in getattr(model, "privacy", {})
        if name not in STANDING_OPEN and name not in {field.name for field in _own_fields(model)}
    ]
    assert idle == []


def test_every_table_that_names_a_person_says_what_they_see():
    silent = [
        model.__name__
        for model in own_models()
        if any(
            (f.related_model is not None and f.related_model.__name__ == "Person")
            or f.name in {"person_id", "person_ids"}
            for f in _own_fields(model)
        )
        and getattr(model, "person_sees", None) not in set(PersonSees)
    ]
    assert silent == []


def test_what_the_law_calls_sensitive_is_declared_so():
    classes = {f"{model.__name__}.{name}": value for model in own_models() for name, value in model.privacy.items()}
    must = ["Affiliation.code", "Person.ethnic_group", "Participation.leave_reason", "User.password"]
    assert {name: classes[name] for name in must} == dict.fromkeys(must, PrivacyClass.SENSITIVE)


def test_nothing_holds_religion_or_health():
    found = [
        f"{model.__name__}.{field.name}"
        for model in own_models()
        for field in _own_fields(model)
        if any(word in field.name for word in ("religion", "faith", "health", "illness", "id_number"))
    ]
    assert found == []
