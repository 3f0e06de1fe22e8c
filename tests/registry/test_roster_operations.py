from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.cast import join, make_office, make_organization, make_person, make_post, make_term, make_user
from tests.core.test_spreadsheets import xlsx
from tongxin.core.errors import Conflict, NotAllowed, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.core.spreadsheets import read_tables
from tongxin.registry.access import Standing
from tongxin.registry.models import Affiliation, Membership, Organization, Person, Post
from tongxin.registry.roster_export import export_roster
from tongxin.registry.roster_import import read_roster
from tongxin.registry.roster_operations import apply_plan, hand_out_roster
from tongxin.registry.roster_plan import Plan, make_plan
from tongxin.registry.roster_queries import frame_of, register_image
from tongxin.registry.strokes import stroke_key

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 1)
STARTS = dt.date(2022, 1, 1)
HEADINGS = ["姓名", "性别", "民族", "出生日期", "政治面貌", "工作单位", "界别", "专委会", "政协职务", "任职截止"]
WANG = ["王富", "男", "汉", "1975-03-15", "中共党员", "某市一中", "经济界", "提案委员会", "常委", ""]
LI = ["李㛃", "女", "回", "1980-10-01", "民盟", "某市二院", "教育界", "", "", "2025-06-30"]


class Committee:
    """An office with its committee, a term, two sectors and a special committee."""

    def __init__(self) -> None:
        self.office = make_office()
        self.term = make_term(self.office)
        self.root = make_organization(self.office, "committee", "政协澄江市委员会", precedence=1)
        self.economy = make_organization(self.office, "sector", "经济界")
        self.education = make_organization(self.office, "sector", "教育界")
        self.proposals = make_organization(self.office, "special_committee", "提案委员会")
        self.clerk = make_user(self.office, "roster_clerk")

    def plan(self, *rows: list[str], **frame) -> Plan:
        reading = read_roster(xlsx(("名册", [HEADINGS, *rows])), "名册.xlsx", today=TODAY)
        framed = frame_of(self.term, TODAY, **frame)
        return make_plan(reading, register_image(self.office, self.term, framed.day), framed)

    def bring_in(self, *rows: list[str], **options):
        frame = {name: options.pop(name) for name in ("found_missing", "decisions") if name in options}
        return apply_plan(self.office, self.plan(*rows, **frame), actor=self.clerk, **options)


@pytest.fixture
def committee() -> Committee:
    return Committee()


def held(person: Person) -> list[tuple[str, str, dt.date | None, dt.date | None]]:
    rows = Membership.objects.filter(person=person).order_by("pk")
    return [(m.organization.name, m.post.code if m.post else "", m.valid_from, m.valid_until) for m in rows]


def written() -> list[int]:
    return [model.objects.count() for model in (Person, Membership, Affiliation, Organization, Post, AuditEntry)]


def test_a_roster_enters_persons_with_affiliation_seat_sector_and_committee(committee):
    done = committee.bring_in(WANG, LI)
    assert (done.created, done.changed, done.opened, done.closed, done.founded) == (2, 0, 5, 0, 0)
    wang, li = Person.objects.order_by("pk")
    assert (wang.name, wang.sex, wang.ethnic_group, wang.birth_date, wang.employer, wang.created_by) == (
        "王富", "1", "01", dt.date(1975, 3, 15), "某市一中", committee.clerk,
    )  # fmt: skip
    assert (wang.stroke_key, wang.pinyin_key, wang.phone, wang.precedence, wang.user) == (
        stroke_key("王富"), "wang2 fu4", "", None, None,
    )  # fmt: skip
    assert held(wang) == [
        ("政协澄江市委员会", "standing_member", STARTS, None),
        ("经济界", "", STARTS, None),
        ("提案委员会", "", STARTS, None),
    ]
    assert held(li) == [
        ("政协澄江市委员会", "member", STARTS, dt.date(2025, 7, 1)),
        ("教育界", "", STARTS, dt.date(2025, 7, 1)),
    ]
    rows = Affiliation.objects.order_by("pk").values_list("person", "code", "valid_from", "valid_until")
    assert list(rows) == [(wang.pk, "01", None, None), (li.pk, "05", None, None)]
    membership = Membership.objects.order_by("pk").first()
    assert (membership.term, membership.begin_reason, membership.basis, membership.home) == (
        committee.term, "imported", "导入名册：名册.xlsx", False,
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="registry.import_roster")
    assert (entry.actor_id, entry.person_ids) == (committee.clerk.pk, sorted([wang.pk, li.pk]))


