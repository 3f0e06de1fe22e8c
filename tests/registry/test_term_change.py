from __future__ import annotations

import pytest

from tongxin.registry.shares import QuotaLine
from tongxin.registry.strokes import stroke_key
from tongxin.registry.term_change import (
    Change,
    Content,
    Fault,
    PublishedName,
    QuotaFacts,
    SeatFacts,
    changes,
    faults,
    ordered_list,
    printed_name,
    read_list,
    running_shares,
    sector_lines,
)

EDUCATION, ECONOMY = QuotaFacts("教育", 3, 1), QuotaFacts("经济", 1)


def seat(lineage: str, sector: str = "教育", name: str = "", **more) -> SeatFacts:
    if name:
        more.setdefault("person_id", sum(map(ord, name)))
        more.setdefault("stroke_key", stroke_key(name))
    return SeatFacts(lineage, sector, name=name, **more)


def test_a_seat_counts_as_planned_until_it_has_a_name():
    content = Content(
        (EDUCATION,),
        (
            seat("a", planned_nonparty=True, planned_woman=True),
            seat("b", name="田富", nonparty=False, planned_nonparty=True),
        ),
    )
    shares = {
        share.code: (share.part, share.whole, share.unknown)
        for share in running_shares(content, formed=False, autonomous_area=False)
    }
    assert shares["nonparty.members"] == (1, 2, 0)
    assert shares["women.members"] == (1, 2, 1)
    assert sector_lines(content) == (QuotaLine("教育", 3, 1, 2, 0, 0, 1, 1),)
    assert content.size == 3


def test_what_changed_is_said_in_words():
    before = Content(
        (EDUCATION, ECONOMY), (seat("a"), seat("b", name="田富"), seat("c", name="王毛"), seat("d", "经济"))
    )
    after = Content(
        (QuotaFacts("教育", 4, 1), QuotaFacts("科技", 1)),
        (
            seat("a", name="丁一"),
            seat("b", name="田大利"),
            seat("c", position="standing_member", name="王毛"),
            seat("e", "科技"),
            seat("f", planned_woman=True),
        ),
    )
    assert [(change.code, change.sector, change.words) for change in changes(before, after)] == [
        ("quota", "教育", "名额由3个改为4个，预留由1个改为1个"),
        ("sector_added", "科技", "新设界别，名额1个，预留0个"),
        ("sector_removed", "经济", "不再设此界别"),
        ("seats_added", "教育", "增加席位1个"),
        ("entered", "教育", "列入丁一"),
        ("replaced", "教育", "田富改为田大利"),
        ("position", "教育", "王毛由委员改为常务委员"),
        ("seats_added", "科技", "增加席位1个"),
        ("seats_removed", "经济", "减少席位1个"),
    ]


def test_other_changes_of_a_seat():
    one = seat("a", name="田富", person_id=7)
    assert changes(Content((), (one,)), Content()) == (Change("left", "教育", "去掉田富", (7,)),)
    assert changes(Content(), Content((), (one,))) == (Change("entered", "教育", "列入田富", (7,)),)
    assert changes(Content((), (one,)), Content((), (seat("a"),))) == (Change("left", "教育", "去掉田富", (7,)),)
    moved = changes(Content((), (seat("a"),)), Content((), (seat("a", "经济", planned_renewed=True),)))
    assert [change.words for change in moved] == ["一个席位由教育转来", "一个席位的计划情况有调整"]
    assert changes(Content((EDUCATION,), (one,)), Content((EDUCATION,), (one,))) == ()


def test_a_list_without_faults():
    content = Content((QuotaFacts("教育", 2, 1), ECONOMY), (seat("a", name="田富"), seat("b", "经济", "王毛")))
    assert faults(content) == ()


def test_everything_that_does_not_fit_is_named():
    content = Content(
        (QuotaFacts("教育", 3, 2), QuotaFacts("经济", 3)),
        (
            seat("a", name="田富", position="chair", planned_nonparty=True, nonparty=False),
            seat("b", name="王毛", position="chair", planned_woman=False, woman=True),
            seat("c", "经济", "田富", planned_renewed=True, renewed=False),
            seat("d", "经济"),
        ),
    )
    assert faults(content) == (
        Fault("over_quota", "教育可安排1席，多列了1席。"),
        Fault("below_quota", "经济还差1席；如留待以后增补，请列入预留。"),
        Fault("unnamed", "经济有1个席位还没有人选。"),
        Fault("twice", "田富列入了2个席位。"),
        Fault("single_position", "主席只能有一名，现列田富、王毛。"),
    )
    assert faults(Content()) == (Fault("empty", "方案中没有席位。"),)


