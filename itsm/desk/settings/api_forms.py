"""What the settings over REST share: administrators alone, and the forms of the pages with their rules and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.forms import ModelForm
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api import versions
from itsm.api.views import ApiView
from itsm.desk.settings import seen
from itsm.desk.settings.access import is_administrator
from itsm.desk.settings.pages import overtaken
from itsm.records.refusals import Objected

READING = frozenset({"GET", "HEAD"})


class ForAdministrators(ApiView):
    """An address of the settings; ``for_others`` are methods that judge by themselves who else may use them."""

    for_others: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """This will refuse everybody else."""
        super().initial(request, *args, **kwargs)
        if request.method not in self.for_others and not is_administrator(self.caller):
            raise PermissionDenied

    def read(self, body: type[Any]) -> dict[str, Any]:
        """This will read the body."""
        given = body(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def shown(self, body: Any, *, form: type[ModelForm[Any]], row: Any) -> Response:
        """This will answer with what is read of a row, or that the caller has it already (304)."""
        return versions.conditional(self.request, body, version=seen.number(form, row))

    def written(
        self, body: Any, *, form: type[ModelForm[Any]], row: Any, status: int = 200, place: str = ""
    ) -> Response:
        """This will answer with what was written, with its tag."""
        headers = {"ETag": versions.etag(seen.number(form, row), body)} | ({"Location": place} if place else {})
        return Response(body, status=status, headers=headers)

    def newest(self, form: type[ModelForm[Any]], row: Any) -> Any:
        """This will read a row anew and hold it, in the caller's transaction.

        :raises OtherVersion: if the request names another version than it has now
        """
        found = seen.newest(row)
        versions.version_named(self.request, current=seen.number(form, found))
        return found

    def keep(self, form: type[ModelForm[Any]], row: Any, given: Mapping[str, Any]) -> Any:
        """This will put ``given`` over what ``row`` says now, judge all of it as the page does and save it; gives the row.

        :raises Objected: with the sentences of the page, by field
        :raises OtherVersion: if the request names another version than it has now
        """
        with transaction.atomic():
            row = self.newest(form, row) if row.pk else row
            filled = form(data={**form(instance=row).initial, **given}, instance=row)
            if not filled.is_valid():
                said = {name: " ".join(map(str, told)) for name, told in filled.errors.items() if name in filled.fields}
                raise Objected(*map(str, filled.non_field_errors()), fields=said)
            try:
                with transaction.atomic():
                    return filled.save()
            except IntegrityError as fault:
                raise Objected(overtaken(filled, fault)) from fault
