"""Where a plan lies between its making and its application: in the cache, for one user of one office, for hours.

Nothing of it is in the register.  Whoever is not its maker does not find it; what is applied or forgotten is gone.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field, replace

from django.core.cache import cache

from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.registry.models import Office, Term
from tongxin.registry.queries import owned
from tongxin.registry.roster_import import read_roster
from tongxin.registry.roster_operations import Applied
from tongxin.registry.roster_plan import Plan, make_plan
from tongxin.registry.roster_queries import frame_of, register_image

#: A plan is kept as long as a session lasts.
SECONDS = 8 * 3600


@dataclass(frozen=True)
class Draft:
    """A file that was read, what was asked, what was decided on single rows, and the plan that came of it.

    ``data``: the file, packed.  ``applied``: what was written, once it was; the file is gone then.
    """

    name: str
    data: str
    term: str
    since: str
    found_missing: bool
    plan: str
    decisions: dict[str, str] = field(default_factory=dict)
    applied: dict[str, int] | None = None

    def read(self) -> Plan:
        """Return the plan."""
        return Plan.from_json(self.plan)


def begin(office: Office, *, name: str, data: bytes, term: Term, since: dt.date | None, found_missing: bool) -> Draft:
    """Read a file and return it with its plan.  Raises BadInput for what cannot be read."""
    packed = b64encode(zlib.compress(data, 1)).decode()
    draft = Draft(name, packed, str(term.uid), since.isoformat() if since else "", found_missing, "")
    return plan_anew(office, draft, {})


def plan_anew(office: Office, draft: Draft, decisions: dict[str, str]) -> Draft:
    """Return the draft with its file planned against the register as it is now, under these decisions."""
    today = clock.today()
    term = owned(Term, office).filter(uid=draft.term).get()
    since = dt.date.fromisoformat(draft.since) if draft.since else None
    frame = frame_of(term, today, since=since, found_missing=draft.found_missing, decisions=decisions)
    reading = read_roster(zlib.decompress(b64decode(draft.data)), draft.name, today=today)
    plan = make_plan(reading, register_image(office, term, frame.day), frame)
    return replace(draft, plan=plan.as_json(), decisions=decisions)


def done(draft: Draft, applied: Applied) -> Draft:
    """Return what is left of a draft once it was applied: what was written."""
    return replace(draft, data="", decisions={}, applied=asdict(applied))


def keep(office: Office, user: User, draft: Draft, token: uuid.UUID | None = None) -> uuid.UUID:
    """Keep a draft for its maker and return its token."""
    token = token or uuid.uuid4()
    packed = zlib.compress(json.dumps(asdict(draft), ensure_ascii=False).encode(), 1)
    cache.set(_key(office, user, token), packed, SECONDS)
    return token


def take(office: Office, user: User, token: uuid.UUID) -> Draft | None:
    """Return the draft of this token, or None: expired, or somebody else's."""
    packed = cache.get(_key(office, user, token))
    return Draft(**json.loads(zlib.decompress(packed))) if packed else None


def _key(office: Office, user: User, token: uuid.UUID) -> str:
    return f"roster-plan-{office.pk}-{user.pk}-{token}"
