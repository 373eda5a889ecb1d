"""Targets and ladders in the administration."""

from django.contrib import admin

from sla.models import EscalationPolicy, EscalationStep, Target


@admin.register(Target)
class TargetAdmin(admin.ModelAdmin[Target]):
    """What is promised."""

    list_display = (
        "metric",
        "process",
        "priority",
        "service",
        "request_item",
        "seconds",
        "calendar",
        "warn_percent",
        "is_active",
    )
    list_filter = ("metric", "process", "priority", "is_active")
    list_select_related = ("service", "request_item", "calendar")


class StepInline(admin.TabularInline[EscalationStep, EscalationPolicy]):
    """The steps of one ladder."""

    model = EscalationStep
    extra = 0


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(admin.ModelAdmin[EscalationPolicy]):
    """Whom a late case is escalated to."""

    list_display = ("code", "name_zh", "name_en", "service", "is_active")
    list_select_related = ("service",)
    inlines = (StepInline,)
