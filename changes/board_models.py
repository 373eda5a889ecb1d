"""The committee of changes: boards with their seats and proxies, meetings with their agenda, ballots with their votes."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.board_flow import CAB_MEETING
from changes.board_querysets import BallotQuerySet, BoardQuerySet, MeetingQuerySet
from itsm.flow import Flow, Moves
from itsm.people.models import Named
from itsm.records.models import PlainRecord

WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")),
    (6, _("Sunday")),
]  # fmt: skip
WEEKS = [(1, _("first")), (2, _("second")), (3, _("third")), (4, _("fourth")), (-1, _("last"))]


def _person(label: Any, **more: Any) -> Any:
    """A person who cannot be removed while this row names them."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **more)


@pghistory.track()
class Board(Named):
    """A committee: when it meets, how long an item takes, what makes a quorum, and which services it judges."""

    services: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "catalogue.Service", blank=True, related_name="+", verbose_name=_("services"), help_text=_("Empty: every service.")
    )  # fmt: skip
    calendar = models.ForeignKey("hours.Calendar", models.PROTECT, related_name="+", verbose_name=_("calendar"))
    zone = models.CharField(_("time zone"), max_length=64, default="Asia/Taipei")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS, default=3)
    weeks = models.PositiveSmallIntegerField(_("every so many weeks"), default=1, validators=[MinValueValidator(1)])
    week_of_month = models.SmallIntegerField(_("week of the month"), choices=WEEKS, null=True, blank=True)
    opens = models.TimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60, validators=[MinValueValidator(1)])
    since = models.DateField(_("first meeting on or after"))
    until = models.DateField(_("last meeting on or before"), null=True, blank=True)
    ahead_days = models.PositiveSmallIntegerField(_("meetings are made so many days ahead"), default=35)
    cutoff_days = models.PositiveSmallIntegerField(_("cut-off in business days before"), default=2)
    minutes_per_item = models.PositiveSmallIntegerField(_("minutes for an item"), default=8)
    quorum_percent = models.PositiveSmallIntegerField(
        _("quorum in percent of those who may vote"), default=50, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )  # fmt: skip
    vote_days = models.PositiveSmallIntegerField(_("days to vote by mail or page"), default=2)
    place = models.CharField(_("place or link"), max_length=200, blank=True)

    objects: ClassVar[Any] = BoardQuerySet.as_manager()

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(quorum_percent__range=(1, 100)), name="board_quorum_1_to_100"),
            models.CheckConstraint(condition=models.Q(weekday__range=(0, 6)), name="board_weekday_0_to_6"),
            models.CheckConstraint(condition=models.Q(weeks__gte=1, minutes__gte=1), name="board_meets_at_all"),
        ]


