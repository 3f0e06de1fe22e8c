"""The manual's page of permissions, read from what the views declare (see ``web.access``)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _

from tongxin.core.vocabulary import said
from tongxin.registry.enums import Role
from tongxin.web.access import Access, declared


def page() -> str:
    """Return the page as Markdown, in the active language."""
    head = "\n".join(
        (
            f"# {_('权限')}",
            "",
            _("由各页面的声明生成:`tongxin permissions > docs/reference/permissions.md`;测试核对两者一致。"),
            _("没有声明的页面打不开。这里写的是谁能打开一个地址;地址里的那一条记录能不能看,还要看机关、单位和本人,"),
            _("看不到的一律答 404。每个地址 × 每个角色的实际结果由 `tests/access` 逐一核对。"),
            "",
            f"## {_('角色')}",
            "",
            f"| {_('角色')} | {_('代码')} |",
            "|---|---|",
            "",
        )
    )
    roles = "".join(f"| {said(str(role.label))} | `{role.value}` |\n" for role in Role)
    areas: dict[str, list[str]] = {}
    for route, access in sorted(_declared(get_resolver()), key=lambda pair: pair[0]):
        area = route.split("/")[0] if "/" in route else ""
        areas.setdefault(area, []).append(f"| `/{route}` | {_who(access)} |\n")
    parts = [
        f"\n### `/{area}{'/' if area else ''}`\n\n| {_('地址')} | {_('谁')} |\n|---|---|\n{''.join(rows)}"
        for area, rows in areas.items()
    ]
    return f"{head}{roles}\n## {_('地址')}\n{''.join(parts)}"


def _declared(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Access]]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern).replace("^", "").replace("$", "")
        if isinstance(each, URLPattern):
            access = declared(each.callback)
            if access is not None:
                yield route, access
        else:
            yield from _declared(each, route)


def _who(access: Access) -> str:
    if access.open:
        return _("不需登录，或由页面自行核对")
    if not access.roles:
        return _("登录即可")
    return _("、").join(said(str(role.label)) for role in Role if role in access.roles)
