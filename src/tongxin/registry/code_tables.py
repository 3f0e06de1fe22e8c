"""What stands in rosters → codes: affiliation, ethnic group, sex, area; also the headings.  Pure; imports no models.

The tables are data in ``codes/*.toml``, read once.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.utils import translation

from tongxin.core.spreadsheets import narrow
from tongxin.registry.enums import AffiliationCode, PostCode, Sex

_BLANKS = re.compile(r"[\s\u3000*★]+")
_ASIDE = re.compile(r"[(\[【].*?[)\]】]")

#: Words for yes and no in columns like 是否常委.
YES = frozenset(("是", "√", "✓", "✔", "1", "y", "yes", "有", "常委", "常务委员", "对", "v"))
NO = frozenset(("否", "×", "x", "0", "n", "no", "无", "非", "/", "-", "—", "委员", "不是"))
#: What stands in a cell that says nothing.
NOTHING = frozenset(("", "/", "-", "—", "——", "无", "暂无", "不详", "\\", "N/A", "n/a"))

#: Seats of a committee, longest names first; 党组 and staff posts are no seats.
SEATS = {
    "主席": PostCode.CHAIR,
    "副主席": PostCode.VICE_CHAIR,
    "秘书长": PostCode.SECRETARY_GENERAL,
    "常务委员": PostCode.STANDING_MEMBER,
    "常委": PostCode.STANDING_MEMBER,
    "委员": PostCode.MEMBER,
}
_SEXES = {
    "男": Sex.MALE, "女": Sex.FEMALE, "男性": Sex.MALE, "女性": Sex.FEMALE, "1": Sex.MALE, "2": Sex.FEMALE,
    "0": Sex.UNKNOWN, "9": Sex.UNSTATED, "未知": Sex.UNKNOWN, "未说明": Sex.UNSTATED,
}  # fmt: skip


def bare(text: str) -> str:
    """Return ``text`` narrowed, without any blanks: the form in which names of codes are compared."""
    return _BLANKS.sub("", narrow(text))


def bare_heading(text: str) -> str:
    """Return a heading as it stands in the table: no blanks, no aside in brackets, no colon at its end."""
    return _ASIDE.sub("", bare(text)).rstrip(":").lower()


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("tongxin.registry").joinpath(f"codes/{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def ethnic_names() -> dict[str, str]:
    """Return code (GB/T 3304) → name, the additions in use among them."""
    table = _table("ethnic_groups")
    return {**table["groups"], **table["additions"]}


@lru_cache(maxsize=1)
def _ethnic_codes() -> dict[str, str]:
    table = _table("ethnic_groups")
    codes = {name: code for code, name in ethnic_names().items()}
    codes |= {name.removesuffix("族"): code for code, name in table["groups"].items()}
    codes |= {code: code for code in ethnic_names()} | {str(int(code)): code for code in ethnic_names()}
    codes |= table["synonyms"]
    return codes


@lru_cache(maxsize=1)
def _affiliation_codes() -> dict[str, str]:
    codes = {code: code for code in AffiliationCode.values} | {str(int(code)): code for code in AffiliationCode.values}
    with translation.override("zh-hans"):  # a roster speaks Chinese whatever language its reader has chosen
        codes |= {str(label): code for code, label in AffiliationCode.choices}
    for code, names in _table("affiliations")["synonyms"].items():
        codes |= dict.fromkeys(names, code)
    return codes


@lru_cache(maxsize=1)
def headings() -> dict[str, str]:
    """Return bare heading → field."""
    return {bare_heading(text): name for name, texts in _table("roster_headings")["fields"].items() for text in texts}


@lru_cache(maxsize=1)
def headings_not_kept() -> dict[str, str]:
    """Return bare heading → why its column is not kept."""
    return {bare_heading(text): reason for text, reason in _table("roster_headings")["not_kept"].items()}


def ethnic_code(text: str) -> str | None:
    """Return the code of GB/T 3304 for a code or a name, None for something else."""
    return _ethnic_codes().get(bare(text))


def affiliation_code(text: str) -> str | None:
    """Return the code of GB/T 4762 for a code or a name, None for something else."""
    return _affiliation_codes().get(bare(text))


def sex_code(text: str) -> str | None:
    """Return the code of GB/T 2261.1 for a code or a word, None for something else."""
    return _SEXES.get(bare(text))


def is_area_code(text: str) -> bool:
    """Tell whether ``text`` has the form of a code of GB/T 2260: six digits, province 11 to 82."""
    return re.fullmatch(r"[1-8][1-9]\d{4}|[2-8]0\d{4}", bare(text)) is not None and 11 <= int(bare(text)[:2]) <= 82


def seat_code(text: str) -> str | None:
    """Return the code of the post for what stands under 政协职务, None for something else.

    Of several posts the first in official order counts: 副主席、秘书长 is a vice-chair.
    """
    parts = [part for part in re.split(r"[、,;，；/]", bare(text)) if part]
    parts = [re.sub(r"^.*?(?:政协|届)", "", part) or part for part in parts]
    found = [SEATS[part] for part in parts if part in SEATS]
    if not found or len(found) < len(parts):
        return None
    order = list(dict.fromkeys(SEATS.values()))
    return min(found, key=order.index)