@pghistory.track()
class BoardMember(models.Model):
    """A seat. An alternate takes the place of another member, or of a service's owner, who must not vote."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="members", verbose_name=_("board"))
    person = _person(_("member"))
    is_chair = models.BooleanField(_("chair"), default=False)
    has_veto = models.BooleanField(_("may veto"), default=False)
    alternate_for = _person(_("alternate for"), null=True, blank=True)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of a board")
        verbose_name_plural = _("members of boards")
        ordering: ClassVar[list[str]] = ["board", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("board", "person", name="board_member_once"),
            models.UniqueConstraint("board", condition=models.Q(is_chair=True), name="board_one_chair"),
            models.CheckConstraint(
                condition=models.Q(alternate_for=None) | ~models.Q(alternate_for=models.F("person")),
                name="board_alternate_is_another",
            ),
            models.CheckConstraint(
                condition=models.Q(since=None) | models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="board_member_ends_after_start",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.board} · {self.person}"


@pghistory.track()
class Proxy(models.Model):
    """Days on which somebody votes for a member; who stands in has no seat of their own and the member's conflicts."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="proxies", verbose_name=_("board"))
    member = _person(_("member"))
    person = _person(_("proxy"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        verbose_name = _("proxy")
        verbose_name_plural = _("proxies")
        ordering: ClassVar[list[str]] = ["board", "starts_on", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="proxy_ends_after_start"),
            models.CheckConstraint(condition=~models.Q(member=models.F("person")), name="proxy_is_another"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.member} → {self.person}"

    def clean(self) -> None:
        """Say kindly what the database refuses: a proxy with an own seat, or two proxies on one day."""
        if not (self.board_id and self.person_id and self.starts_on and self.ends_on):
            return
        if self.board.members.filter(person=self.person_id).exists():
            raise ValidationError({"person": _("A member votes for themselves; choose somebody without a seat.")})
        others = Proxy.objects.filter(board=self.board_id, member=self.member_id).exclude(pk=self.pk)
        if others.filter(starts_on__lte=self.ends_on, ends_on__gte=self.starts_on).exists():
            raise ValidationError({"starts_on": _("Another proxy acts on some of these days.")})


class CabMeeting(Moves(CAB_MEETING), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """A meeting of a board, from the plan to its signed minutes."""

    class Kind(models.TextChoices):
        REGULAR = "regular", _("regular")
        EMERGENCY = "emergency", _("extraordinary")

    process_key: ClassVar[str] = "cab_meeting"
    flows: ClassVar[tuple[Flow, ...]]

    board = models.ForeignKey(Board, models.PROTECT, related_name="meetings", verbose_name=_("board"))
    ordinal = models.PositiveIntegerField(_("number of the meeting"), default=1)
    kind_of = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.REGULAR)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    cutoff_at = models.DateTimeField(_("cut-off"))
    place = models.CharField(_("place or link"), max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    minutes: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True, editable=False)
    minutes_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    signed_by = _person(_("signed by"), null=True, blank=True, editable=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    files_at = models.DateTimeField(
        null=True, blank=True, editable=False
    )  # when the signed minutes were drawn as files

    objects: ClassVar[Any] = MeetingQuerySet.as_manager()

    expected_names = property(lambda meeting: _expected(meeting))

    class Meta:
        verbose_name = _("CAB meeting")
        verbose_name_plural = _("CAB meetings")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("board", "starts_at", name="cab_meeting_once"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="cab_meeting_runs_forward"),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["starts_at", "record_ptr"], name="cab_meeting_by_time"),
            models.Index(
                fields=["starts_at"], condition=models.Q(phase__in=["new", "working"]), name="cab_meeting_open"
            ),
        ]


def _expected(meeting: CabMeeting) -> str:
    """List the user names of the seats, one in a line: what the dialog of opening proposes."""
    from changes.seats import seated

    return "\n".join(person.username for person in seated(meeting.board, at=meeting.starts_at))


class Attendance(models.Model):
    """Who came to a meeting, themselves or by proxy."""

    meeting = models.ForeignKey(CabMeeting, models.CASCADE, related_name="attendance")
    person = _person(_("member"))
    proxy = _person(_("proxy"), null=True)
    is_present = models.BooleanField(_("present"), default=False)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering: ClassVar[list[str]] = ["meeting", "pk"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("meeting", "person", name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.person}"


class CabItem(models.Model):
    """One point of an agenda: a change to decide, an emergency to ratify, or a result to hear."""

    class Purpose(models.TextChoices):
        DECIDE = "decide", pgettext_lazy("agenda", "to decide")
        RATIFY = "ratify", _("emergency to ratify")
        HEAR = "hear", _("result to hear")

    class Decision(models.TextChoices):
        APPROVE = "approve", _("approved")
        REJECT = "reject", _("refused by the board")
        DEFER = "defer", _("deferred")
        NOTED = "noted", _("taken note of")

    meeting = models.ForeignKey(CabMeeting, models.CASCADE, related_name="items")
    change = models.ForeignKey("changes.Change", models.PROTECT, related_name="board_items")
    purpose = models.CharField(
        _("why it is on the agenda"), max_length=8, choices=Purpose.choices, default=Purpose.DECIDE
    )
    position = models.PositiveSmallIntegerField(_("order"))
    presenter = _person(_("presenter"), null=True)
    running_since = models.DateTimeField(null=True)
    spent_seconds = models.PositiveIntegerField(default=0)
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    decided_by = _person(_("recorded by"), null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("item of an agenda")
        verbose_name_plural = _("items of agendas")
        ordering: ClassVar[list[str]] = ["meeting", "position", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("meeting", "change", "purpose", name="cab_item_once"),
            models.UniqueConstraint(
                "meeting", condition=models.Q(running_since__isnull=False), name="cab_item_one_is_heard"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["change", "meeting"], name="cab_item_by_change")]

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.position}"


class Ballot(models.Model):
    """A round of voting on one change; it is bound to the change as the board read it."""

    class Purpose(models.TextChoices):
        DECIDE = "decide", pgettext_lazy("agenda", "to decide")
        RATIFY = "ratify", _("emergency to ratify")

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("refused by the board")
        DEFERRED = "deferred", _("deferred")
        VOID = "void", _("void")

    board = models.ForeignKey(Board, models.PROTECT, related_name="ballots")
    change = models.ForeignKey("changes.Change", models.PROTECT, related_name="ballots")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.DECIDE)
    round = models.PositiveSmallIntegerField(_("round"))
    paper = models.CharField(max_length=64)  # hash of what is voted on, as the change said it when the round began
    core = models.CharField(max_length=64)  # the same without window and implementer, which are settled afterwards
    read: models.JSONField[Any, Any] = models.JSONField(default=dict)  # the words behind the hash
    opened_at = models.DateTimeField(_("opened"))
    closes_at = models.DateTimeField(_("votes are awaited until"))
    blocked_at = models.DateTimeField(null=True)  # nobody is left who may decide: escalated then
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    void_reason = models.TextField(blank=True)

    objects: ClassVar[Any] = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering: ClassVar[list[str]] = ["change", "round"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("change", "round", name="ballot_round_once"),
            models.UniqueConstraint("change", condition=models.Q(ended_at=None), name="ballot_one_open"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, outcome="") | models.Q(ended_at__isnull=False) & ~models.Q(outcome=""),
                name="ballot_ends_with_outcome",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.change_id}/{self.round}"


@pghistory.track()
class CabVote(models.Model):
    """What one seat says in one round; ``cast_by`` is the member, a proxy, or nobody where a conflict recuses by itself."""

    class Vote(models.TextChoices):
        YES = "yes", _("approve")
        CONDITION = "condition", _("approve with condition")
        NO = "no", _("reject")
        DEFER = "defer", _("defer")
        ABSTAIN = "abstain", _("abstain")
        RECUSED = "recused", _("recuse")

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="votes")
    member = _person(_("member"))
    cast_by = _person(_("cast by"), null=True)
    proxy = models.ForeignKey(Proxy, models.PROTECT, null=True, related_name="votes")
    vote = models.CharField(_("vote"), max_length=10, choices=Vote.choices)
    reason = models.TextField(_("comment"), blank=True)
    condition = models.TextField(_("condition"), blank=True)
    channel = models.CharField(max_length=8, default="web")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering: ClassVar[list[str]] = ["ballot", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("ballot", "member", name="cab_vote_once"),
            models.UniqueConstraint("ballot", "cast_by", name="cab_vote_cast_once"),
            models.CheckConstraint(
                condition=models.Q(vote="recused") | models.Q(cast_by__isnull=False), name="cab_vote_is_cast"
            ),
            models.CheckConstraint(
                condition=~models.Q(vote="condition") | ~models.Q(condition=""), name="cab_vote_names_condition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.member}: {self.vote}"


class Condition(models.Model):
    """What must be done before a change that the board approved may begin; it is a task of the change."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="conditions")
    task = models.OneToOneField("tickets.Task", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")

    def __str__(self) -> str:
        return f"{self.ballot_id}"
