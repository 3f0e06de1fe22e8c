"""A condition of the database that matters need and Django has not: among the few rows that a subquery finds."""

from __future__ import annotations

from typing import Any

from django.db.models import BigAutoField
from django.db.models.lookups import In


@BigAutoField.register_lookup
class AmongFew(In):
    """``pk__among=rows`` as ``pk__in=rows``, for a subquery that finds few of the table's rows.

    PostgreSQL finds them first and looks each up by its key; told ``IN``, it read all matters to join them.
    """

    lookup_name = "among"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """Return the operator with the subquery behind it."""
        if connection.vendor == "postgresql":
            return f"= ANY(ARRAY{rhs})"
        return str(super().get_rhs_op(connection, rhs))
