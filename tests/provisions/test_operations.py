import datetime as dt
import uuid

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person, make_user
from tests.provisions.test_own_rules import PERIODIC
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.provisions import operations, queries
from tongxin.provisions.keys import FindingKey, key_of
from tongxin.provisions.models import Adoption, Finding, Freshness, Rule, Ruling, Window
from tongxin.provisions.own_rules import definition
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)
NOON = dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def world():
    office = make_office()
    branch = make_organization(office, "branch", "机关第一党支部")
    operations.adopt(office, "life.general_meeting", valid_from=dt.date(2025, 1, 1), actor=None)
    return office, branch


def key_for(branch, window=dt.date(2026, 1, 1)) -> FindingKey:
    return FindingKey("life.general_meeting", "organization", branch.pk, 0, 0, window)


def test_adopting_compiles_rules_and_windows_and_leaves_an_audit_entry(world) -> None:
    office, _ = world
    rule = Rule.objects.get(office=office)
    assert (rule.provision, rule.window_key, rule.required, rule.needs_quorum) == (
        "life.general_meeting",
        "quarter+10",
        1,
        1,
    )
    assert sorted(rule.facts.values_list("role", "fact")) == [
        ("counts", "general_meeting"),
        ("near", "misplaced:general_meeting"),
        ("near", "planned:general_meeting"),
    ]
    assert Window.objects.filter(key="quarter+10", start=dt.date(2026, 1, 1)).get().grace_end == dt.date(2026, 4, 11)
    assert AuditEntry.objects.filter(action="provisions.adopt", office_id=office.pk).count() == 1


@pytest.mark.parametrize(
    ("provision", "parameters", "code"),
    [
        ("no.such", {}, "provisions.unknown"),
        ("life.theme_day", {"grace_days": 1000}, "provisions.catalogue"),
        ("life.theme_day", {"often": 1}, "provisions.catalogue"),
    ],
)
def test_adopting_refuses_bad_input(world, provision, parameters, code) -> None:
    with pytest.raises(BadInput) as refused:
        operations.adopt(world[0], provision, valid_from=TODAY, parameters=parameters, actor=None)
    assert refused.value.code == code
    assert Adoption.objects.count() == 1


def test_guidance_cannot_be_adopted(world) -> None:
    with pytest.raises(NotPossible):
        operations.adopt(world[0], "cppcc.absence_limits", valid_from=TODAY, actor=None)


def test_adopting_again_closes_the_one_before(world) -> None:
    office, _ = world
    operations.adopt(
        office, "life.general_meeting", valid_from=dt.date(2026, 4, 1), parameters={"min_count": 2}, actor=None
    )
    assert list(Adoption.objects.order_by("valid_from").values_list("valid_from", "valid_until")) == [
        (dt.date(2025, 1, 1), dt.date(2026, 4, 1)),
        (dt.date(2026, 4, 1), None),
    ]
    assert sorted(Rule.objects.values_list("required", "bound_from")) == [
        (1, dt.date(2025, 1, 1)),
        (2, dt.date(2025, 1, 1)),
    ]
    with pytest.raises(NotPossible):
        operations.adopt(office, "life.general_meeting", valid_from=dt.date(2026, 4, 1), actor=None)


def test_ending_an_adoption_stops_the_judgement(world) -> None:
    office, branch = world
    adoption = Adoption.objects.get()
    operations.end_adoption(adoption, last_day=dt.date(2026, 4, 30), actor=None)
    windows = queries.current_findings(office, TODAY).order_by("window_start").values_list("window_start", flat=True)
    assert list(windows)[-1] == dt.date(2026, 1, 1)
    with pytest.raises(Conflict):
        operations.end_adoption(adoption, last_day=dt.date(2026, 5, 30), actor=None)
    with pytest.raises(BadInput):
        operations.end_adoption(adoption, last_day=dt.date(2024, 5, 30), actor=None)


def test_an_office_adopts_a_provision_of_its_own(world) -> None:
    office, branch = world
    own = {
        "theme": "自订", "id": "own.walk", "name": "走访", "name_en": "Visits", "rule": "每季度走访一次。", "kind": "periodic",
        "modality": "local", "enabled": False, "binds": ["party_branch"],
        "source": {"regulation": "本机关规定", "status": "verified", "level": "practice"},
        "check": [{"kind": "periodic", "selector": "party_branch", "facts": ["visit"], "window": "quarter"}],
    }  # fmt: skip
    operations.adopt(office, "own.walk", valid_from=dt.date(2026, 1, 1), own_definition=own, actor=None)
    assert queries.current_findings(office, TODAY).filter(provision="own.walk").count() == 2
    assert "走访" in [row.name for row in queries.board(office, TODAY).rows]
    with pytest.raises(BadInput):
        operations.adopt(
            office, "life.theme_day", valid_from=TODAY, own_definition={**own, "id": "life.theme_day"}, actor=None
        )


