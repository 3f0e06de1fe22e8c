"""What a branch hands in: its year in the order of the 党支部工作手册.  Pure; imports no models.

Where nothing is recorded the section is there and blank: a blank is a blank, not a lack.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Sections in the order of the handbook: code, heading, and the facts whose records stand in it.
SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("plan", "年度工作计划", ()),
    ("general_meeting", "支部党员大会", ("general_meeting",)),
    ("committee_meeting", "支部委员会会议", ("committee_meeting",)),
    ("small_group_meeting", "党小组会", ("small_group_meeting",)),
    ("party_class", "党课", ("party_class",)),
    ("theme_day", "主题党日", ("theme_day",)),
    ("org_life_meeting", "组织生活会", ("org_life_meeting",)),
    ("appraisal", "民主评议党员", ("appraisal",)),
    ("heart_talk", "谈心谈话", ("heart_talk",)),
    (
        "study",
        "学习教育",
        ("office_study", "special_study", "reading_activity", "discipline_education", "short_course"),
    ),
    ("duty", "党员发挥作用", ("visit", "policy_explanation", "research", "inspection", "contact")),
    ("practice", "特色做法", ()),
    ("summary", "年度工作总结", ()),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record in a section: day as text, title, place, numbers, agenda with outcomes."""

    day: str
    title: str
    place: str = ""
    expected: int = 0
    present: int = 0
    excused: int = 0
    agenda: tuple[str, ...] = ()
    note: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the handbook; without entries it is printed blank."""

    code: str
    heading: str
    entries: tuple[Entry, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether numbers of attendance stand in it; a blank section leaves room for them."""
        return not self.entries or any(row.expected or row.present or row.excused for row in self.entries)


@dataclass(frozen=True, slots=True)
class Handbook:
    """A branch's year: who it is, its officers and members on the year's last day or today, and the sections."""

    unit: str
    year: int
    founded: str
    officers: tuple[tuple[str, str], ...]
    members: tuple[str, ...]
    sections: tuple[Section, ...]
