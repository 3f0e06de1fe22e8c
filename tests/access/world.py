"""One office with a row of every kind that an address can name, and one user per role."""

from __future__ import annotations

import datetime as dt
from functools import partial

from tests.cast import assign_contact, join, make_office, make_organization, make_person, make_term, make_user
from tongxin.accounts.token_operations import issue_token
from tongxin.activities import minutes_operations, register_operations
from tongxin.activities import operations as activities
from tongxin.activities.models import AgendaItem, MinutesComment
from tongxin.core import clock
from tongxin.core.spreadsheets import Column, Sheet, write_workbook
from tongxin.documents.blank_operations import fill, map_figure, take_in
from tongxin.documents.dictionary import seed
from tongxin.documents.dictionary_operations import approve
from tongxin.documents.models import Expression, Placeholder, Repair, Requirement
from tongxin.documents.organization_paper_operations import attach_paper
from tongxin.documents.queries import latest_revision
from tongxin.matters import assignment_operations as assignments
from tongxin.matters import editorial_operations as editorial
from tongxin.matters import operations as matters
from tongxin.matters import outlet_operations as outlets
from tongxin.matters import pass_operations as passes
from tongxin.matters import proposal_operations as proposals
from tongxin.matters import queries as matter_queries
from tongxin.matters.models import Assessment, Cosignature, Publication
from tongxin.matters.proposal_text import Parts
from tongxin.notices import feed_operations as feeds
from tongxin.notices.models import Delivery, MailChoice, Webhook
from tongxin.provisions import exchange_operations
from tongxin.provisions import operations as provisions
from tongxin.provisions.models import Inquiry, Ruling
from tongxin.provisions.queries import current_findings, key_text
from tongxin.registry import account_operations, queries, term_operations
from tongxin.registry.enums import Role
from tongxin.registry.models import (
    Affiliation,
    CorrectionProposal,
    Membership,
    Objection,
    PublishedCounts,
    RoleGrant,
    Suggestion,
)
from tongxin.trace import key_task_operations
from tongxin.trace import operations as tracing
from tongxin.web.roster_import import desk

TEXT = """在全市政协党的建设工作会议上的讲话

同志们:

一、严格组织生活

各党支部要严格执行“三会一课”制度,支部党员大会每季度召开一次。全市实有XXX名政协委员。

二、压实责任

机关要在年底前完成全部整改任务。
"""


#: Addresses that name the draft of a term.
DRAFT_PAGES = (
    "term_draft", "preview_draft", "plan_draft", "set_draft_quotas", "draft_seats", "admit_names", "draft_names",
    "draft_list", "download_draft_list", "close_draft_version", "withdraw_draft", "open_term",
)  # fmt: skip

#: Addresses that name the meeting whose register is kept.
REGISTER_PAGES = (
    "register", "mark_register", "register_lines", "register_marks", "register_history", "register_paper",
    "register_stations", "badges", "print_register", "export_register", "hall",
)  # fmt: skip


#: Addresses that name an organization to keep.
ORGANIZATION_PAGES = (
    "rename_organization", "move_organization", "dissolve_organization", "correct_organization", "organization_papers",
)  # fmt: skip
#: Addresses that name a paper of the organization.
ORGANIZATION_PAPER_PAGES = ("organization_paper", "detach_organization_paper")
#: Addresses that name the proposal.
PROPOSAL_PAGES = (
    "proposal", "proposal_draft", "merge_matter", "give_opinion", "reply_proposal", "assess_proposal", "set_key",
    "issue_pass",
)  # fmt: skip
#: Addresses that name the manuscript.
MANUSCRIPT_PAGES = (
    "manuscript", "review_manuscript", "edit_manuscript", "manuscript_versions", "annotate", "hold_manuscript",
    "review_links", "sign_manuscript", "publish_manuscript",
)  # fmt: skip
#: Addresses that name the channel.
OUTLET_PAGES = ("outlet", "edit_outlet", "check_outlet", "close_outlet")
#: Addresses that name the task.
MATTER_PAGES = (
    "assign_matter",
    "return_matter",
    "attach_paper",
    "order_task",
    "edit_information",
    "send_information",
    "tell_fate",
)