def test_the_same_file_given_again_writes_nothing(committee):
    committee.bring_in(WANG, LI)
    before = written()
    assert committee.plan(WANG, LI).counts()["unchanged"] == 2
    assert committee.bring_in(WANG, LI).unchanged == 2
    assert written() == before


def test_a_corrected_file_changes_what_it_corrects_and_doubles_nobody(committee):
    committee.bring_in(WANG, LI)
    changed = [*WANG]
    changed[4:9] = ["民革", "某市一中", "教育界", "", "委员"]
    done = committee.bring_in(changed, LI)
    assert (done.created, done.changed, done.unchanged, done.opened, done.closed) == (0, 1, 1, 2, 2)
    wang = Person.objects.get(name="王富")
    assert held(wang) == [
        ("政协澄江市委员会", "standing_member", STARTS, TODAY),
        ("经济界", "", STARTS, TODAY),
        ("提案委员会", "", STARTS, None),
        ("政协澄江市委员会", "member", TODAY, None),
        ("教育界", "", TODAY, None),
    ]
    rows = Affiliation.objects.filter(person=wang).order_by("pk").values_list("code", "valid_from", "valid_until")
    assert list(rows) == [("01", None, TODAY), ("04", TODAY, None)]
    assert AuditEntry.objects.filter(action="registry.import_change").count() == 1
    assert committee.plan(changed, LI).counts()["unchanged"] == 2


def test_a_plan_kept_as_json_is_applied_as_it_was_shown(committee):
    plan = Plan.from_json(committee.plan(WANG, LI).as_json())
    assert apply_plan(committee.office, plan, actor=committee.clerk).created == 2


def test_a_corrected_name_is_taken_over_when_decided(committee):
    committee.bring_in(WANG)
    person = Person.objects.get()
    corrected = ["王福", *WANG[1:]]
    assert committee.plan(corrected).rows[0].candidates == (str(person.uid),)
    committee.bring_in(corrected, decisions={"名册!2": str(person.uid)})
    assert list(Person.objects.values_list("pk", "name", "stroke_key")) == [(person.pk, "王福", stroke_key("王福"))]
    assert committee.plan(corrected).rows[0].action == "unchanged"


def test_command_names_the_choices_for_a_doubtful_row(committee, tmp_path):
    committee.bring_in(WANG)
    path = tmp_path / "名册.csv"
    path.write_text("姓名,单位\n王富,某市九院\n", encoding="utf-8")
    uid = Person.objects.get().uid
    assert run(str(path), "--office", committee.office.area_code, "--term", "6").splitlines() == [
        "新增0，变更0，无变化0，有误0，待定1，不导入0。",
        "待定　名册.csv 第2行：王富：与登记中的1名同名人员不能确定是否同一人：王富，1975年3月生，某市一中。",
        f"第2行 王富，请以 --decide 选择其一：'!2={uid}' '!2=new' '!2=skip'",
    ]


def test_open_rows_stop_the_import_and_nothing_is_half_written(committee):
    wrong = ["赵五", "男", "汉", "2027-01-01"]
    before = written()
    with pytest.raises(NotPossible) as refusal:
        committee.bring_in(WANG, wrong)
    assert (refusal.value.code, written()) == ("roster.open_rows", before)
    done = committee.bring_in(WANG, wrong, leave_out_open=True)
    assert (done.created, done.left_out) == (1, 1)


def test_a_plan_is_refused_when_the_register_changed_or_belongs_to_another_office(committee):
    plan = committee.plan(WANG)
    make_person(committee.office, "王富")
    before = written()
    with pytest.raises(Conflict):
        apply_plan(committee.office, plan, actor=committee.clerk)
    with pytest.raises(NotPossible):
        apply_plan(make_office("政协别处市委员会"), plan, actor=committee.clerk)
    assert written() == before


