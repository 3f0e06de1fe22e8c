"""Long lists, one page at a time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse

#: Stands for any uid in a pattern of addresses.
_NOBODY = uuid.UUID(int=0)
#: Rows on one page of a list.
PAGE = 50


class CappedPaginator(Paginator):
    """A paginator over the keys of the first ``most`` rows; ``more`` tells whether there are others.

    A list without bound is neither counted to its end nor skipped through: both cost as much as it is long.  What
    narrows it is asked once: the keys give the number of rows and the page, whose rows are then fetched by key.
    """

    def __init__(self, rows: Any, size: int, most: int, of: Any) -> None:
        keys = list(rows.values_list("pk", flat=True)[: most + 1])
        super().__init__(keys[:most], size)
        self.more = len(keys) > most
        self._of = of

    def page(self, number: int | str) -> Page:
        """Return a page with its rows fetched."""
        page = super().page(number)
        keys = list(page.object_list)
        found = {row.pk: row for row in self._of.filter(pk__in=keys)} if keys else {}
        # A row that was deleted in between is not there any more.
        page.object_list = [found[key] for key in keys if key in found]
        return page


def addresses_of(name: str) -> Callable[[uuid.UUID], str]:
    """Return uid → address of the page ``name``, which takes a uid and nothing else.

    A list of fifty rows asks the resolver once instead of once a row.  Raises NoReverseMatch for another page.
    """
    before, _uid, after = reverse(name, args=[_NOBODY]).partition(str(_NOBODY))
    return lambda uid: f"{before}{uid}{after}"


def page_of(
    request: HttpRequest, rows: Any, size: int = PAGE, *, most: int | None = None, of: Any | None = None
) -> Page:
    """Return the page that the address asks for; a number out of range shows the nearest page.

    ``most``: of a query set without bound, how many rows are counted and can be paged through.  ``of``: the query set
    from which the rows of such a page are fetched by key, with what hangs on them; ``rows`` unless given.
    """
    number = request.GET.get("page")
    if most is None:
        return Paginator(rows, size).get_page(number)
    return CappedPaginator(rows, size, most, rows if of is None else of).get_page(number)
