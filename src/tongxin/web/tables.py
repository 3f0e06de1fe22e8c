"""Long lists, one page at a time."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

#: Rows on one page of a list.
PAGE = 50


class CappedPaginator(Paginator):
    """A paginator that counts and shows the first ``most`` rows; ``more`` tells whether there are others.

    A list without bound is neither counted to its end nor skipped through: both cost as much as it is long.
    """

    def __init__(self, rows: Any, size: int, most: int) -> None:
        super().__init__(rows, size)
        self.most, self.more = most, False
        self._rows: Any = rows
        self._first: list[Any] | None = None

    def look(self) -> None:
        """Fetch the first page with one row beyond it; where there is none, nothing needs to be counted."""
        found = list(self._rows[: self.per_page + 1])
        if len(found) <= self.per_page:
            self.__dict__["count"] = len(found)
        else:
            self.tell()
        self._first = found[: self.per_page]

    def tell(self) -> None:
        """Count the rows, to the bound and no further."""
        counted = self._rows.order_by()[: self.most + 1].count()
        self.more = counted > self.most
        self.__dict__["count"] = min(counted, self.most)  # where the cached property of the parent keeps it

    def page(self, number: int | str) -> Page:
        """Return a page with its rows fetched; the first one as it was looked at."""
        number = self.validate_number(number)
        if number == 1 and self._first is not None:
            return Page(self._first, 1, self)
        page = super().page(number)
        page.object_list = list(page.object_list)
        return page


def page_of(request: HttpRequest, rows: Any, size: int = PAGE, *, most: int | None = None) -> Page:
    """Return the page that the address asks for; a number out of range shows the nearest page.

    ``most``: of a query set without bound, how many rows are counted and can be paged through.
    """
    number = request.GET.get("page")
    if most is None:
        return Paginator(rows, size).get_page(number)
    capped = CappedPaginator(rows, size, most)
    if number in (None, "", "1"):
        capped.look()
    else:
        capped.tell()
    return capped.get_page(number)
