"""Who may take which step from where, written out; compared with what the declarations and the pages' queries say.

Actors beside the roles: ``lead`` ``co`` ``separate`` work for a unit in that capacity, ``stranger_unit`` for another;
``author`` ``coauthor`` ``invited`` ``responsible`` ``person_leader`` stand in the matter, ``member`` does not.
"""

from __future__ import annotations

OFFICES = (
    "administrator", "roster_clerk", "party_clerk", "branch_secretary", "committee_office", "proposals_office",
    "information_office", "editor", "supervisor", "leader", "handling_unit", "member",
)  # fmt: skip
STANDING_IN = ("lead", "co", "separate", "author", "coauthor", "invited", "responsible", "person_leader")
ACTORS = (*OFFICES, *STANDING_IN)

_SET = "party_clerk supervisor"
_WORK = "co lead party_clerk responsible separate supervisor"
_EDIT = "author coauthor editor information_office"
_REVIEW = "editor leader"
_LEDGER = "party_clerk"
_DECIDE = "proposals_office"
_LEAD = "lead proposals_office separate"
_OWN = "author party_clerk responsible"

#: Kind → transition → (states it leads from, actors who may take it).
TRUTH: dict[str, dict[str, tuple[str, str]]] = {
    "task": {
        "accept": ("assigned", _WORK),
        "decline": ("assigned", _WORK),
        "explain": ("in_progress", _WORK),
        "pause": ("in_progress", _SET),
        "resume": ("waiting", _SET),
        "report": ("assigned in_progress", _WORK),
        "send_back": ("reported", _SET),
        "close": ("reported", _SET),
        "escalate": ("assigned in_progress waiting reported", _SET),
        "cancel": ("assigned in_progress waiting reported", _SET),
    },
    "request": {
        "submit": ("registered", _LEDGER),
        "ask_again": ("submitted", _LEDGER),
        "answer": ("submitted", _LEDGER),
        "finish": ("answered", _LEDGER),
        "withdraw": ("registered submitted", _LEDGER),
    },
    "report": {
        "tell": ("registered", _LEDGER),
        "submit": ("registered told", _LEDGER),
        "withdraw": ("registered", _LEDGER),
    },
    "manuscript": {
        "submit": ("draft", _EDIT),
        "pass_first": ("first_review", _REVIEW),
        "pass_second": ("second_review", _REVIEW),
        "pass_third": ("third_review", _REVIEW),
        "send_back": ("first_review second_review third_review secrecy_check approved", _REVIEW),
        "clear_secrecy": ("secrecy_check", _REVIEW),
        "doubt_secrecy": ("first_review second_review third_review secrecy_check approved", _REVIEW),
        "resume": ("stopped", _REVIEW),
        "publish": ("approved", _EDIT),
        "withdraw": ("draft first_review second_review third_review secrecy_check approved stopped", _EDIT),
    },
    "proposal": {
        "submit": ("draft", "author proposals_office"),
        "return_draft": ("submitted", _DECIDE),
        "file": ("submitted", _DECIDE),
        "not_file": ("submitted", _DECIDE),
        "merge": ("submitted", _DECIDE),
        "turn": ("submitted", _DECIDE),
        "withdraw": ("draft submitted", "author proposals_office"),
        "assign": ("filed", _DECIDE),
        "return_assignment": ("assigned", _LEAD),
        "take_back": ("assigned handling", _DECIDE),
        "accept": ("assigned", _LEAD),
        "opinion": ("assigned handling", "co proposals_office"),
        "contact": ("handling", _LEAD),
        "explain": ("handling", _LEAD),
        "reply_part": ("handling", _LEAD),
        "reply": ("handling", _LEAD),
        "rehandle": ("replied", _DECIDE),
        "close": ("replied", _DECIDE),
    },
    "information": {
        "edit": ("submitted edited", "information_office"),
        "keep": ("submitted edited", "information_office"),
        "merge": ("submitted edited", "information_office"),
        "send": ("edited", "information_office leader"),
        "fate": ("sent", "information_office"),
        "close": ("sent", "information_office"),
        "withdraw": ("submitted", "author coauthor information_office"),
    },
    "need": {
        "confirm": ("heard", _OWN),
        "route": ("confirmed", _SET),
        "answer": ("confirmed routed", "co lead party_clerk separate supervisor"),
        "ask_again": ("answered", _OWN),
        "close": ("answered", _OWN),
        "withdraw": ("heard confirmed", _OWN),
    },
}
#: Kind → number of cells: states × transitions × actors.
SIZES = {
    "task": 1200,
    "request": 500,
    "report": 240,
    "manuscript": 1800,
    "proposal": 3960,
    "information": 980,
    "need": 720,
}
