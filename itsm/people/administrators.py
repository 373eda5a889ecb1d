"""The administrators of the settings: somebody must be left."""

from __future__ import annotations

from django.utils.translation import gettext

from itsm.people.models import Person


def last_one(person: Person) -> str:
    """Say that ``person`` is the last active administrator, or nothing; holds the others until the transaction ends.

    :raises TransactionManagementError: outside a transaction
    """
    staff = Person.objects.active().filter(is_staff=True).order_by("pk").select_for_update(no_key=True)
    left = set(staff.values_list("pk", flat=True))
    if left != {person.pk}:
        return ""
    return gettext("This is the last administrator: make somebody else one first.")