def test_a_sectors_people_are_held_against_its_plan_in_numbers():
    quotas = (QuotaFacts("教育", 2),)

    def found(one: dict, other: dict) -> tuple[Fault, ...]:
        return faults(Content(quotas, (seat("a", name="田富", **one), seat("b", name="王毛", **other))))

    crosswise = found(
        {"planned_nonparty": True, "nonparty": False, "planned_woman": True, "woman": False},
        {"planned_nonparty": False, "nonparty": True, "planned_woman": None, "woman": True},
    )
    assert crosswise == ()
    assert found({"planned_nonparty": True, "nonparty": False}, {"planned_nonparty": True, "nonparty": None}) == (
        Fault("side_differs", "教育计划非中共2名，名单中为0名。"),
    )
    assert found({"planned_woman": False, "woman": True}, {"planned_woman": False, "woman": False}) == (
        Fault("sex_differs", "教育计划女委员0名，名单中为1名。"),
    )
    assert found({"planned_renewed": True, "renewed": False}, {"renewed": False, "planned_renewed": True}) == (
        Fault("renewal_differs", "教育计划连任2名，名单中为0名。"),
    )


def test_the_order_is_override_then_surname_strokes_then_unknown_characters():
    names = ["田大利", "王毛", "田富", "丁一", "于一", "万一"]
    seats = [seat(name, name=name) for name in names]
    seats.append(seat("z", name="最末", precedence=1))
    seats.append(seat("x", name="X某"))
    listed = ordered_list(Content((QuotaFacts("教育", 9, 1),), tuple(seats) + (seat("y"),)))
    assert [(entry.number, entry.name) for entry in listed.groups[0].entries] == [
        (1, "最末"), (2, "丁一"), (3, "于一"), (4, "万一"), (5, "王毛"), (6, "田富"), (7, "田大利"), (8, "X某"),
    ]  # fmt: skip
    assert (listed.groups[0].open_seats, listed.groups[0].reserved, listed.total, listed.unplaced) == (
        1,
        1,
        8,
        ("X某",),
    )


def test_the_list_under_positions_and_the_note():
    seats = (seat("a", name="田富", woman=True), seat("b", "经济", "王毛", position="chair", woman=False))
    listed = ordered_list(Content((EDUCATION, ECONOMY), seats), by="position")
    assert [
        (group.title, [(e.number, e.printed, e.note, e.sector, e.position) for e in group.entries])
        for group in listed.groups
    ] == [
        ("主席", [(1, "王\u3000毛", "", "经济", "主席")]),
        ("委员", [(2, "田\u3000富", "女", "教育", "委员")]),
    ]


def test_only_names_of_two_characters_are_spaced():
    assert [printed_name(name) for name in ("田富", "田大利", "欧阳富贵")] == ["田\u3000富", "田大利", "欧阳富贵"]


def test_a_published_list_is_read():
    text = "一、教育界（3人）\n田　富 田大利（女，回族）、欧阳富贵\n\n（二）经济：王毛，丁 一（女）\n"
    assert read_list(text, ["教育", "经济界"]).names == (
        PublishedName("教育", "田富", False, 2),
        PublishedName("教育", "田大利", True, 2),
        PublishedName("教育", "欧阳富贵", False, 2),
        PublishedName("经济界", "王毛", False, 4),
        PublishedName("经济界", "丁一", True, 4),
    )


def test_what_cannot_be_read_is_named_with_its_line():
    reading = read_list("名单如下\n教育（2人）\n田富 A12\n某\n", ["教育"])
    assert [name.name for name in reading.names] == ["田富"]
    assert reading.notes == (
        "第1行不在任何界别之下，未读入：名单如下",
        "第3行有读不懂的姓名：A12",
        "第4行有读不懂的姓名：某",
        "教育写明2人，读到1人。",
    )


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_list(text):
    assert read_list(text, ["教育"]).names == ()


def test_an_enormous_list_is_refused():
    with pytest.raises(ValueError, match="too long"):
        read_list("田" * 200_001, ["教育"])