# who may rule (truth table): role, limited to own unit, kind, basis, on behalf → allowed
@pytest.mark.parametrize(
    ("role", "own_unit", "kind", "basis", "on_behalf", "allowed"),
    [
        (Role.BRANCH_SECRETARY, True, "missed", "", "", True),
        (Role.BRANCH_SECRETARY, True, "done", "", "", True),
        (Role.BRANCH_SECRETARY, True, "excused", "own", "", True),
        (Role.BRANCH_SECRETARY, True, "excused", "approved", "", False),
        (Role.BRANCH_SECRETARY, False, "missed", "", "", False),
        (Role.PARTY_CLERK, None, "missed", "", "", False),
        (Role.PARTY_CLERK, None, "missed", "", "支部书记来电,5月19日", True),
        (Role.PARTY_CLERK, None, "excused", "approved", "", True),
        (Role.PARTY_CLERK, None, "excused", "own", "", False),
        (Role.SUPERVISOR, None, "missed", "", "来电", False),
        (Role.LEADER, None, "missed", "", "来电", False),
        (Role.ADMINISTRATOR, None, "excused", "approved", "", False),
        (Role.MEMBER, None, "done", "", "", False),
    ],
)
def test_who_may_rule(world, role, own_unit, kind, basis, on_behalf, allowed) -> None:
    office, branch = world
    unit = None
    if own_unit is not None:
        unit = branch if own_unit else make_organization(office, "branch", "别的支部")
    user = make_user(office, role, unit=unit)
    attempt = {"kind": kind, "basis": basis, "on_behalf": on_behalf, "reason": "原因", "actor": user}
    if allowed:
        operations.rule_on(office, key_for(branch), **attempt)
        assert Ruling.objects.count() == 1
    else:
        with pytest.raises(NotAllowed):
            operations.rule_on(office, key_for(branch), **attempt)
        assert Ruling.objects.count() == 0


def test_ruling_changes_the_finding_and_withdrawing_changes_it_back(world) -> None:
    office, branch = world
    clerk = make_user(office, Role.PARTY_CLERK)
    ruling = operations.rule_on(
        office, key_for(branch), kind="excused", basis="approved", reason="经批准推迟", actor=clerk
    )
    finding = queries.finding_of(office, key_for(branch), TODAY)
    assert (finding.state, finding.reason, finding.ruling_id) == ("excused", "approved", ruling.pk)
    operations.withdraw_ruling(ruling, actor=clerk)
    assert queries.finding_of(office, key_for(branch), TODAY).state == "not_recorded"
    with pytest.raises(Conflict):
        operations.withdraw_ruling(ruling, actor=clerk)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[-2:] == [
        "provisions.rule_on",
        "provisions.withdraw_ruling",
    ]


def test_a_stranger_may_not_withdraw(world) -> None:
    office, branch = world
    clerk = make_user(office, Role.PARTY_CLERK)
    ruling = operations.rule_on(office, key_for(branch), kind="excused", basis="approved", reason="经批准", actor=clerk)
    with pytest.raises(NotAllowed):
        operations.withdraw_ruling(ruling, actor=make_user(office, Role.LEADER))


def test_rulings_refuse_what_cannot_be(world) -> None:
    office, branch = world
    secretary = make_user(office, Role.BRANCH_SECRETARY, unit=branch)
    with pytest.raises(NotPossible) as refused:
        operations.rule_on(
            office, key_for(branch, dt.date(2026, 4, 1)), kind="missed", reason="未开展", actor=secretary
        )
    assert refused.value.code == "provisions.window_open"
    with pytest.raises(NotPossible) as refused:
        operations.rule_on(
            office, key_for(branch, dt.date(2020, 4, 1)), kind="missed", reason="未开展", actor=secretary
        )
    assert refused.value.code == "provisions.no_finding"
    for change in (
        {"kind": "forgiven"},
        {"reason": " "},
        {"reason": "长" * 301},
        {"kind": "excused"},
        {"excused_from": TODAY},
    ):
        attempt = {"kind": "missed", "reason": "未开展", "actor": secretary, **change}
        with pytest.raises(BadInput):
            operations.rule_on(office, key_for(branch), **attempt)
    with pytest.raises(NotAllowed):
        operations.rule_on(office, key_for(branch), kind="missed", reason="未开展", actor=None)
    assert Ruling.objects.count() == 0


