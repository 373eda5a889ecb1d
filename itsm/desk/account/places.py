"""The places of one's own account in every page's top bar."""

from itsm.ui import navigation


def fill() -> None:
    """Register them; called once when the app starts."""
    navigation.place("profile", "account:profile")
    navigation.place("logout", "account:sign_out")
