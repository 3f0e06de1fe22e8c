"""What the commands answer to a wrong or missing argument, in Chinese: the sentences of Python's own argument reader.

That reader looks its sentences up one by one before it says them; here they are given to it.  A sentence that is not
listed stays as it is.
"""

from __future__ import annotations

import argparse

WORDS = {
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s。全部选项见 %(prog)s --help。\n",
    "the following arguments are required: %s": "还须给出 %s",
    "one of the arguments %s is required": "%s 须给出其中一个",
    "unrecognized arguments: %s": "没有这样的参数：%s",
    "not allowed with argument %s": "不能与 %s 同时使用",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "expected one argument": "后面须跟一个值",
    "expected at most one argument": "后面至多跟一个值",
    "expected at least one argument": "后面至少跟一个值",
    "ignored explicit argument %r": "不带值，多出了 %r",
    "invalid choice: %(value)r (choose from %(choices)s)": "不能是 %(value)r，可用的有 %(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r 不是可用的值（须为 %(type)s）",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确，可能是 %(matches)s",
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示这段说明",
}


def speak_chinese() -> None:
    """Let the argument reader of this process use :data:`WORDS`."""
    setattr(argparse, "_", lambda text: WORDS.get(text, text))  # noqa: B010 - the name by which it looks a sentence up
    setattr(  # noqa: B010
        argparse,
        "ngettext",
        lambda one, many, count: f"后面须跟 {count} 个值" if "argument" in one else (one if count == 1 else many),
    )
