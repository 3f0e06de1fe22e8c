"""The audit book: who did or read what, when and why.

Entries are written in the transaction of the change, unsealed; :func:`seal` chains committed entries per
office in batches, and :func:`verify` recomputes the chain.  The chain holds field names and keyed hashes;
the values lie apart, encrypted under a key per subject, so that erasing the key erases them and the chain
still verifies.  Own table, not signals: bulk writes are in it too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import models, transaction
from django.db.models import Max

from tongxin.core import clock
from tongxin.core.models import AuditEntry, AuditSeal, AuditValue, SubjectKey

#: The head of an INSERT for writers that put the entry into one statement with what it is about; append its values.
INSERT = (
    "INSERT INTO core_auditentry (office_id, at, actor_id, actor_label, action, subject_type, subject_id, purpose,"
    " on_behalf, person_ids, digest)"
)
#: How many entries one seal covers at most.
BATCH = 500


@dataclass(frozen=True)
class Verification:
    """What :func:`verify` found: entries sealed, entries not yet sealed, and what does not fit."""

    sealed: int
    unsealed: int
    faults: tuple[str, ...] = ()


def record(
    *,
    office_id: int | None,
    actor: Any,
    action: str,
    subject: models.Model | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    purpose: str = "",
    on_behalf: str = "",
    person_ids: Iterable[int] = (),
) -> AuditEntry:
    """Write one entry into the current transaction and return it.

    ``actor``: a user or None (a command).  ``before`` and ``after``: field → value; they are kept encrypted
    under the subject's own key.  ``person_ids``: the persons whose data was changed or shown.
    """
    kept = kept_values(subject, before or {}, after or {})
    entry = AuditEntry.objects.create(
        office_id=office_id or 0,
        at=clock.now(),
        actor_id=getattr(actor, "pk", None),
        actor_label=label_of(actor),
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        purpose=purpose,
        on_behalf=on_behalf,
        person_ids=sorted(set(person_ids)),
        digest=kept.digest,
    )
    if kept.key_id is not None:
        AuditValue.objects.bulk_create(
            AuditValue(entry=entry, key_id=kept.key_id, field=name, ciphertext=ciphertext)
            for name, ciphertext in kept.ciphertexts.items()
        )
    return entry


def label_of(actor: Any) -> str:
    """Return under which name a user stands in an entry; empty for a command."""
    return str(actor.get_full_name()) if actor is not None and hasattr(actor, "get_full_name") else ""


@dataclass(frozen=True)
class Kept:
    """What an entry holds of values: field → keyed hash, the key of its subject, field → ciphertext under that key."""

    digest: Mapping[str, str]
    key_id: int | None
    ciphertexts: Mapping[str, bytes]


def kept_values(subject: models.Model | None, before: Mapping[str, object], after: Mapping[str, object]) -> Kept:
    """Return what an entry about ``subject`` is to hold of these values; no statement where there are none."""
    values = {name: _pair(before.get(name), after.get(name)) for name in sorted({*before, *after})}
    digest = {name: _keyed(value) for name, value in values.items()}
    if not values or subject is None:
        return Kept(digest, None, {})
    key = _key_of(subject)
    cipher = Fernet(bytes(key.secret))
    return Kept(digest, key.pk, {name: cipher.encrypt(value.encode()) for name, value in values.items()})


@dataclass(frozen=True)
class Note:
    """One entry of many that :func:`record_many` writes: whose, what stood before and after, whose data it is."""

    subject: models.Model
    before: Mapping[str, object]
    after: Mapping[str, object]
    person_ids: Sequence[int] = ()


def record_many(
    *, office_id: int | None, actor: Any, action: str, notes: Sequence[Note], purpose: str = "", on_behalf: str = ""
) -> None:
    """Write an entry for each of ``notes``, as :func:`record` would one by one, in a few statements for all of them."""
    if not notes:
        return
    now = clock.now()
    label = label_of(actor)
    texts = [
        {name: _pair(note.before.get(name), note.after.get(name)) for name in sorted({*note.before, *note.after})}
        for note in notes
    ]
    entries = AuditEntry.objects.bulk_create(
        AuditEntry(
            office_id=office_id or 0,
            at=now,
            actor_id=getattr(actor, "pk", None),
            actor_label=label,
            action=action,
            subject_type=note.subject._meta.label_lower,
            subject_id=note.subject.pk,
            purpose=purpose,
            on_behalf=on_behalf,
            person_ids=sorted(set(note.person_ids)),
            digest={name: _keyed(value) for name, value in values.items()},
        )
        for note, values in zip(notes, texts, strict=True)
    )
    keys = _keys_of([_name(note.subject) for note, values in zip(notes, texts, strict=True) if values])
    ciphers = {name: Fernet(bytes(key.secret)) for name, key in keys.items()}
    AuditValue.objects.bulk_create(
        AuditValue(
            entry=entry,
            key=keys[_name(note.subject)],
            field=name,
            ciphertext=ciphers[_name(note.subject)].encrypt(value.encode()),
        )
        for note, entry, values in zip(notes, entries, texts, strict=True)
        for name, value in values.items()
    )


def values_of(entry: AuditEntry) -> dict[str, tuple[object, object]]:
    """Return field → (before, after) of an entry; empty where the subject's key was destroyed."""
    shown: dict[str, tuple[object, object]] = {}
    # Prefetched values are taken as they are; otherwise this is one statement.
    prefetched = "values" in getattr(entry, "_prefetched_objects_cache", {})
    for value in entry.values.all() if prefetched else entry.values.select_related("key"):
        before, after = json.loads(Fernet(bytes(value.key.secret)).decrypt(bytes(value.ciphertext)))
        shown[value.field] = (before, after)
    return shown


