from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office, make_person, make_user
from tongxin.core import dossier
from tongxin.provisions import catalogue
from tongxin.provisions.models import Finding, Ruling

pytestmark = pytest.mark.django_db

YEAR, NEXT = dt.date(2026, 1, 1), dt.date(2027, 1, 1)


def _texts(person, code):
    (section,) = [s for s in dossier.sections(person.pk, person.office_id) if s.code == code]
    return [line.text for line in section.lines]


def _finding(office, provision, **ids):
    return Finding.objects.create(
        office=office,
        provision=provision,
        adoption_id=1,
        subject_kind="person",
        window_start=YEAR,
        window_end=NEXT,
        state="met",
        **ids,
    )


def _ruling(office, **more):
    return Ruling.objects.create(
        **{
            "office": office,
            "provision": "own/1",
            "subject_kind": "person",
            "window_start": YEAR,
            "kind": "excused",
            "reason": "出国",
            **more,
        }
    )


def test_findings_and_rulings_name_the_person_on_either_side_of_a_pair():
    office = make_office()
    person, other = make_person(office), make_person(office)
    known = next(entry for entry in catalogue.provisions() if entry.judged)
    _finding(office, known.check_codes()[0], person_id=person.pk)
    _finding(office, "own/1", person_id=other.pk, other_person_id=person.pk)
    _finding(office, "own/2", person_id=other.pk)
    _ruling(office, person_id=person.pk, created_by=make_user(office), on_behalf="电话")
    _ruling(office, person_id=other.pk)
    found = _texts(person, "provisions.finding")
    assert [text.split("，")[1] for text in found] == ["2026年1月1日至2026年12月31日：已落实"] * 2
    assert (found[0].startswith(known.name), found[1].split("，")[0]) == (True, "own/1")
    assert _texts(person, "provisions.ruling") == ["own/1：已说明，理由：出国，代录：电话"]


def test_personal_rulings_go_by_their_window_or_the_last_day_of_the_excuse():
    office = make_office()
    gone = [
        _ruling(office, person_id=5),
        _ruling(office, person_id=5, window_start=None, excused_from=YEAR, excused_until=NEXT),
    ]
    _ruling(office, person_id=5, window_start=NEXT)
    _ruling(office, person_id=5, window_start=None, excused_from=YEAR, excused_until=NEXT + dt.timedelta(days=1))
    _ruling(office, person_id=5, window_start=None, excused_from=YEAR)
    _ruling(office, organization_id=5)
    _ruling(make_office(), person_id=5)
    rows = dossier.disposal("provisions.personal_rulings").rows(office.pk, NEXT)
    assert sorted(row.pk for row in rows) == [row.pk for row in gone]
