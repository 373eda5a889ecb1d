"""Slowing down guesses: failed sign-ins are counted by account and by address, in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from itsm.people.models import SignInAttempt

ACCOUNT_FAILURES, ACCOUNT_WINDOW = 5, timedelta(minutes=5)
ADDRESS_FAILURES, ADDRESS_WINDOW = 20, timedelta(minutes=1)
KEPT = timedelta(days=30)


def must_wait(*, account: str, address: str | None, at: datetime) -> bool:
    """Tell whether ``account`` or ``address`` has failed too often lately; a good sign-in clears the account."""
    name = account.strip().lower()[:160]
    recent = SignInAttempt.objects.filter(account=name, at__gt=at - ACCOUNT_WINDOW)
    last_good = recent.filter(succeeded=True).order_by("-at").values_list("at", flat=True).first()
    failures = recent.filter(succeeded=False, at__gt=last_good or at - ACCOUNT_WINDOW)
    if failures.count() >= ACCOUNT_FAILURES:
        return True
    by_address = SignInAttempt.objects.filter(address=address, succeeded=False, at__gt=at - ADDRESS_WINDOW)
    return address is not None and by_address.count() >= ADDRESS_FAILURES


def note(*, account: str, address: str | None, at: datetime, succeeded: bool) -> None:
    """Write down one attempt and forget those of more than 30 days ago."""
    SignInAttempt.objects.create(account=account.strip().lower()[:160], address=address, at=at, succeeded=succeeded)
    SignInAttempt.objects.filter(at__lt=at - KEPT).delete()
