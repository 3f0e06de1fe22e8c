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
MATTERS = EVERYBODY - {R.ADMINISTRATOR, R.ROSTER_CLERK}
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
    # 落实情况: the finding is a branch's
    "board": Row(BOARD),
    "finding": Row(BOARD - {R.COMMITTEE_OFFICE}),
    "rule_on": post(BOARD - {R.COMMITTEE_OFFICE}, 422),
    "withdraw_ruling": post(BOARD | {R.MEMBER}),
    # 名册
    "roster": Row(CLERKS),
    "organizations": Row(CLERKS | {R.BRANCH_SECRETARY, R.COMMITTEE_OFFICE, R.LEADER}),
    "organization": Row(CLERKS | {R.BRANCH_SECRETARY, R.COMMITTEE_OFFICE, R.LEADER}),
    "coverage": Row(CLERKS),
    "person": Row(CLERKS),
    "corrections": Row(frozenset({R.ROSTER_CLERK})),
    "decide_correction": post(frozenset({R.ROSTER_CLERK})),
    # 活动: the meeting is a branch's, the member was not there
    "activities": Row(LIBRARY),
    "record_activity": Row(RECORDERS),
    "activity": Row(LIBRARY, hidden=frozenset({R.MEMBER})),
    "mark_register": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    "cancel_activity": post(frozenset({R.PARTY_CLERK, R.BRANCH_SECRETARY})),
    # 事项: a task of the special committee
    "matters": Row(MATTERS),
    "open_matter": Row(
        frozenset({R.PARTY_CLERK, R.SUPERVISOR, R.EDITOR, R.INFORMATION_OFFICE}),
        hidden=MATTERS - {R.PARTY_CLERK, R.SUPERVISOR, R.EDITOR, R.INFORMATION_OFFICE},
    ),
    "matter": Row(OF_THIS_MATTER, hidden=MATTERS - OF_THIS_MATTER),
    "take_step": post(OF_THIS_MATTER, 422, hidden=MATTERS - OF_THIS_MATTER),
    # 文库
    "library": Row(LIBRARY),
    "upload_document": post(KEEPERS, 422),
    "document": Row(LIBRARY),
    "trace": Row(LIBRARY),
    "confirm_source": post(KEEPERS, 422),
    "restore_line": post(KEEPERS),
    "decide_requirement": post(DECIDERS),
    "decide_repair": post(KEEPERS),
    "fill_place": post(KEEPERS),
    # 我的信息, the account: only the member is a person of the office
    "mine": Row(EVERYBODY),
    "propose_correction": post(frozenset({R.MEMBER}), 422, hidden=EVERYBODY - {R.MEMBER}),
    "withdraw_correction": post(frozenset(), hidden=EVERYBODY),
    "suggestions": Row(EVERYBODY),
    "answer_suggestion": post(frozenset({R.ADMINISTRATOR})),
    "account": Row(EVERYBODY),
    "switch_office": post(EVERYBODY),
    "large_type": Row(EVERYBODY, 302, "post", open=True),
    # 管理
    "administration": Row(frozenset({R.ADMINISTRATOR})),
    "revoke_grant": post(frozenset({R.ADMINISTRATOR})),
    "audit_book": Row(frozenset({R.ADMINISTRATOR})),
}