class World:
    """Builds everything in the office ``office``; ``address_arguments`` says what each address names."""

    def __init__(self, name: str = "政协澄江市委员会") -> None:
        today = clock.today()
        self.office = make_office(name, start_day=dt.date(today.year - 1, 1, 1))
        self.committee = make_organization(self.office, "committee", name)
        self.branch = make_organization(self.office, "branch", "机关第一党支部")
        self.special = make_organization(self.office, "special_committee", "提案委员会")
        self.group = make_organization(self.office, "member_group", "第一履职小组")
        self.handler = make_organization(self.office, "handling_unit", "市某某局")
        self.person = make_person(self.office, "陈文远", affiliation="01")
        self.other = make_person(self.office, "李若兰", affiliation="13")
        for person in (self.person, self.other):
            join(person, self.committee)
        join(self.person, self.branch)
        self.clerk = make_user(self.office, Role.PARTY_CLERK)
        self.users = {str(Role.PARTY_CLERK): self.clerk}
        units = {
            Role.BRANCH_SECRETARY: self.branch,
            Role.COMMITTEE_OFFICE: self.special,
            Role.HANDLING_UNIT: self.handler,
        }
        for role in Role:
            if role == Role.MEMBER:
                # A member of whom nothing on these pages speaks: neither in the meeting nor in the matter.
                member = make_user()
                self.other.user = member
                self.other.save()
                self.users[str(role)] = member
            elif role != Role.PARTY_CLERK:
                self.users[str(role)] = make_user(self.office, role, unit=units.get(role))
        self.activity = activities.record(
            self.office,
            kind="general_meeting",
            title="支部党员大会",
            day=today,
            organizations=[self.branch],
            actor=self.clerk,
        )
        written = minutes_operations.write(self.activity, form="record", text="记录", actor=self.clerk)
        self.comment = MinutesComment.objects.create(
            office=self.office, minutes=written, person=self.person, text="时间有误"
        )
        self.door, self.spare, self.screen = (
            register_operations.open_station(self.activity, name=name, kind=kind, actor=self.clerk)
            for name, kind in (("东门", "door"), ("西门", "door"), ("主会场", "screen"))
        )
        self.matter = matters.open(self.office, kind="task", title="完成整改", lead=self.special, actor=self.clerk)
        self.paper = matters.attach(
            self.matter, name="说明.pdf", data=b"%PDF-1.7", declared_unclassified=True, actor=self.clerk
        )
        self.organization_paper = attach_paper(
            self.branch,
            event="founding",
            title="关于成立机关第一党支部的批复",
            store=partial(matters.store_file, self.office, name="批复.pdf", data=b"%PDF-1.7", actor=self.clerk),
            actor=self.clerk,
        )
        self.document = tracing.register_document(
            self.office, name="speech.txt", data=TEXT.encode(), declared_unclassified=True, actor=self.clerk
        )
        revision = latest_revision(self.document)
        self.requirement = Requirement.objects.filter(revision=revision).order_by("order")[0]
        self.place = Placeholder.objects.filter(revision=revision, kind="placeholder")[0]
        self.repair = Repair.objects.create(revision=revision, offset=3, inserted="党", confidence="low")
        approve(self.office, seed()[:1], actor=self.clerk)
        self.expression = Expression.objects.get(office=self.office)
        self.blank = take_in(
            self.office, name="表.xlsx", data=write_workbook([Sheet("表", [Column("单位")], [])]),
            declared_unclassified=True, actor=self.clerk,
        )  # fmt: skip
        map_figure(self.blank, sheet="表", cell="A2", code="members.total", actor=self.clerk)
        self.fill = fill(self.blank, since=dt.date(today.year, 1, 1), as_of=today, actor=self.clerk)
        provisions.adopt(self.office, "life.theme_day", valid_from=dt.date(today.year - 1, 1, 1), actor=self.clerk)
        finding = (
            current_findings(self.office, today)
            .filter(organization_id=self.branch.pk, state="not_recorded")
            .order_by("window_start")[0]
        )
        self.finding_key = key_text(finding)
        self.ruling = Ruling.objects.create(
            office=self.office,
            created_by=self.clerk,
            provision=finding.provision,
            subject_kind=finding.subject_kind,
            organization_id=self.branch.pk,
            excused_from=dt.date(today.year - 3, 1, 1),
            excused_until=dt.date(today.year - 3, 2, 1),
            kind="excused",
            basis="approved",
            reason="经批准",
        )
        self.key_task = key_task_operations.add_key_task(self.office, year=today.year, title="完成整改", actor=None)
        self.issued_set = exchange_operations.issue_set(
            self.office, title="年度要求", day=today, provisions=["life.theme_day"], actor=self.clerk
        )
        self.inquiry = Inquiry.objects.create(
            office=self.office,
            created_by=self.clerk,
            provision=finding.provision,
            subject_kind=finding.subject_kind,
            organization=self.branch,
            window_start=finding.window_start,
            sentence="请说明有关情况",
        )
        self.correction = CorrectionProposal.objects.create(
            office=self.office, person=self.person, field="employer", seen_value="", proposed_value="市某某局"
        )
        self.suggestion = Suggestion.objects.create(office=self.office, kind="suggestion", text="字再大一些")
        self.counts = PublishedCounts.objects.create(office=self.office, day=today, members=0, tables=[])
        self.grant = RoleGrant.objects.filter(office=self.office, user=self.clerk)[0]
        seat = Membership.objects.get(person=self.other)
        self.objection = Objection.objects.create(
            office=self.office,
            person=self.other,
            subject_type="registry.membership",
            subject_id=seat.pk,
            statement="任职日期有误",
        )
        self.entry = f"registry.membership:{seat.pk}"
        issued = account_operations.invite(
            self.office,
            username=f"new-{self.office.pk}",
            display_name="新同志",
            roles=[(Role.EDITOR, None)],
            actor=None,
        )
        self.newcomer, self.token = issued.user, issued.token
        self.hook = Webhook.objects.create(
            office=self.office, name="办公系统", url="https://oa.example.cn/", events=["matter.moved"]
        )
        self.access_token, _secret = issue_token(
            self.newcomer,
            office_id=self.office.pk,
            name="统计大屏",
            scopes=["figures:read"],
            expires_on=today + dt.timedelta(days=30),
            actor=self.newcomer,
        )

        standing = queries.standing_of(self.clerk, self.office, today)
        self.delivery = Delivery.objects.create(
            office=self.office, recipient=self.clerk, week=today - dt.timedelta(days=today.weekday())
        )
        self.mail_choice = MailChoice.objects.create(office=self.office, user=self.clerk)
        self.feed_token = feeds.issue_of_unit(self.branch, standing=standing, actor=self.clerk).token

        self._of_a_proposal()
        self._of_the_register(today)
        self._of_the_editors()

    def _of_a_proposal(self) -> None:
        """Add a proposal that the handling unit works on, with an invitation, an assessment and a link."""
        office = self.users[str(Role.PROPOSALS_OFFICE)]
        proposal = proposals.write(
            self.office, title="关于例的提案", parts=Parts("情况", "分析", "建议"), author=self.person, actor=None
        )
        self.cosignature = Cosignature.objects.create(office=self.office, matter=proposal, person=self.person)
        proposals.submit(proposal, actor=office)
        matters.take_step(proposal, "file", actor=office)
        assignments.assign(proposal, lead=self.handler, actor=office)
        matters.take_step(proposal, "accept", actor=office)
        self.proposal = proposal
        self.proposal_paper = matters.attach(
            proposal, name="图.pdf", data=b"%PDF-1.7", declared_unclassified=True, actor=office
        )
        self.assessment = Assessment.objects.create(
            office=self.office,
            matter=proposal,
            organization=self.handler,
            person=self.person,
            satisfaction="not",
            day=clock.today(),
        )
        fresh = matter_queries.matter_by_uid(self.office, proposal.uid)
        issued = passes.issue_pass(fresh, purpose="handle", organization=self.handler, actor=office)
        self.link, self.link_token = issued.row, issued.token

    def _of_the_editors(self) -> None:
        """Add a channel with a fault, a manuscript with a signed review and a note, and one that is published."""
        editor = self.users[str(Role.EDITOR)]
        self.outlet = outlets.enter(
            self.office, name="门户网站", kind="website", unit=self.handler, check_every="month", actor=editor
        )
        self.fault = outlets.check(self.outlet, faults=["栏目久未更新"], actor=editor).faults.get()
        first, second, third = (make_person(self.office) for _ in range(3))
        told = {}
        for title in ("送审稿", "已发布稿"):
            told[title] = editorial.begin(
                self.office, title=title, unit=self.special, authors=[self.person], text="正文若干。", actor=editor
            )
            matters.take_step(told[title], "submit", actor=editor)
            self.signed = editorial.sign(
                told[title], "pass_first", person=first, name="签字.pdf", data=b"%PDF-1.7",
                declared_unclassified=True, actor=editor,
            )  # fmt: skip
        self.manuscript, published = told["送审稿"], told["已发布稿"]
        self.note = editorial.annotate(self.manuscript, quote="若干", text="写明", actor=editor)
        for step, person in (("pass_second", second), ("pass_third", third), ("clear_secrecy", third)):
            matters.take_step(published, step, person=person, on_behalf="签字", proofread=True, actor=editor)
        editorial.publish(published, outlets=[self.outlet], actor=editor)
        self.publication = Publication.objects.get(matter=published)
        self.decision = AgendaItem.objects.create(activity=self.activity, order=9, kind="decision", title="决定")

    def _of_the_register(self, today: dt.date) -> None:
        """Add a seat, a contact, a draft of the next term and the roster clerk's plan of an import."""
        self.seat = Membership.objects.get(person=self.person, organization=self.committee)
        self.contact = assign_contact(self.person, self.other)
        term = make_term(self.office)
        self.draft = term_operations.draft_term(
            self.office, ordinal=term.ordinal + 1, starts=term.ends, ends=term.ends.replace(year=2032), actor=None
        )
        roster = desk.begin(
            self.office,
            name="名册.csv",
            data="姓名,性别\n陈文远,男\n".encode(),
            term=term,
            since=None,
            found_missing=False,
        )
        self.plan = desk.keep(self.office, self.users[str(Role.ROSTER_CLERK)], roster)

    def address_arguments(self, name: str) -> list[object]:
        """Return what stands in the address ``name``."""
        rows: dict[str, object] = {
            "finding": self.finding_key,
            "rule_on": self.finding_key,
            "extend_limit": self.finding_key,
            "ask_unit": self.finding_key,
            **dict.fromkeys(("provision", "adopt_provision", "end_provision"), "life.theme_day"),
            "answer_inquiry": self.inquiry.uid,
            "link_key_task": self.key_task.uid,
            **dict.fromkeys(("requirement_set", "decide_on_set", "publish_set", "download_set"), self.issued_set.uid),
            "withdraw_ruling": self.ruling.uid,
            "export_counts": self.counts.uid,
            **dict.fromkeys(ORGANIZATION_PAPER_PAGES, self.organization_paper.uid),
            "organization": self.branch.uid,
            "person": self.person.uid,
            "activity": self.activity.uid,
            "changed_by": self.activity.uid,
            **dict.fromkeys(REGISTER_PAGES, self.activity.uid),
            "revoke_station": self.spare.station.uid,
            "station": self.door.token,
            "station_lines": self.door.token,
            "station_marks": self.door.token,
            "screen": self.screen.token,
            "activity_file": self.activity.uid,
            "unit_feed": self.branch.uid,
            "group_branch": self.group.uid,
            "decide_delivery": self.delivery.uid,
            "try_address": self.mail_choice.uid,
            "feed": self.feed_token,
            "cancel_activity": self.activity.uid,
            "correct_activity": self.activity.uid,
            "hold_activity": self.activity.uid,
            "answer_comment": self.comment.uid,
            **dict.fromkeys(
                (
                    "move_activity",
                    "join_study",
                    "join_study_matter",
                    "notice",
                    "answer_notice",
                    "decide_leave",
                    "approve_practice",
                    "count_appraisal",
                    "temporary_branch",
                    "notice_file",
                    "notice_slips",
                    "show_contact",
                ),
                self.activity.uid,
            ),
            "duty_file": self.person.uid,
            "record_contact": self.contact.uid,
            "decide_task": self.activity.uid,
            "matter": self.matter.uid,
            "take_step": self.matter.uid,
            **dict.fromkeys(MATTER_PAGES, self.matter.uid),
            "matter_paper": self.paper.uid,
            **dict.fromkeys(MANUSCRIPT_PAGES, self.manuscript.uid),
            "settle_note": self.note.uid,
            "signed_paper": self.signed.uid,
            "take_down": self.publication.uid,
            "prove_decision": self.decision.uid,
            **dict.fromkeys(OUTLET_PAGES, self.outlet.uid),
            "mend_fault": self.fault.uid,
            "set_workflow": "task",
            **dict.fromkeys(PROPOSAL_PAGES, self.proposal.uid),
            "answer_cosign": self.cosignature.uid,
            "show_assessment": self.assessment.uid,
            "revoke_pass": self.link.uid,
            "matter_pass": self.link_token,
            "document": self.document.uid,
            "trace": self.document.uid,
            "official_document": self.document.uid,
            "compare_document": self.document.uid,
            "proofread_document": self.document.uid,
            "task_table": self.document.uid,
            "edit_draft": self.document.uid,
            "standing": self.document.uid,
            "set_document_terms": self.document.uid,
            "keep_standing": self.document.uid,
            "versions": self.document.uid,
            "figure": "members.total",
            "settle_tasks": self.document.uid,
            "issue_tasks": self.document.uid,
            "confirm_source": self.document.uid,
            "restore_line": self.document.uid,
            "decide_requirement": self.requirement.uid,
            "edit_requirement": self.requirement.uid,
            "decide_repair": self.repair.uid,
            "yearly": "study",
            **dict.fromkeys(("blank", "map_cell", "fill_blank", "retire_blank"), self.blank.uid),
            "blank_fill": self.fill.uid,
            "keep_yearly": "study",
            "end_expression": self.expression.uid,
            "fill_place": self.place.uid,
            "choose_figure": self.place.uid,
            "withdraw_correction": self.correction.uid,
            "decide_correction": self.correction.uid,
            "answer_suggestion": self.suggestion.uid,
            "revoke_grant": self.grant.uid,
            "person_timeline": self.person.uid,
            "organization_timeline": self.branch.uid,
            "enrol_person": self.person.uid,
            "state_affiliation": self.person.uid,
            "correct_person": self.person.uid,
            "correct_affiliation": Affiliation.objects.get(person=self.person).uid,
            **dict.fromkeys(ORGANIZATION_PAGES, self.branch.uid),
            "correct_membership": self.seat.uid,
            "leave_membership": self.seat.uid,
            "transfer_membership": self.seat.uid,
            "place": "contact",
            "end_contact": self.contact.uid,
            "roster_plan": self.plan,
            "decide_roster": self.plan,
            "apply_roster": self.plan,
            **dict.fromkeys(DRAFT_PAGES, self.draft.uid),
            "erase_person": self.person.uid,
            "objection": self.objection.uid,
            "end_session": self.grant.uid,
            "end_token": self.access_token.uid,
            "settle_hook": self.hook.uid,
            "delegate": self.grant.uid,
            "take_back": self.grant.uid,
            "account_of": self.newcomer.uid,
            "grant_to": self.newcomer.uid,
            "link_account": self.newcomer.uid,
            "issue_link": self.newcomer.uid,
            "switch_account": self.newcomer.uid,
            "invitation": self.token,
        }
        if name in ("minutes", "minutes_warnings", "comment_minutes", "minutes_file"):
            return [self.activity.uid, "record"]
        if name == "pass_paper":
            return [self.link_token, self.proposal_paper.uid]
        if name == "matter_form":
            return [self.proposal.uid, "proposal"]
        return [rows[name]] if name in rows else []
