"""Marks read from what a door sends, and how they settle in whatever order they come."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxin.activities.marks import MOST, Mark, Settled, read_mark, read_marks
from tongxin.core.errors import BadInput

NOW = dt.datetime(2026, 3, 5, 1, tzinfo=dt.UTC)
MILLISECONDS = int(NOW.timestamp() * 1000)


def sent(**more) -> dict[str, object]:
    return {"id": uuid.uuid4().hex, "person": uuid.uuid4().hex, "at": MILLISECONDS, "presence": "present", **more}


def test_one_mark_and_a_batch_are_read_alike():
    row = sent(late=True, source="badge")
    alone, refused = read_marks(json.dumps(row).encode(), NOW)
    batch, _ = read_marks(json.dumps({"marks": [row], "now": MILLISECONDS}).encode(), NOW)
    assert alone == batch == [Mark(uuid.UUID(row["id"]), uuid.UUID(row["person"]), NOW, "present", True, None, "badge")]
    assert refused == []


def test_the_same_mark_twice_in_one_request_is_one():
    row = sent()
    marks, refused = read_marks(json.dumps({"marks": [row, row]}).encode(), NOW)
    assert (len(marks), refused) == (1, [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"ABC\r\n",
        b"[]",
        b'{"marks": {}}',
        b'{"marks": []}',
        b"null",
        b"1e999",
        b"[" * 5000,
    ],
)
def test_garbage_is_refused_as_a_whole(body):
    with pytest.raises(BadInput) as error:
        read_marks(body, NOW)
    assert error.value.code == "activities.marks_unreadable"


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "scanner:^]C1"}, {"id": None}, {"id": 5}, {"person": "陈文远"}, {"person": ""}, {"presence": "there"},
        {"presence": ""}, {"presence": ["present"]} , {"late": "yes"}, {"left_early": 1}, {"source": "all_present"}, {"source": "camera"},
        {"at": "9:00"}, {"at": True}, {"at": 1e300}, {"at": 0}, {"undoes": "x"}, {"where": "28.1,112.9"},
    ],
)  # fmt: skip
def test_a_mark_that_cannot_be_read_is_refused_and_the_next_is_taken(wrong):
    good = sent()
    marks, refused = read_marks(json.dumps({"marks": [{**sent(), **wrong}, good]}).encode(), NOW)
    assert [mark.client_id.hex for mark in marks] == [good["id"]]
    assert [(answer.ok, answer.code.startswith("activities.mark_"), bool(answer.message)) for answer in refused] == [
        (False, True, True)
    ]


def test_too_many_marks_and_too_large_a_request_are_refused():
    for body in (json.dumps({"marks": [sent()] * (MOST + 1)}).encode(), b" " * 300_000):
        with pytest.raises(BadInput) as error:
            read_marks(body, NOW)
        assert error.value.code == "activities.marks_large"


@pytest.mark.parametrize(("hours", "expected"), [(-3, NOW), (5, NOW), (0, NOW)])
def test_a_doors_wrong_clock_is_put_right_by_the_difference(hours, expected):
    off = hours * 3_600_000
    row = sent(at=MILLISECONDS + off - 60_000)
    marks, _ = read_marks(json.dumps({"marks": [row], "now": MILLISECONDS + off}).encode(), NOW)
    assert marks[0].at == expected - dt.timedelta(minutes=1)


def test_an_instant_to_come_is_now():
    assert read_mark(sent(at=MILLISECONDS + 3_600_000), NOW).at == NOW


marks = st.builds(
    Mark,
    st.uuids(),
    st.just(uuid.UUID(int=1)),
    st.integers(0, 3).map(lambda minutes: NOW + dt.timedelta(minutes=minutes)),
    st.sampled_from(["", "unknown", "present", "absent"]),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, True, False]),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(marks, max_size=8), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_settle_alike(given_marks, random):
    def settled(order):
        line = Settled()
        for mark in order:
            line = line.after(mark)
        return line

    shuffled = [*given_marks, *given_marks]
    random.shuffle(shuffled)
    assert settled(shuffled) == settled(given_marks)
