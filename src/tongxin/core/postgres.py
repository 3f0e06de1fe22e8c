"""What only PostgreSQL has; imported where the database is one, so that its driver need not be installed elsewhere."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

_Cursor: Any = base.ServerBindingCursor  # its stubs do not know the driver's cursor beneath


class KeptPlanCursor(_Cursor):
    """A cursor that has the server keep each statement, values apart, from its first run on."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Run ``query``; see psycopg's ``Cursor.execute``."""
        return super().execute(query, params, **{**options, "prepare": True})
