"""What tests load past the pages, as whoever administers the machine does."""

from configuration.authority import Grounds, loading
from tests.fixtures import MONDAY


def loaded() -> Grounds:
    """Give the authority of a batch of the command line."""
    return loading(at=MONDAY, source="test")
