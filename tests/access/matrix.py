"""Every address × role: what happens.  An address that is not listed fails the tests.

A row says who is let in and with which status; who is let in by role but does not find the row (404); everybody
else is refused (403).  ``open``: also without signing in.  POST rows send an empty form, so nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongxin.registry.enums import Role

R = Role
EVERYBODY = frozenset(str(role) for role in Role)
CLERKS = frozenset({R.PARTY_CLERK, R.ROSTER_CLERK})
ROSTER_OFFICE = frozenset({R.ROSTER_CLERK})
PARTY_OFFICE = frozenset({R.PARTY_CLERK})
COUNTS = CLERKS | {R.LEADER, R.SUPERVISOR}
BOARD = frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.LEADER, R.BRANCH_SECRETARY, R.COMMITTEE_OFFICE})
LIBRARY = frozenset(
    {
        R.PARTY_CLERK,
        R.ROSTER_CLERK,
        R.BRANCH_SECRETARY,
        R.COMMITTEE_OFFICE,
        R.PROPOSALS_OFFICE,
        R.INFORMATION_OFFICE,
        R.EDITOR,
        R.SUPERVISOR,
        R.LEADER,
    }
)
KEEPERS = frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.EDITOR})
DECIDERS = frozenset({R.PARTY_CLERK, R.SUPERVISOR})
RECORDERS = frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY, R.COMMITTEE_OFFICE, R.ROSTER_CLERK, R.MEMBER})
REGISTER = frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})
MATTERS = EVERYBODY - {R.ADMINISTRATOR, R.ROSTER_CLERK}
TOKEN_HOLDERS = EVERYBODY - {R.MEMBER, R.HANDLING_UNIT}
OPENERS = frozenset(
    {
        R.PARTY_CLERK,
        R.SUPERVISOR,
        R.COMMITTEE_OFFICE,
        R.BRANCH_SECRETARY,
        R.MEMBER,
    }
)
EDITORS = frozenset({R.EDITOR, R.INFORMATION_OFFICE})
DESK = EDITORS | {R.LEADER}
MANUSCRIPT = DESK | {R.MEMBER}
OUTLET_KEEPERS = EDITORS | {R.PARTY_CLERK}
OUTLETS = EVERYBODY - {R.ADMINISTRATOR, R.ROSTER_CLERK, R.HANDLING_UNIT}
WRITERS = frozenset({R.MEMBER, R.PROPOSALS_OFFICE, R.COMMITTEE_OFFICE})
PROPOSAL_READERS = WRITERS | {R.HANDLING_UNIT, R.LEADER}
REPLIERS = frozenset({R.HANDLING_UNIT, R.PROPOSALS_OFFICE, R.COMMITTEE_OFFICE})
OF_THIS_PROPOSAL = frozenset({R.HANDLING_UNIT, R.PROPOSALS_OFFICE, R.LEADER})
WORK_ON_IT = frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.COMMITTEE_OFFICE})
OF_THIS_MATTER = frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.LEADER, R.COMMITTEE_OFFICE})


@dataclass(frozen=True)
class Row:
    """What an address answers: ``ok`` to ``allowed``, 404 to ``hidden``, 403 to the rest."""

    allowed: frozenset[str]
    ok: int = 200
    method: str = "get"
    hidden: frozenset[str] = frozenset()
    open: bool = False


def post(allowed: frozenset[str], ok: int = 302, hidden: frozenset[str] = frozenset()) -> Row:
    """Return a row for a form."""
    return Row(allowed, ok, "post", hidden)


MATRIX: dict[str, Row] = {
    "today": Row(EVERYBODY),
    "weekly": Row(EVERYBODY),
    # 落实情况: the finding is a branch's
    "board": Row(BOARD),
    "compare_board": Row(BOARD),
    "export_board": Row(BOARD),
    "brief": Row(frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.LEADER})),
    "changed_by": Row(BOARD),
    "finding": Row(BOARD - {R.COMMITTEE_OFFICE}),
    "rule_on": post(BOARD - {R.COMMITTEE_OFFICE}, 422),
    "due_calendar": Row(BOARD),
    "year_proposal": Row(BOARD),
    "key_tasks": Row(BOARD),
    "add_key_task": post(DECIDERS, 422),
    "link_key_task": post(DECIDERS),
    "study_texts": Row(BOARD),
    "requirement_sets": Row(frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.LEADER})),
    "issue_set": Row(frozenset({R.PARTY_CLERK})),
    "issue_tasks": Row(frozenset({R.PARTY_CLERK})),
    "receive_file": post(frozenset({R.PARTY_CLERK}), 422),
    "requirement_set": Row(frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.LEADER})),
    "decide_on_set": post(frozenset({R.PARTY_CLERK}), 422),
    "publish_set": post(frozenset({R.PARTY_CLERK}), 422),
    "download_set": Row(frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.LEADER})),
    "provisions": Row(BOARD),
    "provision": Row(BOARD),
    "own_provision": Row(frozenset({R.PARTY_CLERK})),
    "adopt_provision": post(frozenset({R.PARTY_CLERK}), 422),
    "end_provision": post(frozenset({R.PARTY_CLERK}), 422),
    "extend_limit": post(frozenset({R.PARTY_CLERK}), 422),
    "ask_unit": post(frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.LEADER}), 422),
    "answer_inquiry": post(BOARD - {R.COMMITTEE_OFFICE}, 422),
    "withdraw_ruling": post(BOARD | {R.MEMBER}),
    # 名册
    "roster": Row(CLERKS),
    "organizations": Row(CLERKS | {R.BRANCH_SECRETARY, R.COMMITTEE_OFFICE, R.LEADER}),
    "organization": Row(CLERKS | {R.BRANCH_SECRETARY, R.COMMITTEE_OFFICE, R.LEADER}),
    "person": Row(CLERKS),
    "corrections": Row(frozenset({R.ROSTER_CLERK})),
    "decide_correction": post(frozenset({R.ROSTER_CLERK})),
    "enter_person": Row(ROSTER_OFFICE),
    "person_timeline": Row(CLERKS),
    "organization_timeline": Row(CLERKS),
    "enrol_person": Row(CLERKS),
    "correct_person": Row(ROSTER_OFFICE),
    "correct_affiliation": Row(CLERKS),
    "state_affiliation": Row(CLERKS),
    # The membership is in the committee itself: the Party clerk keeps those of Party units.
    "leave_membership": Row(ROSTER_OFFICE),
    "transfer_membership": Row(ROSTER_OFFICE),
    "correct_membership": Row(ROSTER_OFFICE),
    # The organization is a branch: the Party clerk keeps it.
    "found_organization": Row(CLERKS),
    "rename_organization": Row(PARTY_OFFICE),
    "move_organization": Row(PARTY_OFFICE),
    "dissolve_organization": Row(PARTY_OFFICE),
    "correct_organization": Row(PARTY_OFFICE),
    "organization_papers": Row(PARTY_OFFICE),
    "organization_paper": Row(CLERKS | {R.BRANCH_SECRETARY, R.COMMITTEE_OFFICE, R.LEADER}),
    "detach_organization_paper": post(PARTY_OFFICE),
    "placements": Row(CLERKS),
    "place": post(CLERKS, 422),
    "roster_import": Row(ROSTER_OFFICE),
    "plan_roster": post(ROSTER_OFFICE, 422),
    "roster_plan": Row(ROSTER_OFFICE),
    "decide_roster": post(ROSTER_OFFICE),
    "apply_roster": post(ROSTER_OFFICE),
    "export_roster": Row(CLERKS),
    # 换届
    "terms": Row(ROSTER_OFFICE),
    "draft_term": post(ROSTER_OFFICE, 422),
    "term_draft": Row(ROSTER_OFFICE),
    "preview_draft": post(ROSTER_OFFICE, 200),
    "plan_draft": post(ROSTER_OFFICE, 422),
    "set_draft_quotas": post(ROSTER_OFFICE, 422),
    "draft_seats": Row(ROSTER_OFFICE),
    "admit_names": post(ROSTER_OFFICE, 422),
    "draft_names": Row(ROSTER_OFFICE),
    "draft_list": Row(ROSTER_OFFICE),
    "download_draft_list": post(ROSTER_OFFICE, 200),
    "close_draft_version": post(ROSTER_OFFICE, 422),
    "withdraw_draft": post(ROSTER_OFFICE),
    "open_term": Row(ROSTER_OFFICE),
    # 统计, 联系
    "statistics": Row(COUNTS),
    "unit_coverage": Row(COUNTS),
    "published_below": Row(COUNTS),
    "publish_counts": Row(ROSTER_OFFICE),
    "export_counts": Row(ROSTER_OFFICE),
    "receive_counts": Row(ROSTER_OFFICE),
    "export_statistics": post(COUNTS, 200),
    "contacts": Row(CLERKS),
    "assign_contact": post(CLERKS, 422),
    "end_contact": post(CLERKS),
    "contact_proposal": Row(CLERKS),
    "apply_contacts": post(CLERKS, 422),
    # 活动: the meeting is a branch's, the member was not there
    "activities": Row(LIBRARY),
    "record_activity": Row(RECORDERS),
    "activity": Row(LIBRARY, hidden=frozenset({R.MEMBER})),
    # 参会登记: kept by the branch and the Party clerk; doors and screens open by the secret in their address
    "register": Row(REGISTER),
    "mark_register": post(REGISTER),
    "register_lines": Row(REGISTER),
    "register_marks": post(REGISTER, 400),
    "register_history": Row(REGISTER),
    "register_paper": Row(REGISTER),
    "register_stations": Row(REGISTER),
    "badges": Row(REGISTER),
    "print_register": Row(REGISTER),
    "export_register": post(REGISTER, 200),
    "hall": Row(REGISTER),
    "revoke_station": post(REGISTER),
    "station": Row(EVERYBODY, open=True),
    "station_lines": Row(EVERYBODY, open=True),
    "station_marks": Row(EVERYBODY, 400, "post", open=True),
    "screen": Row(EVERYBODY, open=True),
    # The body is a member group without a branch and without Party members.
    "group_branch": Row(PARTY_OFFICE),
    # 提示
    "mail_choice": Row(EVERYBODY),
    "deliveries": Row(frozenset({R.ADMINISTRATOR})),
    "enter_return": post(frozenset({R.ADMINISTRATOR})),
    "decide_delivery": post(frozenset({R.ADMINISTRATOR})),
    "try_address": post(frozenset({R.ADMINISTRATOR})),
    # 日历: the unit is a branch; the address itself is the key
    "activity_file": Row(LIBRARY, hidden=frozenset({R.MEMBER})),
    "own_feed": Row(frozenset({R.MEMBER}), hidden=EVERYBODY - {R.MEMBER}),
    "unit_feed": Row(
        frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY}), hidden=frozenset({R.COMMITTEE_OFFICE, R.HANDLING_UNIT})
    ),
    "feed": Row(EVERYBODY, open=True),
    "cancel_activity": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "correct_activity": Row(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "hold_activity": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "minutes": Row(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "minutes_warnings": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY}), 200),
    "comment_minutes": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "answer_comment": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "decide_task": post(frozenset(), hidden=frozenset({R.PARTY_CLERK})),
    # Plan, notice, answers: the planned meeting is a branch's too
    "plan": Row(LIBRARY),
    "activity_calendar": Row(LIBRARY),
    "invitations": Row(frozenset({R.MEMBER})),
    "move_activity": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "join_study_matter": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "appraisals": Row(PARTY_OFFICE),
    # The member signed in is not in the Party.
    "home_life": Row(PARTY_OFFICE, hidden=frozenset({R.MEMBER})),
    "join_study": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "notice": Row(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "answer_notice": post(
        frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY}), hidden=RECORDERS - {R.PARTY_CLERK, R.BRANCH_SECRETARY}
    ),
    "decide_leave": post(frozenset(), hidden=frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    # Papers: the member asked after is not the one who is signed in; a ledger of no named unit leads to the plan
    "work_counts": Row(LIBRARY),
    "handbook": Row(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "study_ledger": Row(
        frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY, R.COMMITTEE_OFFICE}),
        302,
        hidden=frozenset({R.ROSTER_CLERK, R.MEMBER}),
    ),  # fmt: skip
    "duty_file": Row(CLERKS),
    "own_duty_file": Row(frozenset({R.MEMBER}), hidden=EVERYBODY - {R.MEMBER}),
    "temporary_branch": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "approve_practice": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "count_appraisal": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "notice_slips": Row(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "notice_file": Row(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "minutes_file": Row(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "contacts_due": Row(frozenset({R.PARTY_CLERK, R.MEMBER})),
    # The member signed in is the one with whom contact is kept.
    "record_contact": post(frozenset({R.PARTY_CLERK, R.MEMBER}), 422),
    "show_contact": post(frozenset(), hidden=frozenset({R.MEMBER})),
    # 事项: a task of the special committee
    "matters": Row(MATTERS),
    "matters_sheet": Row(MATTERS),
    "keep_view": post(MATTERS),
    "matter_notices": Row(MATTERS),
    "workflows": Row(MATTERS | {R.ADMINISTRATOR}),
    "set_workflow": post(frozenset({R.ADMINISTRATOR}), 422),
    "open_matter": Row(OPENERS, hidden=MATTERS - OPENERS),
    "matter": Row(OF_THIS_MATTER, hidden=MATTERS - OF_THIS_MATTER),
    "take_step": post(OF_THIS_MATTER, 422, hidden=MATTERS - OF_THIS_MATTER),
    # Nothing is to be assigned or given back here.
    "assign_matter": Row(frozenset(), hidden=MATTERS),
    "return_matter": Row(frozenset(), hidden=MATTERS),
    "attach_paper": post(WORK_ON_IT, 422, hidden=MATTERS - WORK_ON_IT),
    "matter_paper": Row(OF_THIS_MATTER, hidden=MATTERS - OF_THIS_MATTER),
    "matter_form": Row(OF_THIS_PROPOSAL, hidden=MATTERS - OF_THIS_PROPOSAL),
    "order_task": post(frozenset({R.PARTY_CLERK, R.SUPERVISOR}), 422),
    # 请示报告
    "upward": Row(frozenset({R.PARTY_CLERK, R.LEADER})),
    "report_emergency": Row(PARTY_OFFICE),
    "decisions": Row(frozenset({R.PARTY_CLERK, R.LEADER})),
    "prove_decision": Row(PARTY_OFFICE),
    "mark_minor": post(PARTY_OFFICE),
    # What Party-member members took on: each member sees their own
    "volunteered": Row(frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.LEADER, R.MEMBER})),
    # 审稿: awaiting its first review, one published; the member is not its author
    "editorial": Row(MANUSCRIPT),
    "begin_manuscript": Row(EDITORS),
    "manuscript": Row(DESK, hidden=frozenset({R.MEMBER})),
    "review_manuscript": post(DESK, 422, hidden=frozenset({R.MEMBER})),
    "edit_manuscript": Row(frozenset(), hidden=MANUSCRIPT),
    "manuscript_versions": Row(DESK, hidden=frozenset({R.MEMBER})),
    "annotate": post(DESK, 422, hidden=frozenset({R.MEMBER})),
    "settle_note": post(DESK, hidden=frozenset({R.MEMBER})),
    "hold_manuscript": post(DESK, hidden=frozenset({R.MEMBER})),
    "review_links": Row(EDITORS),
    "sign_manuscript": Row(frozenset({R.EDITOR, R.LEADER}), hidden=frozenset({R.INFORMATION_OFFICE})),
    "signed_paper": Row(DESK, hidden=frozenset({R.MEMBER})),
    "publish_manuscript": Row(frozenset(), hidden=MANUSCRIPT),
    "publication_log": Row(DESK),
    "publication_sheet": Row(DESK),
    "take_down": Row(EDITORS),
    # 阵地: the handling unit's; nobody else keeps it
    "outlets": Row(OUTLETS),
    "enter_outlet": Row(OUTLET_KEEPERS),
    "outlet": Row(OUTLETS),
    "edit_outlet": Row(OUTLET_KEEPERS),
    "check_outlet": post(OUTLET_KEEPERS, 422),
    "mend_fault": Row(OUTLET_KEEPERS),
    "close_outlet": post(OUTLET_KEEPERS, 422),
    # 社情民意信息: there is none here
    "write_information": Row(frozenset({R.MEMBER, R.INFORMATION_OFFICE, R.COMMITTEE_OFFICE, R.BRANCH_SECRETARY})),
    "edit_information": Row(frozenset(), hidden=frozenset({R.INFORMATION_OFFICE})),
    "send_information": Row(frozenset(), hidden=frozenset({R.INFORMATION_OFFICE, R.LEADER})),
    "tell_fate": Row(frozenset(), hidden=frozenset({R.INFORMATION_OFFICE})),
    # 提案: the handling unit's; the member is not its author
    "write_proposal": Row(WRITERS),
    "proposal_help": post(WRITERS, 200),
    "cosign_list": Row(MATTERS),
    "answer_cosign": post(frozenset({R.PROPOSALS_OFFICE}), hidden=frozenset({R.MEMBER})),
    "proposal_figures": Row(MATTERS),
    "promises": Row(MATTERS),
    "proposal": Row(OF_THIS_PROPOSAL, hidden=PROPOSAL_READERS - OF_THIS_PROPOSAL),
    "proposal_draft": Row(frozenset(), hidden=WRITERS),
    "merge_matter": Row(frozenset(), hidden=frozenset({R.PROPOSALS_OFFICE})),
    "give_opinion": Row(frozenset({R.PROPOSALS_OFFICE}), hidden=REPLIERS - {R.PROPOSALS_OFFICE}),
    "reply_proposal": Row(frozenset({R.PROPOSALS_OFFICE, R.HANDLING_UNIT}), hidden=frozenset({R.COMMITTEE_OFFICE})),
    "assess_proposal": post(frozenset({R.PROPOSALS_OFFICE}), 422, hidden=frozenset({R.MEMBER})),
    "set_key": post(frozenset({R.PROPOSALS_OFFICE})),
    "matter_pass": Row(EVERYBODY, open=True),
    "pass_paper": Row(EVERYBODY, open=True),
    "issue_pass": post(frozenset({R.PROPOSALS_OFFICE}), 422),
    "show_assessment": post(frozenset(), hidden=frozenset({R.MEMBER})),
    "revoke_pass": post(frozenset({R.PROPOSALS_OFFICE, R.EDITOR, R.INFORMATION_OFFICE})),
    # 文库
    "library": Row(LIBRARY),
    "upload_document": post(KEEPERS, 422),
    "document": Row(LIBRARY),
    "trace": Row(LIBRARY),
    "official_document": Row(LIBRARY),
    "set_document_terms": post(KEEPERS),
    "standing": Row(LIBRARY),
    "keep_standing": post(KEEPERS),
    "versions": Row(LIBRARY),
    "new_draft": Row(KEEPERS),
    "edit_draft": Row(KEEPERS, 302),
    "figures": Row(LIBRARY),
    "papers_to_check": Row(LIBRARY),
    "figure": Row(LIBRARY),
    "compare_document": Row(LIBRARY),
    "proofread_document": Row(KEEPERS),
    "task_table": Row(LIBRARY),
    "settle_tasks": post(DECIDERS),
    "duties": Row(LIBRARY),
    "set_duties": post(DECIDERS),
    "blanks": Row(KEEPERS),
    "take_in_blank": post(KEEPERS, 422),
    "blank": Row(KEEPERS),
    "map_cell": post(KEEPERS),
    "fill_blank": post(KEEPERS, 422),
    "retire_blank": post(KEEPERS),
    "blank_fill": Row(KEEPERS),
    "yearly": Row(KEEPERS | {R.LEADER}),
    "keep_yearly": post(KEEPERS),
    "dictionary": Row(LIBRARY),
    "add_expression": post(DECIDERS, 422),
    "approve_seed": post(DECIDERS),
    "import_expressions": post(DECIDERS, 422),
    "end_expression": post(DECIDERS),
    "confirm_source": post(KEEPERS, 422),
    "restore_line": post(KEEPERS),
    "decide_requirement": post(DECIDERS),
    "edit_requirement": post(DECIDERS),
    "decide_repair": post(KEEPERS),
    "fill_place": post(KEEPERS),
    "choose_figure": Row(KEEPERS),
    # 我的信息, the account: only the member is a person of the office
    "mine": Row(EVERYBODY),
    "propose_correction": post(frozenset({R.MEMBER}), 422, hidden=EVERYBODY - {R.MEMBER}),
    "withdraw_correction": post(frozenset(), hidden=EVERYBODY),
    "object_to": Row(frozenset({R.MEMBER}), hidden=EVERYBODY - {R.MEMBER}),
    "download_mine": post(frozenset({R.MEMBER}), 200, hidden=EVERYBODY - {R.MEMBER}),
    # 来件
    "requests": Row(frozenset({R.ROSTER_CLERK, R.ADMINISTRATOR})),
    "objection": Row(frozenset({R.ROSTER_CLERK})),
    "erase_person": Row(frozenset({R.ROSTER_CLERK})),
    "suggestions": Row(EVERYBODY),
    "answer_suggestion": post(frozenset({R.ADMINISTRATOR})),
    "account": Row(EVERYBODY),
    "account_set_password": Row(EVERYBODY, 302),
    "hooks": Row(frozenset({R.ADMINISTRATOR})),
    "settle_hook": post(frozenset({R.ADMINISTRATOR})),
    "tokens": Row(TOKEN_HOLDERS),
    "end_token": post(frozenset({R.ADMINISTRATOR}), hidden=TOKEN_HOLDERS - {R.ADMINISTRATOR}),
    "end_session": post(EVERYBODY),
    "end_other_sessions": post(EVERYBODY),
    "delegate": Row(frozenset({R.PARTY_CLERK}), hidden=EVERYBODY - {R.PARTY_CLERK}),
    "take_back": post(frozenset(), hidden=EVERYBODY),
    "switch_office": post(EVERYBODY),
    "large_type": Row(EVERYBODY, 302, "post", open=True),
    # 管理
    "design": Row(EVERYBODY),
    "administration": Row(frozenset({R.ADMINISTRATOR})),
    "revoke_grant": post(frozenset({R.ADMINISTRATOR})),
    "audit_book": Row(frozenset({R.ADMINISTRATOR})),
    "retention": Row(frozenset({R.ADMINISTRATOR})),
    "export_office": Row(frozenset({R.ADMINISTRATOR})),
    # Needs the roster clerk's role beside the administrator's; neither alone is enough.
    "download_office": post(frozenset()),
    "second_factor": Row(frozenset({R.ADMINISTRATOR})),
    "accounts": Row(frozenset({R.ADMINISTRATOR})),
    "invite": Row(frozenset({R.ADMINISTRATOR})),
    "account_of": Row(frozenset({R.ADMINISTRATOR})),
    "grant_to": post(frozenset({R.ADMINISTRATOR}), 422),
    "link_account": post(frozenset({R.ADMINISTRATOR}), 422),
    "issue_link": post(frozenset({R.ADMINISTRATOR}), 422),
    "switch_account": post(frozenset({R.ADMINISTRATOR})),
    "invitation": Row(EVERYBODY, open=True),
    # 运行状况: for the load balancer
    "alive": Row(EVERYBODY, open=True),
    "ready": Row(EVERYBODY, open=True),
    "metrics": Row(EVERYBODY, 404, open=True),
}
