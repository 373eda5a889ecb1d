"""The index of words: one row for each case and for each record that is none, kept by the database itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from itsm.records.models import Record
from itsm.tickets.models import Ticket


class Vector(SearchVectorField):  # type: ignore[type-arg]  # generic only in the stubs
    """Words with their positions; ``hits`` asks for them."""


class SearchEntry(models.Model):
    """The words of a case: what its requester may read; and its internal notes with subject and names, empty without notes."""

    ticket = models.OneToOneField(
        Ticket,
        models.DO_NOTHING,
        primary_key=True,
        db_column="record_id",
        db_constraint=False,
        related_name="search_entry",
    )
    public_tsv = Vector()
    notes_tsv = Vector()

    class Meta:
        db_table = "search_entry"
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["public_tsv"], name="search_public"),
            GinIndex(fields=["notes_tsv"], name="search_notes"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PlainEntry(models.Model):
    """The words of a record that is no case: its subject and what its process names."""

    record = models.OneToOneField(Record, models.CASCADE, primary_key=True, db_column="record_id", related_name="+")
    kind = models.CharField(max_length=32)
    words = Vector()

    class Meta:
        db_table = "search_plain"
        indexes: ClassVar[list[Any]] = [GinIndex(fields=["words"], name="search_plain_words")]

    def __str__(self) -> str:
        return str(self.pk)
