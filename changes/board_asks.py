"""What the moves of a meeting ask for."""

from itsm.flow import Input, Words
from itsm.tickets.asks import REASON as REASON

ATTENDEES = Input(
    "attendees", Words("Attendees", "出席人員"), "text", initial="expected_names",
    help=Words("User names of the members who are present, one in a line.", "出席委員之帳號，一行一人。"),
)  # fmt: skip
