"""What may be told, in words: the rows of the preference matrix and the headline of every message."""

from django.utils.translation import gettext_lazy as _

from itsm.notices.templates import add_happening, add_template

#: code, words, whether only workers get it
HAPPENINGS = (
    ("opened", _("Your case was received"), False),
    ("reply", _("A reply on a case"), False),
    ("progress", _("A case is held, handed on or reopened"), False),
    ("resolved", _("A case waits for your confirmation"), False),
    ("closed", _("A case was closed or cancelled"), False),
    ("approval", _("Your approval is asked, or was given"), False),
    ("mention", _("Somebody mentions you"), False),
    ("assigned", _("A case is assigned to you"), True),
    ("team", _("A case is handed to your team"), True),
    ("note", _("An internal note on your case"), True),
    ("major", _("Major incidents"), False),
    ("clock", _("A deadline is near or missed"), True),
    ("escalation", _("A case is escalated to you"), True),
    ("reminder", _("Reminders"), False),
)

#: name, headline, body file
TEMPLATES = (
    ("opened", _("We received your case"), "opened"),
    ("reply", _("%(actor)s replied"), "reply"),
    ("note", _("%(actor)s wrote an internal note"), "plain"),
    ("mention", _("%(actor)s mentioned you"), "plain"),
    ("question", _("%(actor)s asks you a question; the case waits for your answer"), "reply"),
    ("held", _("The case waits: %(hold_reason)s"), "plain"),
    ("assigned", _("%(actor)s assigned a case to you"), "plain"),
    ("handed_over", _("%(actor)s handed a case to %(team)s"), "plain"),
    ("accepted", _("%(team)s works on your case"), "plain"),
    ("resolved", _("Please confirm: your case was handled"), "resolved"),
    ("resolved_seen", _("The case was handled and waits for confirmation"), "resolved"),
    ("not_solved", _("The result was not accepted"), "reason"),
    ("closed", _("The case is closed"), "closed"),
    ("cancelled", _("The case was cancelled"), "reason"),
    ("reopened", _("The case was reopened"), "reason"),
    ("reclassified", _("Your case %(before)s goes on as %(number)s"), "plain"),
    ("approval_asked", _("Your approval is needed"), "approval"),
    ("approved", _("Your request was approved"), "plain"),
    ("rejected", _("Your request was rejected"), "rejected"),
    ("major_proposed", _("A major incident is proposed: decide now"), "plain"),
    ("major_declared", _("A major incident was declared"), "major"),
    ("major_update", _("News of a major incident"), "major"),
    ("major_restored", _("The service is restored"), "major"),
    ("major_ended", _("The case is no major incident any more"), "reason"),
    ("warning", _("%(percent)s %% of the time is used"), "deadline"),
    ("breach", _("The time is up: the target was missed"), "deadline"),
    ("escalation", _("Escalated to you: level %(level)s"), "deadline"),
    ("update_due", _("The next update is due"), "deadline"),
    ("reminder", _("A reminder"), "reason"),
    ("remind_confirm", _("Reminder: please confirm the result of your case"), "resolved"),
    ("remind_answer", _("Reminder: your case waits for your answer"), "plain"),
    ("follow_up", _("The follow-up time has come"), "plain"),
    ("hold_ended", _("The time to wait is over; the case goes on"), "plain"),
    ("remind_approval", _("Reminder: your approval is needed"), "approval"),
    ("approval_expired", _("The approval was not given in time"), "plain"),
    ("remind_major", _("A proposed major incident is still undecided"), "plain"),
    ("password_reset", _("Choose a new password"), "password_reset"),
)


def register() -> None:
    """Register every event and template of this project's own."""
    for code, label, staff_only in HAPPENINGS:
        add_happening(code, label=label, staff_only=staff_only)
    add_happening("account", label=_("Your account"), locked=True)
    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