def test_a_standing_excuse_covers_later_windows(world) -> None:
    office, branch = world
    clerk = make_user(office, Role.PARTY_CLERK)
    operations.rule_on(
        office, key_for(branch), kind="excused", basis="approved", reason="离退休党员支部", actor=clerk,
        excused_from=dt.date(2026, 1, 1),
    )  # fmt: skip
    states = queries.current_findings(office, TODAY).order_by("window_start").values_list("window_start", "state")
    assert dict(states)[dt.date(2026, 1, 1)] == "excused"
    assert dict(states)[dt.date(2026, 4, 1)] == "excused"
    assert dict(states)[dt.date(2025, 10, 1)] == "not_recorded"


def test_another_office_has_no_such_finding(world) -> None:
    _, branch = world
    other = make_office()
    clerk = make_user(other, Role.PARTY_CLERK)
    with pytest.raises(NotPossible):
        operations.rule_on(other, key_for(branch), kind="excused", basis="approved", reason="经批准", actor=clerk)
    assert queries.explain(other, key_for(branch), TODAY) is None


def test_a_person_rules_on_what_binds_them() -> None:
    office = make_office()
    branch = make_organization(office, "branch", "支部")
    user = make_user()
    person = make_person(office, "甲", affiliation="01", user=user)
    join(person, branch)
    operations.adopt(office, "life.heart_talk", valid_from=dt.date(2025, 1, 1), actor=None)
    finding = queries.current_findings(office, TODAY).get(person_id=person.pk, window_start=dt.date(2025, 1, 1))
    operations.rule_on(office, key_of(finding), kind="done", reason="与支部书记谈过", actor=user)
    assert queries.finding_of(office, key_of(finding), TODAY).state == "met"


def test_refresh_is_whole_and_repeatable(world) -> None:
    office, _ = world
    operations.refresh(office, TODAY)
    columns = [field.attname for field in Finding._meta.fields if not field.primary_key]
    first = sorted(map(str, Finding.objects.values_list(*columns)))
    assert len(first) == 5
    for facts in (None, ["general_meeting"], ["theme_day"]):
        operations.refresh(office, TODAY, facts=facts)
        assert sorted(map(str, Finding.objects.values_list(*columns))) == first
    mark = Freshness.objects.get(office=office)
    assert (mark.as_of, mark.stale, mark.changed_facts) == (TODAY, False, [])


def test_number_of_a_form_used_elsewhere_is_refused_and_nothing_is_written(world) -> None:
    office, _ = world
    number = uuid.uuid4()
    day = dt.date(2026, 6, 1)
    first = operations.adopt(office, "life.theme_day", valid_from=day, client_id=number, actor=None)
    assert operations.adopt(office, "life.theme_day", valid_from=day, client_id=number, actor=None) == first
    other = make_office("另一机关")
    with pytest.raises(Conflict):
        operations.adopt(other, "life.theme_day", valid_from=day, client_id=number, actor=None)
    assert not Adoption.objects.filter(office=other).exists()


def test_ruling_written_by_the_other_of_two_equal_forms_is_found(world) -> None:
    office, branch = world
    clerk = make_user(office, Role.PARTY_CLERK)
    number = uuid.uuid4()
    told = {"window_start": dt.date(2026, 1, 1), "kind": "excused", "basis": "approved", "reason": "经批准推迟"}
    first, made = operations.put_down(office, key_for(branch), clerk, number, **told)
    again, made_again = operations.put_down(office, key_for(branch), clerk, number, **told)
    assert (made, made_again, again, Ruling.objects.count()) == (True, False, first, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"selector": "everybody"},
        {"selector": "member", "structure": "full_members", "structure_min": 3},
        {"window": "forever"},
        {"required": "often"},
        {"grace": "often"},
    ],
)
def test_faulty_own_definition_is_refused_by_name_and_nothing_is_written(world, change) -> None:
    office, _ = world
    made = definition("own.rule_1", PERIODIC)
    made["check"][0] |= change
    before = Rule.objects.count()
    with pytest.raises(BadInput) as refusal:
        operations.adopt(office, "own.rule_1", valid_from=dt.date(2026, 1, 1), own_definition=made, actor=None)
    assert any(f"“{name}”" in refusal.value.message for name in change)
    assert (Adoption.objects.filter(provision="own.rule_1").count(), Rule.objects.count()) == (0, before)
