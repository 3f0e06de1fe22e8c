"""Takes whole offices away, table by table, whatever their tables refer to each other by."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection

from django.apps import apps
from django.db import models

from tongxin.core.models import SubjectKey
from tongxin.registry.models import Office, StoredFile

Model = type[models.Model]


def delete_offices(office_ids: Collection[int]) -> int:
    """Delete every row that belongs to these offices and the offices themselves; return how many rows went.

    The keys of their audited values go first, and with them the values; the audit entries stay (the book is
    append-only).  Files are removed from the storage.  Foreign keys are checked when the transaction ends.
    """
    if not office_ids:
        return 0
    paths = _paths_to_office()
    for stored in StoredFile.objects.filter(office__in=office_ids):
        stored.file.delete(save=False)
    count = 0
    # The base manager, because a default one may hide rows.  Farthest first: a row is found through those that it
    # belongs to, which must still be there.
    for model, path in sorted(paths.items(), key=lambda pair: (-_steps(pair[1]), pair[0]._meta.label)):
        # Unordered: an order that reaches through a row that went already would hide the rest.
        rows_here = model._base_manager.filter(**{f"{path}__in": office_ids}).order_by()
        ids = list(rows_here.values_list("pk", flat=True))
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            names = [f"{model._meta.label_lower}:{pk}" for pk in part]
            SubjectKey.objects.filter(subject__in=names).delete()
            rows = model._base_manager.filter(pk__in=part)
            count += rows._raw_delete(rows.db)  # cascades are all in the list
    return count


def _steps(path: str) -> int:
    return 0 if path == "pk" else path.count("__") + 1


def _paths_to_office() -> dict[Model, str]:
    """Return each of our tables with its shortest way to the office, in the words of a query."""
    paths: dict[Model, str] = {Office: "pk"}
    waiting: deque[Model] = deque([Office])
    tables = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("tongxin.")]
    while waiting:
        target = waiting.popleft()
        for model in tables:
            if model in paths:
                continue
            for column in model._meta.concrete_fields:
                # Every row has what may not be empty; an optional reference would miss some.
                if isinstance(column, models.ForeignKey) and not column.null and column.related_model is target:
                    rest = "" if target is Office else f"__{paths[target]}"
                    paths[model] = f"{column.name}{rest}"
                    waiting.append(model)
                    break
    return paths