def test_a_changed_value_is_not_overwritten_unseen(committee):
    committee.bring_in(WANG)
    plan = committee.plan([*WANG[:5], "某市二中", *WANG[6:]])
    Person.objects.filter(name="王富").update(employer="某市三中")
    with pytest.raises(Conflict):
        apply_plan(committee.office, plan, actor=committee.clerk)
    assert Person.objects.get(name="王富").employer == "某市三中"


def test_a_membership_changed_meanwhile_undoes_everything(committee):
    committee.bring_in(WANG)
    plan = committee.plan([*WANG[:6], "教育界", *WANG[7:]], LI)
    Membership.objects.filter(organization=committee.economy).update(valid_until=dt.date(2026, 10, 1))
    before = written()
    with pytest.raises(Conflict):
        apply_plan(committee.office, plan, actor=committee.clerk)
    assert written() == before


def test_missing_units_are_founded_when_asked_for_and_only_once(committee):
    strange = [*WANG[:6], "科技界", *WANG[7:]]
    assert committee.plan(strange).rows[0].action == "conflict"
    done = committee.bring_in(strange, [*LI[:6], "科技", *LI[7:]], found_missing=True)
    assert done.founded == 1
    assert list(Organization.objects.filter(name="科技界").values_list("kind", "parent", "valid_from")) == [
        ("sector", committee.root.pk, None)
    ]


def test_people_of_another_office_are_not_seen(committee):
    other = make_office("政协别处市委员会")
    make_person(other, "王富", birth_date=dt.date(1975, 3, 15), employer="某市一中")
    assert committee.plan(WANG).rows[0].action == "create"


def test_an_office_without_committee_is_refused(committee):
    with pytest.raises(NotPossible) as refusal:
        register_image(make_office("政协别处市委员会"), None, TODAY)
    assert refusal.value.code == "roster.no_committee"


@pytest.mark.parametrize("people", [1, 3])
def test_planning_asks_the_same_number_of_statements_for_one_and_three(committee, people, django_assert_num_queries):
    for number in range(people):
        join(make_person(committee.office, f"王富{number}", affiliation="01"), committee.root)
    with django_assert_num_queries(8):
        register_image(committee.office, committee.term, TODAY)


CLERK = Standing(1, frozenset({"roster_clerk"}))
LEADER = Standing(1, frozenset({"leader"}))
PARTY = Standing(1, frozenset({"party_clerk"}))


def lines(data: bytes) -> list[list[object]]:
    return [list(row) for row in read_tables(data, "a.xlsx")[0].rows]


def seat(committee: Committee, name: str, post: str = "member", **more) -> Person:
    person = make_person(committee.office, name, affiliation="01", stroke_key=stroke_key(name), **more)
    make_post(committee.office, "committee", "chair", "主席", 10)
    make_post(committee.office, "committee", "member", "委员", 50)
    join(person, committee.root, post=post)
    return person


def test_export_stands_in_official_order(committee):
    for name in ("田大利", "田富", "丁一", "Ivan"):
        seat(committee, name)
    seat(committee, "王富", precedence=1)
    seat(committee, "赵五", post="chair")
    rows = lines(export_roster(committee.office, TODAY, standing=LEADER).data)
    assert [row[1] for row in rows[2:8]] == ["赵五", "王富", "丁一", "田富", "田大利", "Ivan"]
    assert rows[9][0] == "截至2026年11月1日在任委员6名。排列：职务、排序号、姓氏笔画。"
    assert rows[10][0] == "笔画表中没有这些姓名里的字，位置待人工确定：Ivan（Ivan）。"


def test_export_shows_the_columns_that_the_caller_may_see(committee):
    person = seat(committee, "王富", phone="139", ethnic_group="03", employer="=HYPERLINK(1)")
    join(person, committee.economy)
    opened = ["序号", "姓名", "性别", "政协职务", "界别", "专委会", "工作单位", "职务", "任职日期"]
    files = {who: export_roster(committee.office, TODAY, standing=who_is) for who, who_is in
             (("leader", LEADER), ("party", PARTY), ("clerk", CLERK))}  # fmt: skip
    assert {who: lines(file.data)[1] for who, file in files.items()} == {
        "leader": opened,
        "party": [*opened, "政治面貌"],
        "clerk": [*opened, "民族", "出生日期", "联系电话", "电子邮箱", "政治面貌"],
    }
    assert lines(files["clerk"].data)[2] == [
        1.0, "王富", "", "委员", "经济界", "", "'=HYPERLINK(1)", "", dt.date(2020, 1, 1), "回族", "", "139", "", "中共党员",
    ]  # fmt: skip
    assert files["leader"].guarded == ()
    assert files["clerk"].person_ids == (person.pk,)


