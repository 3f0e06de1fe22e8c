"""A step with all that is told of it in one statement, for databases that can write several tables in one (PostgreSQL).

It appends the step, its notices, the audit entry with its values and the note of change, in one journey to the
database, planned once a connection; the matter itself was moved before, by a conditional update in the same
transaction.  :mod:`tongxin.matters.operations` writes the same in several; a test holds both to one result.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from django.db import connection

from tongxin.core import audit, changes
from tongxin.matters.models import MatterNotice, Step

if TYPE_CHECKING:
    from tongxin.accounts.models import User


def possible() -> bool:
    """Tell whether this database takes the statement."""
    return connection.vendor == "postgresql"


def write(
    step: Step,
    notices: Sequence[MatterNotice],
    *,
    actor: User | None,
    action: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    purpose: str,
    on_behalf: str,
    facts: Collection[str],
    organizations: Collection[int],
) -> None:
    """Write ``step``, its ``notices``, the audit entry of the matter and, where there are ``facts``, their change.

    Call it inside the transaction that moved the matter; ``step`` gets its key.  Raises IntegrityError where a step
    of this id is there.
    """
    kept = audit.kept_values(step.matter, before, after)
    values: dict[str, object] = {
        "uid": step.uid, "matter": step.matter_id, "transition": step.transition, "from_state": step.from_state,
        "to_state": step.to_state, "day": step.day, "at": step.at, "by": step.by_id, "person": step.person_id,
        "step_behalf": step.on_behalf, "reason": step.reason, "reference": step.reference, "due_on": step.due_on,
        "code": step.code, "proofread": step.proofread, "unit": step.unit_id, "file": step.file_id,
        "causes": [str(notice.cause) for notice in notices], "audiences": [str(notice.audience) for notice in notices],
        "units": [notice.organization_id for notice in notices], "texts": [notice.text for notice in notices],
        "office": step.matter.office_id, "label": audit.label_of(actor), "action": action,
        "subject": step.matter._meta.label_lower, "purpose": purpose, "on_behalf": on_behalf,
        "persons": json.dumps([step.person_id] if step.person_id is not None else []),
        "digest": json.dumps(kept.digest), "key": kept.key_id, "fields": list(kept.ciphertexts),
        "ciphertexts": list(kept.ciphertexts.values()),
        "facts": json.dumps(sorted(facts)), "organizations": json.dumps(sorted(organizations)), "changed": bool(facts),
    }  # fmt: skip
    # Django's own cursor writes the values into the text, so that the server plans it anew each time; psycopg's does not.
    raw = connection.Database.Cursor(connection.connection)  # type: ignore[attr-defined]
    with connection._prepare_cursor(raw) as cursor:  # type: ignore[attr-defined]
        cursor.execute(_statement(), values)
        (step.pk,) = cursor.fetchone()
    step._state.adding = False
    step._state.db = connection.alias


@cache
def _statement() -> str:
    """Return the statement; every word of it is from here."""
    return (
        "WITH step AS ("  # noqa: S608 - only own words
        "INSERT INTO matters_step (uid, matter_id, transition, from_state, to_state, day, at, by_id, person_id, on_behalf,"
        " reason, reference, due_on, code, proofread, unit_id, file_id) VALUES (%(uid)s::uuid, %(matter)s::bigint,"
        " %(transition)s::text, %(from_state)s::text, %(to_state)s::text, %(day)s::date, %(at)s::timestamptz,"
        " %(by)s::bigint, %(person)s::bigint, %(step_behalf)s::text, %(reason)s::text, %(reference)s::text,"
        " %(due_on)s::date, %(code)s::text, %(proofread)s::boolean, %(unit)s::bigint, %(file)s::bigint) RETURNING id"
        "), notice AS ("
        "INSERT INTO matters_matternotice (matter_id, step_id, cause, audience, organization_id, text, made_on)"
        " SELECT %(matter)s::bigint, step.id, told.cause, told.audience, told.unit, told.words, %(day)s::date"
        " FROM step CROSS JOIN unnest(%(causes)s::text[], %(audiences)s::text[], %(units)s::bigint[], %(texts)s::text[])"
        " WITH ORDINALITY AS told(cause, audience, unit, words, place) ORDER BY told.place"
        f"), entry AS ({audit.INSERT}"
        " VALUES (%(office)s::bigint, %(at)s::timestamptz, %(by)s::bigint, %(label)s::text, %(action)s::text,"
        " %(subject)s::text, %(matter)s::bigint, %(purpose)s::text, %(on_behalf)s::text, %(persons)s::jsonb,"
        " %(digest)s::jsonb) RETURNING id"
        "), kept AS ("
        "INSERT INTO core_auditvalue (entry_id, key_id, field, ciphertext)"
        " SELECT entry.id, %(key)s::bigint, each.field, each.ciphertext"
        " FROM entry CROSS JOIN unnest(%(fields)s::text[], %(ciphertexts)s::bytea[]) AS each(field, ciphertext)"
        f"), change AS ({changes.INSERT}"
        " SELECT %(office)s::bigint, %(facts)s::jsonb, %(organizations)s::jsonb WHERE %(changed)s::boolean"
        ") SELECT id FROM step"
    )
