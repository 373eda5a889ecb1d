"""The index of words: one row for each case, kept by the database itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.lookups import Lookup

from itsm.tickets.models import Ticket


class Vector(SearchVectorField):  # type: ignore[type-arg]  # generic only in the stubs
    """Words with their positions; ``column__matches="text"`` asks for all words of the text, Chinese ones as phrases."""


@Vector.register_lookup
class Matches(Lookup):
    """Compares with what the database makes of the text; the text itself is only ever a parameter."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Give the condition and its parameters."""
        left, values = self.process_lhs(compiler, connection)
        return f"{left} @@ search_query(%s)", (*values, str(self.rhs))


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Questions about words; who may see what they lead to is asked of the cases."""

    def public(self, text: str) -> SearchEntryQuerySet:
        """Only cases that hold all words where their requester may read them."""
        return self.filter(public_tsv__matches=text)

    def noted(self, text: str) -> SearchEntryQuerySet:
        """Only cases that hold all words in their internal notes, subject and names."""
        return self.filter(notes_tsv__matches=text)


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

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        db_table = "search_entry"
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["public_tsv"], name="search_public"),
            GinIndex(fields=["notes_tsv"], name="search_notes"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