@pytest.mark.parametrize("people", [1, 3])
def test_export_asks_the_same_number_of_statements_for_one_and_three(committee, people, django_assert_num_queries):
    for number in range(people):
        join(seat(committee, "王富" + "一二三"[number]), committee.economy)
    with django_assert_num_queries(3):
        export_roster(committee.office, TODAY, standing=CLERK)
    with django_assert_num_queries(2):
        export_roster(committee.office, TODAY, standing=LEADER)


def test_handing_out_leaves_an_entry_and_is_refused_to_others(committee):
    person = seat(committee, "王富")
    hand_out_roster(committee.office, TODAY, standing=CLERK, actor=committee.clerk, purpose="全会名册")
    entry = AuditEntry.objects.get(action="registry.export_roster")
    assert (entry.purpose, entry.person_ids) == ("全会名册", [person.pk])
    with pytest.raises(NotAllowed):
        hand_out_roster(committee.office, TODAY, standing=LEADER, actor=committee.clerk)


def test_what_is_exported_can_be_imported_and_changes_nothing(committee):
    committee.bring_in(WANG, [*LI[:9], ""])
    data = export_roster(committee.office, TODAY, standing=CLERK).data
    reading = read_roster(data, "名册.xlsx", today=TODAY)
    frame = frame_of(committee.term, TODAY)
    plan = make_plan(reading, register_image(committee.office, committee.term, frame.day), frame)
    assert [(row.name, row.action) for row in plan.rows] == [("王富", "unchanged"), ("李㛃", "unchanged")]


def run(*arguments: str) -> str:
    target = io.StringIO()
    call_command("import_roster", *arguments, stdout=target)
    return target.getvalue()


def test_command_shows_the_plan_and_writes_only_when_told(committee, tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(xlsx(("名册", [HEADINGS, WANG])))
    code = committee.office.area_code
    assert run(str(path), "--office", code, "--term", "6").splitlines() == [
        "新增1，变更0，无变化0，有误0，待定0，不导入0。"
    ]
    assert Person.objects.count() == 0
    out = run(str(path), "--office", code, "--term", "6", "--apply", "--actor", committee.clerk.username)
    assert out.splitlines()[-1] == (
        "已写入：新增1人，变更0人，无变化0人，不导入0行；任职新增3项、结束0项；新建组织0个。"
    )
    assert Person.objects.get().name == "王富"


def test_command_refuses_by_name(committee, tmp_path):
    code = committee.office.area_code
    path = tmp_path / "名册.pdf"
    path.write_bytes(b"x")
    for arguments, words, status in (
        ((str(path), "--office", "000000"), "没有代码为 000000 的机关。", 2),
        ((str(path), "--office", code, "--term", "9"), "没有所要的届次。已登记：第6届。请用 --term 指明。", 2),
        ((str(tmp_path / "无.xlsx"), "--office", code), None, 2),
        ((str(path), "--office", code, "--term", "6", "--since", "x"), "日期“x”无效，应形如 2026-06-30。", 2),
        ((str(path), "--office", code, "--term", "6", "--decide", "x"), "“x”应形如 Sheet1!5=new。", 2),
        ((str(path), "--office", code, "--actor", "nobody"), "没有用户名为 nobody 的在用账号。", 2),
        (
            (str(path), "--office", code, "--term", "6"),
            "“名册.pdf”不是可以读取的表格文件。请使用 .xlsx、.xls、.csv 或 .docx 文件。",
            1,
        ),
    ):
        with pytest.raises(CommandError) as refusal:
            run(*arguments)
        assert refusal.value.returncode == status
        assert words is None or str(refusal.value) == words


def test_a_past_term_changes_on_its_last_day(committee):
    ended = replace(frame_of(committee.term, dt.date(2027, 3, 1)), decisions={})
    assert (ended.day, ended.since, ended.until) == (dt.date(2026, 12, 31), STARTS, dt.date(2027, 1, 1))
