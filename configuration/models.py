"""The configuration item with its history, its relationships in time, and what authorised every change of them."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from configuration.flow import CI
from configuration.querysets import CiQuerySet, CorrectionQuerySet, RelationQuerySet, VersionQuerySet
from configuration.schema_models import AllowedPair, CiAttribute, CiClass, RelationType
from itsm.flow import Flow, Moves
from itsm.records.models import PlainRecord, Record

__all__ = [
    "AllowedPair", "Authority", "CiAttribute", "CiClass", "CiRelation", "CiVersion", "ConfigurationItem", "Correction",
    "RelationType",
]  # fmt: skip


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class ConfigurationItem(Moves(CI), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """Something that services stand on; its name is the record's title, ``attributes`` are those of its class.

    ``provenance`` tells for each field where its value came from: {"source": ..., "at": ...}.
    """

    class Environment(models.TextChoices):
        PRODUCTION = "prod", _("production")
        TEST = "test", _("test")
        DEVELOPMENT = "dev", _("development")
        RECOVERY = "dr", _("disaster recovery")

    class Classification(models.TextChoices):
        PUBLIC = "public", _("public")
        INTERNAL = "internal", _("internal")
        SENSITIVE = "sensitive", _("sensitive")
        SECRET = "secret", _("secret")  # a grade of data, no password

    process_key: ClassVar[str] = "ci"
    flows: ClassVar[tuple[Flow, ...]]

    ci_class = models.ForeignKey(CiClass, models.PROTECT, related_name="items", verbose_name=_("CI class"))
    description = models.TextField(_("description"), blank=True)
    release_version = models.CharField(_("version of the item"), max_length=60, blank=True)
    site = models.ForeignKey(
        "people.Site", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    owner = _person(_("owner"))
    team = models.ForeignKey(
        "people.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("custodian team")
    )
    supplier = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    environment = models.CharField(
        _("environment"), max_length=4, choices=Environment.choices, default=Environment.PRODUCTION
    )
    criticality = models.PositiveSmallIntegerField(
        _("criticality"), default=3, choices=[(1, "1"), (2, "2"), (3, "3"), (4, "4")]
    )
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    asset_no = models.CharField(_("asset number"), max_length=40, blank=True)
    hostname = models.CharField(_("host name"), max_length=160, blank=True)
    address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    support_until = models.DateField(_("supported until"), null=True, blank=True)
    data_classification = models.CharField(
        _("data classification"), max_length=10, choices=Classification.choices, blank=True
    )
    attributes: models.JSONField[Any, Any] = models.JSONField(_("attributes"), default=dict, blank=True)
    provenance: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True, editable=False)
    live_since = models.DateTimeField(_("first put live"), null=True, blank=True, editable=False)
    last_verified_at = models.DateTimeField(_("last verified"), null=True, blank=True, editable=False)
    last_verified_by = _person(_("verified by"))
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    last_seen_source = models.CharField(_("seen by"), max_length=60, blank=True, editable=False)

    objects: ClassVar[Any] = CiQuerySet.as_manager()

    class Meta:
        verbose_name = _("configuration item")
        verbose_name_plural = _("configuration items")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ci_class", "-record_ptr"], name="ci_by_class"),
            models.Index(fields=["record_ptr"], include=["ci_class"], name="ci_class_of"),
            models.Index(fields=["state", "-record_ptr"], name="ci_by_state"),
            models.Index(fields=["team", "-record_ptr"], name="ci_by_team"),
            models.Index(fields=["title"], name="ci_by_title", opclasses=["text_pattern_ops"]),
            models.Index(fields=["title", "record_ptr"], name="ci_title_order"),
            models.Index(fields=["-changed_at", "-record_ptr"], name="ci_changed_order"),
            models.Index(fields=["criticality", "record_ptr"], name="ci_criticality_order"),
            models.Index(fields=["serial"], name="ci_by_serial", condition=~models.Q(serial="")),
            models.Index(fields=["asset_no"], name="ci_by_asset_no", condition=~models.Q(asset_no="")),
            models.Index(fields=["hostname"], name="ci_by_hostname", condition=~models.Q(hostname="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def field_label(self, name: str) -> str:
        """Name an attribute of its class, as it is to be read in the history."""
        from configuration.field_values import label_of

        return label_of(name, class_id=self.ci_class_id, words=self._words)

    def field_value(self, name: str, value: Any) -> str:
        """Say the value of an attribute of its class in words, as it is to be read in the history."""
        from configuration.field_values import attribute_words

        return attribute_words(name, value, class_id=self.ci_class_id, words=self._words)

    @cached_property
    def _words(self) -> Any:
        """Look the classes up once for all lines of the history."""
        from configuration.field_values import named

        return named()

    @cached_property
    def unspoken(self) -> frozenset[str]:
        """Name the attributes whose values no journal tells, also where they were written before they were marked."""
        from configuration.sensitive import codes

        return codes(self.ci_class_id)


class Correction(models.Model):
    """Wrong data that somebody found: verified by a second person it authorises one change of the item.

    Without an item it tells of something that is not registered. A ``case`` that names one was hindered by wrong data.
    """

    class Source(models.TextChoices):
        REPORT = "report", _("reported")
        AUDIT = "audit", _("verification audit")
        IMPORT = "import", _("import")

    item = models.ForeignKey(
        ConfigurationItem, models.CASCADE, null=True, blank=True, related_name="corrections", verbose_name=_("item")
    )
    case = models.ForeignKey(
        Record, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("found while working on")
    )
    field = models.CharField(_("attribute"), max_length=60, blank=True)
    recorded = models.TextField(_("recorded"), blank=True)
    found = models.TextField(_("found"))
    source = models.CharField(_("came from"), max_length=8, choices=Source.choices, default=Source.REPORT)
    raised_by = _person(_("raised by"))
    raised_at = models.DateTimeField(_("raised"))
    verified_by = _person(_("verified by"))
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    refused_by = _person(_("refused by"))
    refused_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    applied_at = models.DateTimeField(_("corrected"), null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(verified_by=None) | models.Q(raised_by=None) | ~models.Q(verified_by=models.F("raised_by")),
                name="correction_verified_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_at=None) | models.Q(refused_at=None), name="correction_judged_once"
            ),
            models.CheckConstraint(
                condition=models.Q(applied_at=None) | models.Q(verified_at__isnull=False), name="correction_verified_first"
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["-raised_at"], name="correction_open", condition=models.Q(applied_at=None, refused_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.found[:60]}"


class Authority(models.Model):
    """What authorised changes of configuration data, written in the transaction that makes them; never altered."""

    class Kind(models.TextChoices):
        CHANGE = "change", _("change")
        CORRECTION = "correction", _("verified correction")
        IMPORT = "import", _("import")
        LIGHT = "light", _("light control")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, related_name="uses")
    batch = models.ForeignKey("ImportBatch", models.SET_NULL, null=True, related_name="+")
    by = _person(_("by"))
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    xact = models.BigIntegerField(editable=False, default=0)  # the transaction, set by a trigger

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=(models.Q(kind="change", record__isnull=False, correction=None)
                           | models.Q(kind="correction", record=None, correction__isnull=False)
                           | models.Q(kind__in=("import", "light"), record=None, correction=None, by__isnull=False)),
                name="authority_names_its_grounds",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id or self.correction_id or self.reason}"


class CiVersion(models.Model):
    """How an item was from ``valid_from`` up to but not including ``valid_to``; written by a trigger, append-only.

    ``recorded_at`` is when the database learned it. ``data`` holds every column by its name.
    """

    item = models.ForeignKey(ConfigurationItem, models.CASCADE, related_name="versions")
    sequence = models.PositiveIntegerField()
    data: models.JSONField[Any, Any] = models.JSONField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="versions")

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["item", "sequence"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("item", "sequence", name="ci_version_once"),
            models.UniqueConstraint("item", condition=models.Q(valid_to=None), name="ci_version_one_present"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} · {self.sequence}"


class CiRelation(models.Model):
    """A typed, directed relationship in a range of time: ended, never altered or deleted.

    ``cause`` and ``effect`` are its ends in the direction in which a failure goes on, set by a trigger; ``weight`` is
    how many per cent of the effect's function hang on the cause. Relationships of one ``group`` at one effect stand
    in for each other: it works while at least ``needs`` of their causes do.
    """

    type = models.ForeignKey(RelationType, models.PROTECT, related_name="relations", verbose_name=_("kind"))
    source = models.ForeignKey(ConfigurationItem, models.CASCADE, related_name="relations_out", verbose_name=_("from"))
    target = models.ForeignKey(ConfigurationItem, models.CASCADE, related_name="relations_in", verbose_name=_("to"))
    cause = models.ForeignKey(
        ConfigurationItem, models.CASCADE, null=True, editable=False, related_name="+", db_index=False
    )
    effect = models.ForeignKey(ConfigurationItem, models.CASCADE, null=True, editable=False, related_name="+", db_index=False)  # fmt: skip
    weight = models.PositiveSmallIntegerField(_("weight in per cent"), default=100)
    group = models.CharField(_("redundancy group"), max_length=40, blank=True)
    needs = models.PositiveSmallIntegerField(_("needs at least"), null=True, blank=True)
    valid_from = models.DateTimeField(_("from"))
    valid_to = models.DateTimeField(_("to"), null=True)
    recorded_at = models.DateTimeField(editable=False, null=True)
    ended_recorded_at = models.DateTimeField(editable=False, null=True)
    began_by = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="+", editable=False)
    ended_by = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="+", editable=False)

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "source", "target", "type", condition=models.Q(valid_to=None), name="relation_once_at_a_time"
            ),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="relation_of_two_items"),
            models.CheckConstraint(condition=models.Q(weight__gte=0, weight__lte=100), name="relation_weight_in_per_cent"),
            models.CheckConstraint(
                condition=models.Q(group="", needs=None) | ~models.Q(group="") & models.Q(needs__gte=1), name="relation_group_has_need"
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [  # an impact reads the present ones from the index alone
            models.Index(
                fields=["cause"],
                include=["effect", "id", "weight", "group"],
                name="relation_cause_now",
                condition=models.Q(valid_to=None),
            ),
            models.Index(
                fields=["effect", "group"],
                include=["cause", "id", "weight", "needs"],
                name="relation_effect_now",
                condition=models.Q(valid_to=None),
            ),
            models.Index(fields=["cause", "valid_from"], name="relation_cause_past"),
            models.Index(fields=["effect", "valid_from"], name="relation_effect_past"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.type_id} {self.target_id}"


# The rest of the app's models, after what they point to.
from configuration.audit_models import AuditFind as AuditFind  # noqa: E402
from configuration.audit_models import AuditItem as AuditItem  # noqa: E402
from configuration.audit_models import AuditLine as AuditLine  # noqa: E402
from configuration.audit_models import VerificationAudit as VerificationAudit  # noqa: E402
from configuration.baseline_models import AcceptedDifference as AcceptedDifference  # noqa: E402
from configuration.baseline_models import Baseline as Baseline  # noqa: E402
from configuration.baseline_models import BaselineItem as BaselineItem  # noqa: E402
from configuration.baseline_models import NoChange as NoChange  # noqa: E402
from configuration.health_models import HealthMonth as HealthMonth  # noqa: E402
from configuration.intake_models import ImportBatch as ImportBatch  # noqa: E402
from configuration.intake_models import ImportRow as ImportRow  # noqa: E402
from configuration.intake_models import ImportUpload as ImportUpload  # noqa: E402
from configuration.intake_models import SourceOrder as SourceOrder  # noqa: E402
