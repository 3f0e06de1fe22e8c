"""``tongxin reindex``: write the full-text index of the library anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from tongxin.documents.models import Document
from tongxin.documents.search_operations import index_documents


class Command(BaseCommand):
    """See the module docstring."""

    help = "重建文库全文检索。"

    def handle(self, *args: Any, **options: Any) -> None:
        documents = Document.objects.order_by("pk")
        bar = tqdm(documents.iterator(chunk_size=200), total=documents.count(), unit="篇", disable=None)
        count = index_documents(bar)
        self.stdout.write(f"已为 {count} 篇文件重建检索。")