def erase(subject: models.Model) -> int:
    """Destroy the key of ``subject`` and with it all audited values of it; return how many values went.

    The entries stay, and the chain still verifies.
    """
    with transaction.atomic():
        values = AuditValue.objects.filter(key__subject=_name(subject))
        count = values.count()
        SubjectKey.objects.filter(subject=_name(subject)).delete()
    return count


def seal() -> int:
    """Chain all committed, unsealed entries, office by office, in batches; return how many were sealed.

    Two sealers at once are harmless: the second fails on the unique sequence and changes nothing.
    """
    total = 0
    offices = list(AuditEntry.objects.order_by().values_list("office_id", flat=True).distinct())
    for office_id in offices:
        while True:
            with transaction.atomic():
                last = AuditSeal.objects.filter(office_id=office_id).order_by("-sequence").first()
                after = last.last_entry_id if last else 0
                batch = list(AuditEntry.objects.filter(office_id=office_id, pk__gt=after).order_by("pk")[:BATCH])
                if not batch:
                    break
                ids = [entry.pk for entry in batch]
                previous = last.digest if last else ""
                AuditSeal.objects.create(
                    office_id=office_id,
                    sequence=(last.sequence if last else 0) + 1,
                    last_entry_id=ids[-1],
                    entries=ids,
                    previous=previous,
                    digest=_chain(previous, batch),
                    sealed_at=clock.now(),
                )
                total += len(batch)
    return total


def unsealed() -> int:
    """Return how many entries of all offices are not sealed yet."""
    sealed = AuditSeal.objects.order_by().values("office_id").annotate(last=Max("last_entry_id"))
    last = {row["office_id"]: row["last"] for row in sealed}
    offices = AuditEntry.objects.order_by().values_list("office_id", flat=True).distinct()
    return sum(
        AuditEntry.objects.filter(office_id=office_id, pk__gt=last.get(office_id, 0)).count() for office_id in offices
    )


def verify() -> Verification:
    """Recompute every seal of every office and report what does not fit, in Chinese sentences."""
    faults: list[str] = []
    sealed = 0
    expected: dict[int, tuple[int, str]] = {}
    for mark in AuditSeal.objects.order_by("office_id", "sequence").iterator():
        sequence, previous = expected.get(mark.office_id, (0, ""))
        if mark.sequence != sequence + 1 or mark.previous != previous:
            faults.append(f"机关 {mark.office_id} 的第 {mark.sequence} 封与前一封不相接。")
        entries = list(AuditEntry.objects.filter(pk__in=mark.entries).order_by("pk"))
        if [entry.pk for entry in entries] != mark.entries:
            faults.append(f"机关 {mark.office_id} 的第 {mark.sequence} 封缺少记录。")
        elif _chain(mark.previous, entries) != mark.digest:
            faults.append(f"机关 {mark.office_id} 的第 {mark.sequence} 封内容与封存时不符。")
        expected[mark.office_id] = (mark.sequence, mark.digest)
        sealed += len(mark.entries)
    return Verification(sealed, AuditEntry.objects.count() - sealed, tuple(faults))


def _pair(before: object, after: object) -> str:
    return json.dumps([before, after], ensure_ascii=False, default=str)


def _keyed(value: str) -> str:
    """Return a hash that tells equality to who holds the secret key, and nothing to others."""
    return hmac.new(settings.SECRET_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]


def _name(subject: models.Model) -> str:
    return f"{subject._meta.label_lower}:{subject.pk}"


def _key_of(subject: models.Model) -> SubjectKey:
    key, _ = SubjectKey.objects.get_or_create(subject=_name(subject), defaults={"secret": Fernet.generate_key()})
    return key


def _keys_of(names: Sequence[str]) -> dict[str, SubjectKey]:
    """Return name → key; those that are missing are made.  One statement for each five hundred, and one to make them."""
    found: dict[str, SubjectKey] = {}

    def find(wanted: Sequence[str]) -> None:
        for start in range(0, len(wanted), BATCH):
            piece = wanted[start : start + BATCH]
            found.update({key.subject: key for key in SubjectKey.objects.filter(subject__in=piece)})

    find(names)
    missing = [name for name in dict.fromkeys(names) if name not in found]
    if missing:
        # Somebody else may be making one of them at this moment: theirs stands, and is read.
        SubjectKey.objects.bulk_create(
            (SubjectKey(subject=name, secret=Fernet.generate_key()) for name in missing), ignore_conflicts=True
        )
        find(missing)
    return found


def _chain(previous: str, entries: Sequence[AuditEntry]) -> str:
    running = hashlib.sha256(previous.encode())
    for entry in entries:
        line = [
            entry.pk,
            entry.office_id,
            entry.at.isoformat(),
            entry.actor_id,
            entry.actor_label,
            entry.action,
            entry.subject_type,
            entry.subject_id,
            entry.purpose,
            entry.on_behalf,
            entry.person_ids,
            entry.digest,
        ]
        running.update(json.dumps(line, ensure_ascii=False, sort_keys=True).encode())
    return running.hexdigest()
