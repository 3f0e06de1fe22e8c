"""The catalogue of activity kinds: what each counts as, who holds it, who is expected, who records it.

    Kind        one sort of activity, e.g. 主题党日
    AgendaKind  one sort of agenda item, e.g. 第一议题
    Fact        what provisions are judged by; an activity yields as many as it has meanings

Read once from ``catalogue/kinds.toml`` and checked whole: unknown keys, unknown references and shares that
are not fractions in text are refused.  Pure; imports no models.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from tongxin.core.errors import BadInput
from tongxin.core.vocabulary import named
from tongxin.registry.enums import UNIT_ROLES, OrganizationKind, Role


class Expected(StrEnum):
    """Who ought to be at an activity."""

    MEMBERS = "members"
    OFFICERS = "officers"
    CHOSEN = "chosen"
    PAIR = "pair"


class Vote(StrEnum):
    """Who of them has a vote."""

    FULL_PARTY_MEMBERS = "full_party_members"
    MEMBERS = "members"
    NONE = "none"


class CountsFor(StrEnum):
    """For which persons a fact counts, beside the organizations that held the activity."""

    PRESENT = "present"
    SPEAKER = "speaker"
    PAIR = "pair"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Quorum:
    """The share of people without whom an occasion does not count: ``numerator/denominator`` of ``of``.

    ``of``: ``expected`` (应到) or ``entitled`` (有表决权).  Compared by cross-multiplying integers.
    """

    numerator: int
    denominator: int
    more_than: bool
    of: str

    def reached(self, present: int, base: int) -> bool:
        """Tell whether ``present`` of ``base`` people are enough; nobody out of nobody is not."""
        if base <= 0:
            return False
        left, right = present * self.denominator, base * self.numerator
        return left > right if self.more_than else left >= right

    @property
    def text(self) -> str:
        """The share in Chinese: 超过1/2, 不少于2/3."""
        return f"{'超过' if self.more_than else '不少于'}{self.numerator}/{self.denominator}"


@dataclass(frozen=True, slots=True)
class Fact:
    """What provisions are judged by."""

    code: str
    name: str
    quorum: Quorum | None
    counts_for: CountsFor


@dataclass(frozen=True, slots=True)
class AgendaKind:
    """One sort of agenda item; with ``first_only`` its facts arise in the first place only.

    ``ordered``: its facts are steps of a procedure, told with their place on the agenda instead of as meanings.
    """

    code: str
    name: str
    name_en: str
    facts: tuple[str, ...]
    first_only: bool
    ordered: bool = False

    @property
    def label(self) -> str:
        """Return its name in the reader's language."""
        return named(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of activity; a talk between two people needs no organization that holds it."""

    code: str
    name: str
    name_en: str
    facts: tuple[str, ...]
    organizers: frozenset[str]
    needs_organizer: bool
    agenda: tuple[str, ...]
    expected: Expected
    vote: Vote
    recorded_by: frozenset[str]
    tour: bool
    hours: bool
    presence_by_record: bool
    study: bool
    substitutes: bool
    fields: tuple[str, ...]

    @property
    def label(self) -> str:
        """Return its name in the reader's language; titles of records are made of the Chinese ``name``."""
        return named(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on a tour or course should have a temporary branch of its own."""

    party_members: int
    more_than_days: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything of ``kinds.toml``, in its order."""

    version: str
    facts: Mapping[str, Fact]
    agenda: Mapping[str, AgendaKind]
    kinds: Mapping[str, Kind]
    long_tour: Thresholds

    def facts_with_quorum(self) -> list[Fact]:
        """Return the facts that need a quorum."""
        return [fact for fact in self.facts.values() if fact.quorum is not None]


class CatalogueError(ValueError):
    """The catalogue is wrong; the sentence names entry and key."""


_TOP = {"version", "sets", "long_tour", "facts", "agenda", "kind"}
_FACT = {"name", "quorum", "quorum_rule", "quorum_of", "counts_for"}
_AGENDA = {"name", "name_en", "facts", "first_only", "ordered"}
_KIND = {
    "name", "name_en", "facts", "organizers", "agenda", "expected", "vote", "recorded_by", "tour", "hours",
    "organizer_optional", "presence_by_record", "study", "substitutes", "fields",
}  # fmt: skip
#: Fields of the form that a kind may show at once; the others stay in the folded part.
FIELDS = ("chair", "speaker", "topic", "last_day", "quantity", "invited", "observers", "starts_at", "practice")
_FRACTION = re.compile(r"([1-9]\d{0,2})/([1-9]\d{0,2})")


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that is shipped."""
    text = (files("tongxin.activities") / "catalogue" / "kinds.toml").read_text(encoding="utf-8")
    return load(text)


def kind_of(code: str) -> Kind:
    """Return the kind with this code.  Raises BadInput for an unknown one, field ``kind``."""
    kind = catalogue().kinds.get(code)
    if kind is None:
        raise BadInput("activities.kind", f"没有“{code}”这一活动类型。", hint="请从列表中选择。", field="kind")
    return kind


def kinds_for(organization_kind: str) -> list[Kind]:
    """Return the kinds that an organization of this kind may hold, in catalogue order."""
    return [kind for kind in catalogue().kinds.values() if organization_kind in kind.organizers]


def recordable_by(organization_kind: str) -> frozenset[str]:
    """Return the facts that arise from what an organization of this kind may hold, agenda items among them."""
    agenda = catalogue().agenda
    return frozenset(
        fact
        for kind in kinds_for(organization_kind)
        for facts in (kind.facts, *(agenda[item].facts for item in kind.agenda))
        for fact in facts
    )


def load(text: str) -> Catalogue:
    """Read a catalogue from TOML.  Raises CatalogueError naming entry and key for anything that does not fit."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"活动目录不是有效的 TOML：{error}") from error
    _known(raw, _TOP, "活动目录")
    sets = {name: tuple(_strings(value, f"sets.{name}")) for name, value in raw.get("sets", {}).items()}
    facts = {code: _fact(code, value) for code, value in raw.get("facts", {}).items()}
    agenda = {code: _agenda(code, value, facts) for code, value in raw.get("agenda", {}).items()}
    kinds = {code: _kind(code, value, facts, agenda, sets) for code, value in raw.get("kind", {}).items()}
    tour = raw.get("long_tour", {})
    _known(tour, {"party_members", "more_than_days"}, "long_tour")
    return Catalogue(
        version=_text(raw, "version", "活动目录"),
        facts=facts,
        agenda=agenda,
        kinds=kinds,
        long_tour=Thresholds(_count(tour, "party_members"), _count(tour, "more_than_days")),
    )


def _fact(code: str, raw: Mapping[str, Any]) -> Fact:
    entry = f"facts.{code}"
    _known(raw, _FACT, entry)
    quorum = None
    if "quorum" in raw:
        share = raw["quorum"]
        match = _FRACTION.fullmatch(share) if isinstance(share, str) else None
        if match is None or int(match[1]) > int(match[2]):
            raise CatalogueError(f'{entry}.quorum 应为不大于 1 的分数文本，如 "2/3"，现为 {share!r}。')
        rule = _choice(raw, "quorum_rule", {"at_least", "more_than"}, entry)
        of = _choice(raw, "quorum_of", {"expected", "entitled"}, entry)
        quorum = Quorum(int(match[1]), int(match[2]), rule == "more_than", of)
    elif "quorum_rule" in raw or "quorum_of" in raw:
        raise CatalogueError(f"{entry} 写了 quorum_rule 或 quorum_of，却没有 quorum。")
    counts_for = CountsFor(_choice(raw, "counts_for", set(CountsFor), entry, default="present"))
    return Fact(code, _text(raw, "name", entry), quorum, counts_for)


def _agenda(code: str, raw: Mapping[str, Any], facts: Mapping[str, Fact]) -> AgendaKind:
    entry = f"agenda.{code}"
    _known(raw, _AGENDA, entry)
    return AgendaKind(
        code=code,
        name=_text(raw, "name", entry),
        name_en=_text(raw, "name_en", entry),
        facts=_references(raw, "facts", facts, entry),
        first_only=_flag(raw, "first_only", entry),
        ordered=_flag(raw, "ordered", entry),
    )


def _kind(
    code: str,
    raw: Mapping[str, Any],
    facts: Mapping[str, Fact],
    agenda: Mapping[str, AgendaKind],
    sets: Mapping[str, tuple[str, ...]],
) -> Kind:
    entry = f"kind.{code}"
    _known(raw, _KIND, entry)
    organizers: set[str] = set()
    for word in _strings(raw.get("organizers"), f"{entry}.organizers"):
        if word.startswith("@") and word[1:] not in sets:
            raise CatalogueError(f"{entry}.organizers 引用了未定义的集合“{word}”。")
        organizers.update(sets[word[1:]] if word.startswith("@") else (word,))
    unknown = organizers - set(OrganizationKind.values)
    if unknown:
        raise CatalogueError(f"{entry}.organizers 有未知的组织类型：{'、'.join(sorted(unknown))}。")
    recorded_by = frozenset(_strings(raw.get("recorded_by"), f"{entry}.recorded_by"))
    if not recorded_by or recorded_by - set(Role.values):
        raise CatalogueError(f"{entry}.recorded_by 应为一个以上的已知角色。")
    expected = Expected(_choice(raw, "expected", set(Expected), entry))
    optional = _flag(raw, "organizer_optional", entry)
    if not organizers:
        raise CatalogueError(f"{entry}.organizers 不能为空。")
    if optional and expected in (Expected.MEMBERS, Expected.OFFICERS):
        raise CatalogueError(f"{entry} 的应到人员来自组织，organizer_optional 不能为 true。")
    return Kind(
        code=code,
        name=_text(raw, "name", entry),
        name_en=_text(raw, "name_en", entry),
        facts=_references(raw, "facts", facts, entry),
        organizers=frozenset(organizers),
        needs_organizer=not optional,
        agenda=_references(raw, "agenda", agenda, entry),
        expected=expected,
        vote=Vote(_choice(raw, "vote", set(Vote), entry)),
        recorded_by=recorded_by,
        tour=_flag(raw, "tour", entry),
        hours=_flag(raw, "hours", entry),
        presence_by_record=_flag(raw, "presence_by_record", entry),
        study=_flag(raw, "study", entry),
        substitutes=_flag(raw, "substitutes", entry),
        fields=_fields(raw, entry),
    )


def _fields(raw: Mapping[str, Any], entry: str) -> tuple[str, ...]:
    fields = _strings(raw.get("fields", []), f"{entry}.fields")
    unknown = [name for name in fields if name not in FIELDS]
    if unknown or len(set(fields)) != len(fields):
        raise CatalogueError(f"{entry}.fields 只能各用一次：{'、'.join(FIELDS)}。")
    return tuple(fields)


def _known(raw: object, allowed: set[str], entry: str) -> None:
    if not isinstance(raw, Mapping):
        raise CatalogueError(f"{entry} 应为一组键值。")
    unknown = set(raw) - allowed
    if unknown:
        raise CatalogueError(f"{entry} 有未知的键：{'、'.join(sorted(unknown))}。")


def _text(raw: Mapping[str, Any], key: str, entry: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise CatalogueError(f"{entry}.{key} 应为非空文字。")
    return value


def _count(raw: Mapping[str, Any], key: str) -> int:
    value = raw.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise CatalogueError(f"long_tour.{key} 应为正整数。")
    return value


def _flag(raw: Mapping[str, Any], key: str, entry: str) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        raise CatalogueError(f"{entry}.{key} 应为 true 或 false。")
    return value


def _strings(value: object, entry: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise CatalogueError(f"{entry} 应为文字列表。")
    return value


def _choice(raw: Mapping[str, Any], key: str, allowed: set[Any], entry: str, default: str = "") -> str:
    value = raw.get(key, default)
    if value not in allowed:
        raise CatalogueError(f"{entry}.{key} 应为 {' | '.join(sorted(allowed))} 之一，现为 {value!r}。")
    return str(value)


def _references(raw: Mapping[str, Any], key: str, known: Mapping[str, Any], entry: str) -> tuple[str, ...]:
    codes = _strings(raw.get(key), f"{entry}.{key}")
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise CatalogueError(f"{entry}.{key} 引用了未定义的代码：{'、'.join(unknown)}。")
    if len(set(codes)) != len(codes):
        raise CatalogueError(f"{entry}.{key} 有重复的代码。")
    return tuple(codes)


#: Roles that record for one unit only.
UNIT_RECORDERS = frozenset(str(role) for role in UNIT_ROLES)


def pair_kinds() -> tuple[str, ...]:
    """Return the codes of the kinds that lie between two people (talks, contacts), which others are not told of."""
    return tuple(kind.code for kind in catalogue().kinds.values() if kind.expected is Expected.PAIR)
