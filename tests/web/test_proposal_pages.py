"""提案 page by page: each form as the page shows it, sent right and wrong; what was typed is kept."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_organization, make_person
from tests.matters.test_proposals import Room
from tests.web.page_forms import form_on, send, typed
from tongxin.core import clock
from tongxin.core.models import AuditEntry
from tongxin.matters import assignment_operations, operations, queries
from tongxin.matters import proposal_operations as proposals
from tongxin.matters.models import Assessment, BodyRevision, Cosignature, Matter, MatterPass, Proposal, Step, UnitReply

TITLE = "关于建设社区阅览室的提案"
WORDS = {
    "situation": "放学后没有去处。",
    "analysis": "图书馆距离远。",
    "suggestion": "由市教育局利用空置用房建设阅览室。",
}


@pytest.fixture
def room(db):
    return Room(make_office())


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def again(matter):
    return queries.matter_by_uid(matter.office_id, matter.uid)


def said(answer):
    return answer.content.decode()


def test_writing(room):
    client, page = signed_in(room.member), reverse("write_proposal")
    form = form_on(client.get(page), field="situation")
    wrong = send(client, page, form, title="", **WORDS)
    assert wrong.status_code == 422
    assert "尚未保存" in said(wrong)
    assert typed(wrong, "suggestion").strip() == WORDS["suggestion"]
    assert Matter.objects.count() == 0
    form = form_on(wrong, field="situation")
    answers = [send(client, page, form, title=TITLE, theme="education") for _ in range(2)]  # a double click
    draft = Matter.objects.get()
    assert [answer.url for answer in answers] == [reverse("proposal_draft", args=[draft.uid])] * 2
    assert (draft.title, draft.proposal.theme, draft.state) == (TITLE, "education", "draft")


def test_marked_secret_is_refused_and_kept(room):
    client, page = signed_in(room.member), reverse("write_proposal")
    wrong = send(client, page, form_on(client.get(page), field="situation"), title="机密★ 关于某事的提案", **WORDS)
    assert wrong.status_code == 422
    assert typed(wrong, "title") == "机密★ 关于某事的提案"
    assert Matter.objects.count() == 0


def test_help_names_earlier_ones_alike_while_writing(room):
    earlier = room.handled("关于建设社区图书室的提案")
    client, page = signed_in(room.member), reverse("write_proposal")
    form = form_on(client.get(page), field="situation")
    shown = send(client, page, form, ("step", "check"), title=TITLE, **WORDS)
    assert shown.status_code == 200
    assert earlier.number in said(shown)
    assert "市住建局" in said(shown)
    assert typed(shown, "title") == TITLE  # without JavaScript nothing typed is lost
    part = client.post(reverse("proposal_help"), {"title": TITLE, **WORDS})
    assert part.status_code == 200
    assert earlier.number in said(part)
    assert "<html" not in said(part)
    assert Matter.objects.filter(state="draft").count() == 0


def test_a_draft_is_revised_co_signed_and_handed_in(room):
    draft = room.draft(TITLE)
    client, page = signed_in(room.member), reverse("proposal_draft", args=[draft.uid])
    form = form_on(client.get(page), field="situation")
    wrong = send(client, page, form, ("step", "save"), title="", situation="改写后的情况。")
    assert (wrong.status_code, typed(wrong, "situation").strip()) == (422, "改写后的情况。")
    assert send(client, page, form, ("step", "save"), title=TITLE, **WORDS).status_code == 302
    invite = form_on(client.get(page), field="people")
    wrong = send(client, page, invite, ("step", "invite"), people="查无此人")
    assert (wrong.status_code, typed(wrong, "people")) == (422, "查无此人")
    yesterday = (clock.today() - dt.timedelta(days=1)).isoformat()
    wrong = send(client, page, invite, ("step", "invite"), people="李若兰", until=yesterday)
    assert wrong.status_code == 422
    assert "联名截止日期已过" in said(wrong)
    assert send(client, page, invite, ("step", "invite"), people="李若兰", until="").status_code == 302
    # The colleague signs on the list of invitations.
    colleague, row = signed_in(room.colleague_user), Cosignature.objects.get()
    listed = colleague.get(reverse("cosign_list"))
    assert WORDS["suggestion"] in said(listed)
    answer = reverse("answer_cosign", args=[row.uid])
    assert send(colleague, reverse("cosign_list"), form_on(listed, action=answer), ("sign", "1")).status_code == 302
    assert Cosignature.objects.get().state == "signed"
    # Changed afterwards, it must be signed again before it goes in.
    form = form_on(client.get(page), field="situation")
    wrong = send(client, page, form, ("step", "submit"), situation="又改了。")
    assert wrong.status_code == 422
    assert "李若兰联名之后文本有改动" in said(wrong)
    form = form_on(client.get(page), field="situation")
    colleague.post(answer, {"sign": "1"})
    assert send(client, page, form, ("step", "submit")).status_code == 302
    assert (again(draft).state, Proposal.objects.get().form) == ("submitted", "joint")


def test_a_draft_without_a_suggestion_is_not_handed_in(room):
    draft = room.draft(TITLE)
    client, page = signed_in(room.member), reverse("proposal_draft", args=[draft.uid])
    form = form_on(client.get(page), field="situation")
    wrong = send(client, page, form, ("step", "submit"), suggestion="", analysis="只有分析。")
    assert wrong.status_code == 422
    assert "还没有写建议" in said(wrong)
    assert typed(wrong, "analysis").strip() == "只有分析。"
    assert again(draft).state == "draft"
    assert client.get(reverse("matter_form", args=[draft.uid, "proposal"])).status_code == 200  # to sign on paper
    assert signed_in(room.desk).get(page).status_code == 404


def test_an_invitation_is_declined_without_a_reason_and_entered_from_paper(room):
    draft = room.draft(TITLE)
    other = make_person(room.office, "赵明德")
    proposals.invite(draft, [room.colleague, other], until=None, actor=room.member)
    mine, his = (Cosignature.objects.get(person=person) for person in (room.colleague, other))
    colleague = signed_in(room.colleague_user)
    listed = colleague.get(reverse("cosign_list"))
    form = form_on(listed, action=reverse("answer_cosign", args=[mine.uid]))
    assert send(colleague, reverse("cosign_list"), form, ("sign", "0")).status_code == 302
    desk = signed_in(room.desk)
    wrong = desk.post(reverse("answer_cosign", args=[his.uid]), {"sign": "1"}, follow=True)
    assert "代录须写明依据" in said(wrong)
    desk.post(reverse("answer_cosign", args=[his.uid]), {"sign": "1", "on_behalf": "签字纸件"})
    assert list(Cosignature.objects.order_by("pk").values_list("state", "on_behalf")) == [
        ("declined", ""), ("signed", "签字纸件"),
    ]  # fmt: skip


def submitted(room, title=TITLE):
    matter = room.draft(title)
    proposals.submit(matter, actor=room.member)
    return again(matter)


def test_merging_keeps_both(room):
    one, two = submitted(room), submitted(room, "关于社区阅读空间的提案")
    client, page = signed_in(room.desk), reverse("merge_matter", args=[two.uid])
    wrong = send(client, page, form_on(client.get(page), field="into"), into="提案1999-1", reason="同一事项")
    assert (wrong.status_code, typed(wrong, "into"), typed(wrong, "reason")) == (422, "提案1999-1", "同一事项")
    wrong = send(client, page, form_on(wrong, field="into"), into=two.number)
    assert "不能并入这件提案" in said(wrong)
    assert send(client, page, form_on(wrong, field="into"), into=one.number).status_code == 302
    assert (again(one).state, again(two).state) == ("submitted", "merged")
    assert client.get(page).status_code == 404


def filed(room):
    matter = submitted(room)
    operations.take_step(matter, "file", actor=room.desk)
    return again(matter)


def test_assigning_and_giving_back(room):
    matter = filed(room)
    client, page = signed_in(room.desk), reverse("assign_matter", args=[matter.uid])
    form = form_on(client.get(page), field="lead")
    wrong = send(client, page, form, reason="请尽快")
    assert (wrong.status_code, typed(wrong, "reason")) == (422, "请尽快")
    wrong = send(client, page, form_on(wrong, field="lead"), lead=str(room.lead.uid), co=[str(room.lead.uid)])
    assert "同一单位选了两次" in said(wrong)
    form = form_on(client.get(page), field="lead")
    assert send(client, page, form, lead=str(room.lead.uid), co=[str(room.helper.uid)]).status_code == 302
    unit, back = signed_in(room.lead_user), reverse("return_matter", args=[matter.uid])
    wrong = send(unit, back, form_on(unit.get(back), field="reason"), reason="")
    assert wrong.status_code == 422
    assert send(unit, back, form_on(wrong, field="reason"), reason="不属我局职责").status_code == 302
    assert again(matter).state == "filed"
    assert unit.get(reverse("matter", args=[matter.uid])).status_code == 404


def test_opinion_and_reply(room):
    matter = room.handled()
    helper, page = signed_in(room.helper_user), reverse("give_opinion", args=[matter.uid])
    wrong = send(helper, page, form_on(helper.get(page), field="text"), text="")
    assert wrong.status_code == 422
    assert send(helper, page, form_on(wrong, field="text"), text="资金已列入预算。").status_code == 302
    unit, page = signed_in(room.lead_user), reverse("reply_proposal", args=[matter.uid])
    shown = unit.get(page)
    assert "资金已列入预算" in said(shown)
    given = {"outcome": "B", "reference": "澄建函〔2026〕7号", "text": "正在办理。", "contact": "王工"}
    wrong = send(unit, page, form_on(shown, field="outcome"), **given)
    assert wrong.status_code == 422
    assert "之前须先“登记沟通情况”" in said(wrong)
    assert typed(wrong, "contact") == "王工"
    operations.take_step(again(matter), "contact", actor=room.lead_user, code="visit")
    wrong = send(unit, page, form_on(wrong, field="outcome"), promise="改造十个小区")
    assert "承诺事项和日期须一并填写" in said(wrong)
    assert typed(wrong, "text").strip() == "正在办理。"
    later = (clock.today() + dt.timedelta(days=400)).isoformat()
    form = form_on(wrong, field="outcome")
    assert send(unit, page, form, promise_on=later).status_code == 302
    kept = UnitReply.objects.get(opinion=False)
    assert (kept.contact, kept.step.reference, again(matter).state) == ("王工", "澄建函〔2026〕7号", "replied")
    shown = said(unit.get(reverse("proposal", args=[matter.uid])))
    assert "王工" in shown
    assert "改造十个小区" in shown


def test_promises_are_followed_in_a_later_year(room):
    matter = room.handled()
    operations.take_step(matter, "contact", actor=room.lead_user, code="visit")
    due = dt.date(clock.today().year + 2, 6, 30)
    proposals.reply(
        again(matter), room.lead, outcome="B", reference="1号", text="在办。", promises=[("改造十个小区", due)],
        actor=room.lead_user,
    )  # fmt: skip
    operations.take_step(again(matter), "close", actor=room.desk)
    Matter.objects.filter(pk=matter.pk).update(day=dt.date(clock.today().year - 1, 3, 1))
    for user in (room.desk, room.lead_user, room.member):
        page = said(signed_in(user).get(reverse("promises")))
        assert "改造十个小区" in page
        assert matter.number in page
    assert "改造十个小区" not in said(signed_in(room.helper_user).get(reverse("promises")))
    assert "改造十个小区" not in said(signed_in(room.colleague_user).get(reverse("promises")))
    task = Matter.objects.get(kind="task")
    operations.take_step(task, "report", actor=room.lead_user, reason="已完成")
    assert "待核实" in said(signed_in(room.member).get(reverse("promises")))
    assert reverse("matter", args=[task.uid]) not in said(signed_in(room.member).get(reverse("promises")))


def test_assessing_and_showing(room):
    matter = room.replied()
    client, page = signed_in(room.member), reverse("proposal", args=[matter.uid])
    action = reverse("assess_proposal", args=[matter.uid])
    wrong = send(client, page, form_on(client.get(page), action=action), text="办得不细")
    assert wrong.status_code == 422
    assert typed(wrong, "text").strip() == "办得不细"
    assert Assessment.objects.count() == 0
    assert send(client, page, form_on(wrong, action=action), satisfaction="basically").status_code == 302
    row = Assessment.objects.get()
    assert (row.satisfaction, row.text, row.shown_on) == ("basically", "办得不细", None)
    unit = signed_in(room.lead_user)
    assert "办得不细" not in said(unit.get(page))
    show = reverse("show_assessment", args=[row.uid])
    send(client, page, form_on(client.get(page), action=show), ("shown", "1"))
    assert "办得不细" in said(unit.get(page))
    send(client, page, form_on(client.get(page), action=show), ("shown", "0"))
    assert "办得不细" not in said(unit.get(page))
    assert "办得不细" in said(signed_in(room.desk).get(page))
    assert AuditEntry.objects.filter(action="proposals.read_assessment").count() == 1
    assert signed_in(room.desk).post(show, {"shown": "1"}).status_code in (403, 404)


def test_a_key_proposal(room):
    matter = room.handled()
    make_person(room.office, "周副主席")
    client, page = signed_in(room.desk), reverse("proposal", args=[matter.uid])
    action = reverse("set_key", args=[matter.uid])
    wrong = send(client, page, form_on(client.get(page), action=action), leader="查无此人")
    assert (wrong.status_code, typed(wrong, "leader")) == (422, "查无此人")
    assert send(client, page, form_on(wrong, action=action), leader="周副主席").status_code == 302
    assert Proposal.objects.get().key
    assert typed(client.get(page), "leader") == "周副主席"


def test_a_link_lets_a_unit_without_account_read_papers_and_reply(room):
    matter = room.handled(lead=room.lead)
    paper, hidden = (
        operations.attach(
            matter, name=f"{name}.pdf", data=b"%PDF-1.7", declared_unclassified=True, kept_from_units=kept,
            actor=room.desk,
        )
        for name, kept in (("示意图", False), ("内部意见", True))
    )  # fmt: skip
    client, page = signed_in(room.desk), reverse("proposal", args=[matter.uid])
    action = reverse("issue_pass", args=[matter.uid])
    wrong = send(client, page, form_on(client.get(page), action=action), days="99")
    assert (wrong.status_code, typed(wrong, "days")) == (422, "99")
    shown = send(client, page, form_on(wrong, action=action), days="20")
    link = next(word for word in said(shown).split() if "/pass/" in word)
    link = "/pass/" + link.split("/pass/")[1].split("<")[0]
    bearer = Client()
    opened = bearer.get(link)
    assert "示意图.pdf" in said(opened)
    assert "内部意见.pdf" not in said(opened)
    token = link.split("/")[2]
    got = bearer.get(reverse("pass_paper", args=[token, paper.uid]))
    assert b"".join(got.streaming_content) == b"%PDF-1.7"
    assert AuditEntry.objects.get(action="matters.pass_paper").on_behalf == "一次性链接（市住建局）"
    assert bearer.get(reverse("pass_paper", args=[token, hidden.uid])).status_code == 404
    assert bearer.get(reverse("pass_paper", args=[token, uuid.uuid4()])).status_code == 404
    assert bearer.get(reverse("pass_paper", args=["x" * 40, paper.uid])).status_code == 404
    contact = form_on(bearer.get(link), field="transition", value="contact")
    assert send(bearer, link, contact, code="phone").status_code == 302
    reply = form_on(bearer.get(link), field="transition", value="reply")
    wrong = send(bearer, link, reply, text="已办。", reference="", code="A")
    assert (wrong.status_code, typed(wrong, "text").strip()) == (422, "已办。")
    reply = form_on(wrong, field="transition", value="reply")
    assert send(bearer, link, reply, reference="函1号", contact="王工 1234").status_code == 200
    assert UnitReply.objects.get().contact == "王工 1234"
    assert bearer.get(link).status_code == 410
    assert bearer.get(reverse("pass_paper", args=[token, paper.uid])).status_code == 410
    assert Step.objects.filter(transition="reply").count() == 1


def test_a_link_is_revoked(room):
    matter = room.handled(lead=room.lead)
    client, page = signed_in(room.desk), reverse("proposal", args=[matter.uid])
    send(client, page, form_on(client.get(page), action=reverse("issue_pass", args=[matter.uid])))
    row = MatterPass.objects.get()
    action = reverse("revoke_pass", args=[row.uid])
    assert send(client, page, form_on(client.get(page), action=action)).status_code == 302
    assert MatterPass.objects.get().revoked_at is not None


def test_figures_stand_in_the_official_order_and_never_by_number(room):
    first = make_organization(room.office, "handling_unit", "市档案局", precedence=10)
    for unit, last in ((room.lead, 200), (room.helper, 100)):
        unit.precedence = last
        unit.save()
    for unit in (room.lead, room.lead, room.helper, first):
        matter = filed(room)
        assignment_operations.assign(matter, lead=unit, actor=room.desk)
    page = said(signed_in(room.desk).get(reverse("proposal_figures")))
    at = [page.index(f">{name}</th>") for name in ("市档案局", "市财政局", "市住建局")]
    assert at == sorted(at)
    assert "sort" not in page.split("<table", 1)[1].split("</table>", 1)[0]
    for nonsense in ("0", "abcd", "99999", "２０２６"):
        assert signed_in(room.desk).get(reverse("proposal_figures"), {"year": nonsense}).status_code == 200


def test_forms_are_handed_out_and_leave_an_entry(room):
    matter = room.replied()
    unit = signed_in(room.lead_user)
    page = unit.get(reverse("matter_form", args=[matter.uid, "reply"]))
    assert "办理类别：B" in said(page)
    got = unit.get(reverse("matter_form", args=[matter.uid, "proposal"]), {"file": "docx"})
    assert got.headers["Content-Type"].endswith("wordprocessingml.document")
    assert got.content.startswith(b"PK")
    entries = AuditEntry.objects.filter(action="matters.form").order_by("pk")
    assert [entry.actor_id for entry in entries] == [room.lead_user.pk] * 2
    assert entries[0].person_ids == [room.author.pk]
    assert unit.get(reverse("matter_form", args=[matter.uid, "review"])).status_code == 404
    assert signed_in(room.colleague_user).get(reverse("matter_form", args=[matter.uid, "reply"])).status_code == 404


def test_a_draft_changed_outside_comes_back_with_its_differences(room):
    draft, client = room.draft(), signed_in(room.member)
    page = reverse("proposal_draft", args=[draft.uid])
    text = "案由\t关于改造老旧管网的提案\n关于改造老旧管网的提案\n一、情况\n管网老化，每年爆管。\n二、分析\n年代早。\n三、建议\n由市住建局制定改造计划。"
    file = SimpleUploadedFile("提案.txt", text.encode())
    shown = client.post(page, {"step": "read", "file": file, "declared_unclassified": "on"})
    assert (shown.status_code, again(draft).title) == (200, "关于改造老旧小区的提案")
    assert "<ins>，每年爆管</ins>" in said(shown)
    assert typed(shown, "title") == "关于改造老旧管网的提案"
    assert typed(shown, "situation").strip() == "管网老化，每年爆管。"
    saved = send(client, page, form_on(shown, field="situation"), ("step", "save"))
    assert (saved.status_code, again(draft).title) == (302, "关于改造老旧管网的提案")
    assert BodyRevision.objects.order_by("id").last().text.startswith("【情况】\n管网老化，每年爆管。\n")
    marked = SimpleUploadedFile("提案.txt", "机密★1年\n正文".encode())
    wrong = client.post(page, {"step": "read", "file": marked, "declared_unclassified": "on"})
    assert (wrong.status_code, BodyRevision.objects.count()) == (422, 2)


def test_the_page_of_replies_stands_in_the_office_s_own_frame(room):
    matter = room.handled()
    for user in (room.member, room.lead_user, room.desk):
        shown = said(signed_in(user).get(reverse("proposal", args=[matter.uid])))
        assert f'<span class="band__office">{room.office.name}</span>' in shown
        assert reverse("suggestions") in shown
