"""Order keys of Chinese names.  Pure; imports no models.

The pinyin key is stored, so that SQLite and PostgreSQL sort alike.  Surnames with a reading of their own
stand in a table, because word lists and database collations read 单, 曾 and 仇 as ordinary words.
"""

from __future__ import annotations

#: Surnames of two characters that are in use.
COMPOUND_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 "
    "仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 "
    "百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 "
    "东宫 仲长 子书 子桑 即墨 达奚 褚师".split()
)

#: Surname → readings with tone numbers, where they differ from the everyday reading.
SURNAME_READINGS = {
    "单": "shan4", "曾": "zeng1", "仇": "qiu2", "解": "xie4", "区": "ou1", "查": "zha1", "任": "ren2", "华": "hua4",
    "朴": "piao2", "盖": "ge3", "覃": "qin2", "翟": "zhai2", "乐": "yue4", "种": "chong2", "繁": "po2", "员": "yun4",
    "召": "shao4", "折": "she2", "缪": "miao4", "洗": "xian3", "黑": "he4", "秘": "bi4", "重": "chong2", "那": "na1",
    "宁": "ning4", "燕": "yan1", "应": "ying1", "纪": "ji3", "葛": "ge3", "牟": "mou4", "祭": "zhai4", "隗": "wei3",
    "句": "gou1", "谌": "chen2", "尉迟": "yu4 chi2", "万俟": "mo4 qi2", "长孙": "zhang3 sun1", "澹台": "tan2 tai2",
    "鲜于": "xian1 yu2", "令狐": "ling2 hu2", "亓官": "qi2 guan1", "宰父": "zai3 fu3", "乐正": "yue4 zheng4",
}  # fmt: skip


def surname(name: str) -> str:
    """Return the surname of a Chinese name: the first two characters where they are a compound surname."""
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES:
        return name[:2]
    return name[:1]


def pinyin_key(name: str) -> str:
    """Return the key that sorts ``name`` by pinyin: syllables with tone numbers, parted by spaces.

    Characters without a reading stay as they are, so that two such names are still told apart.
    """
    clean = "".join(name.split()).replace("·", "")
    first = surname(clean)
    reading = SURNAME_READINGS.get(first)
    parts = reading.split() if reading else _readings(first)
    return " ".join([*parts, *_readings(clean[len(first) :])])


def _readings(text: str) -> list[str]:
    if not text:
        return []
    # Its word lists take 55 MB and most of a second: only who writes a name needs them, and few processes ever do.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, errors=_kept)


def _kept(characters: str) -> str:
    """Keep characters without a reading as they are."""
    return characters
