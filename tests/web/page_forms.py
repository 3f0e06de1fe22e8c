"""A form as the page shows it: filled in by its fields' names and sent where it says; a name it lacks is a fault."""

from __future__ import annotations

from typing import Any

from django.test import Client
from lxml import html


def forms_on(answer: Any) -> list[Any]:
    """Return the forms of a page."""
    return list(html.fromstring(answer.content.decode()).forms)


def form_on(answer: Any, *, action: str = "", field: str = "", value: str = "") -> Any:
    """Return the first form of a page that leads to ``action`` and has ``field`` (with ``value``)."""
    for form in forms_on(answer):
        if action and (form.get("action") or "") != action:
            continue
        if field and field not in form.fields:
            continue
        if value and form.fields[field] != value:
            continue
        return form
    raise AssertionError(f"no form to {action!r} with {field!r} {value!r}")


def send(client: Client, page: str, form: Any, button: tuple[str, str] | None = None, **values: Any) -> Any:
    """Fill in ``values`` and send the form as a browser would; ``button``: name and value of the button pressed."""
    for name, value in values.items():
        field = form.inputs[name]
        if getattr(field, "type", "") == "checkbox":
            field.checked = bool(value)
        elif getattr(field, "type", "") != "file":
            form.fields[name] = value
    data: dict[str, list[Any]] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    for name, value in values.items():
        if getattr(form.inputs[name], "type", "") == "file":
            data[name] = [value]
    if button is not None:
        pressed = form.xpath(f".//button[@name='{button[0]}'][@value='{button[1]}']")
        assert pressed, f"no button {button}"
        data[button[0]] = [button[1]]
    return client.post(form.get("action") or page, data)


def typed(answer: Any, name: str) -> Any:
    """Return what stands in a field of the page that came back."""
    return next(form.fields[name] for form in forms_on(answer) if name in form.fields)


def errors(answer: Any) -> str:
    """Return the words of the errors on a page."""
    found = html.fromstring(answer.content.decode()).xpath("//*[contains(@class,'error')]")
    return " ".join(" ".join(each.text_content().split()) for each in found)
