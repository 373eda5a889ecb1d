"""What there is to configure: classes with their attributes, kinds of relationships and the pairs they may join."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import pick
from itsm.people.models import Named


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CiClass(Named):
    """A class of configuration items; it inherits the attributes of the class that it belongs to.

    ``identity`` lists, in the order of trust, sets of fields that together tell two items apart. ``layer`` is the row
    on which drawings put its items: 1 services at the top, 9 places at the bottom.
    """

    class Control(models.TextChoices):
        FULL = "full", _("only through an authorised change")
        LIGHT = "light", _("by the configuration manager without a change")

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    identity: models.JSONField[Any, Any] = models.JSONField(_("identification rules"), default=list, blank=True)
    control = models.CharField(_("control"), max_length=8, choices=Control.choices, default=Control.FULL)
    stale_days = models.PositiveSmallIntegerField(_("stale after days"), default=60)
    audit_every_days = models.PositiveSmallIntegerField(_("audited every days"), null=True, blank=True)
    layer = models.PositiveSmallIntegerField(_("layer in drawings"), default=5)
    is_shipped = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("CI class")
        verbose_name_plural = _("CI classes")
        ordering: ClassVar[list[str]] = ["layer", "code"]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CiAttribute(models.Model):
    """An attribute of a class: what may be written there, and whether it must be."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        LONG_TEXT = "long_text", _("several lines of text")
        NUMBER = "number", _("number")
        DATE = "date", _("date")
        CHOICE = "choice", _("choice")
        PERSON = "person", _("person")
        FLAG = "flag", _("yes or no")
        ADDRESS = "address", _("network address")
        URL = "url", _("web address")

    class Mark(models.TextChoices):
        REQUIRED = "required", _("required")
        RECOMMENDED = "recommended", _("recommended")
        OPTIONAL = "optional", _("optional")

    ci_class = models.ForeignKey(CiClass, models.CASCADE, related_name="own_attributes", verbose_name=_("CI class"))
    code = models.SlugField(_("code"), max_length=40)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    kind = models.CharField(_("type"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    choices: models.JSONField[Any, Any] = models.JSONField(_("choices"), default=list, blank=True)
    mark = models.CharField(_("mark"), max_length=12, choices=Mark.choices, default=Mark.OPTIONAL)
    is_sensitive = models.BooleanField(
        _("sensitive"), default=False,
        help_text=_("Only who keeps the configuration data, and auditors, read its values; everybody else sees that one is there."),
    )  # fmt: skip
    sort = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering: ClassVar[list[str]] = ["ci_class", "sort", "code"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("ci_class", "code", name="ci_attribute_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RelationType(Named):
    """A kind of relationship, read in both directions, and which end suffers when the other fails."""

    class Impact(models.TextChoices):
        TO_SOURCE = "to_source", _("from the target to the source")
        TO_TARGET = "to_target", _("from the source to the target")
        NONE = "none", _("none")

    inverse_zh = models.CharField(_("read backwards (Chinese)"), max_length=120)
    inverse_en = models.CharField(_("read backwards (English)"), max_length=120, blank=True)
    impact = models.CharField(_("a failure goes on"), max_length=10, choices=Impact.choices, default=Impact.TO_SOURCE)
    is_acyclic = models.BooleanField(_("never in a circle"), default=False)
    is_shipped = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("kind of relationship")
        verbose_name_plural = _("kinds of relationships")
        ordering: ClassVar[list[str]] = ["code"]

    @property
    def inverse(self) -> str:
        """The words read from the target, in the active language."""
        return pick(self.inverse_zh, self.inverse_en)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AllowedPair(models.Model):
    """Two classes, with all below them, whose items a kind of relationship may join."""

    type = models.ForeignKey(RelationType, models.CASCADE, related_name="pairs", verbose_name=_("kind of relationship"))
    source_class = models.ForeignKey(CiClass, models.CASCADE, related_name="+", verbose_name=_("from"))
    target_class = models.ForeignKey(CiClass, models.CASCADE, related_name="+", verbose_name=_("to"))

    class Meta:
        verbose_name = _("allowed pair")
        verbose_name_plural = _("allowed pairs")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("type", "source_class", "target_class", name="allowed_pair_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_class} {self.type} {self.target_class}"
