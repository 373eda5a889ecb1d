"""The forms of surveys."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import Service
from itsm.people.models import Organisation, Person
from itsm.records.refusable import Refusable
from itsm.ui import asked
from relationships.questionnaire_models import Question, QuestionnaireVersion
from relationships.survey_guards import SECTIONS
from relationships.survey_models import RelationshipReport, SurveyCampaign, usual_kinds
from relationships.survey_report import TITLES

KINDS = (("incident", _("Incidents")), ("service_request", _("Service requests")))
PERIODIC, STANDING = ("mode", ("periodic",)), ("mode", ("transactional",))
#: What a plan asks only of one kind of survey, of one population or of a sample.
PLANNED: asked.When = {
    "anonymous": PERIODIC, "opens_on": PERIODIC, "ends_on": PERIODIC, "population": PERIODIC,
    "population_from": ("population", ("case_users", "service_users")), "population_to": ("population", ("case_users", "service_users")),
    "units": ("population", ("units",)), "sampling": PERIODIC, "sample_size": ("sampling", ("random", "stratified")),
    "reminders": PERIODIC, "reminder_days": PERIODIC, "case_kinds": STANDING, "sampling_rate": STANDING,
}  # fmt: skip
#: What a plan may do without until the survey is launched, but not longer.
LAUNCHED_WITH = (
    "questionnaire", "opens_on", "ends_on", "population", "population_from", "population_to", "units", "sampling", "sample_size",
    "case_kinds",
)  # fmt: skip
#: What is asked only of some kinds of questions.
QUESTIONED: asked.When = {
    "per_service": ("kind", ("scale",)), "complaint_at": ("kind", ("scale", "nps", "ces")), "answers": ("kind", ("single", "multi")),
}  # fmt: skip


def day() -> forms.DateInput:
    """Make the control of a date."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.ModelForm, Refusable):  # type: ignore[type-arg]  # generic only in the stubs
    """The plan of a survey."""

    case_kinds = forms.MultipleChoiceField(
        label=_("After the closure of"),
        choices=KINDS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=usual_kinds,
    )

    class Meta:
        model = SurveyCampaign
        fields: ClassVar[list[str]] = [
            "title", "mode", "questionnaire", "purpose", "anonymous", "by_mail", "in_portal", "low_scores", "min_interval_days",
            "services", "opens_on", "ends_on", "population", "units", "population_from", "population_to", "sampling", "sample_size",
            "reminders", "reminder_days", "case_kinds", "sampling_rate",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "purpose": forms.Textarea(attrs={"rows": 3}), "opens_on": day(), "ends_on": day(), "population_from": day(),
            "population_to": day(), "services": forms.CheckboxSelectMultiple({"class": "pick-list"}),
            "units": forms.CheckboxSelectMultiple({"class": "pick-list"}),
        }  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        published = QuestionnaireVersion.objects.filter(published_at__isnull=False).select_related("questionnaire")
        self._narrow("questionnaire", published.order_by("questionnaire", "-number"))
        self._narrow("services", Service.objects.live().order_by("code"))
        self._narrow("units", Organisation.objects.filter(kind="unit", is_active=True).order_by("code"))
        asked.tie(self, PLANNED)
        for name in LAUNCHED_WITH:
            control: Any = self.fields[name]
            control.needed = True

    def _narrow(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """Judge only what is asked of this kind of survey."""
        super().clean()
        asked.settle(self, PLANNED)
        return self.cleaned_data

    def _post_clean(self) -> None:
        """Leave the rules to the service, which says them in the same words at every interface."""

    def given(self) -> dict[str, Any]:
        """Give what the plan holds; what is not asked of its kind is as in a new plan."""
        return {name: _unasked(name) for name in PLANNED} | self.cleaned_data


def _unasked(name: str) -> Any:
    """Give what a new plan holds."""
    column: Any = SurveyCampaign._meta.get_field(name)
    return [] if column.many_to_many else column.get_default()


class QuestionnaireForm(forms.Form):
    """The title of a questionnaire."""

    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=160)
    title_en = forms.CharField(label=_("Title (English)"), max_length=160, required=False)


class IntroForm(Refusable):
    """The words above the questions: the title as long as no version of the questionnaire is published, and the introduction."""

    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=160)
    title_en = forms.CharField(label=_("Title (English)"), max_length=160, required=False)
    intro_zh = forms.CharField(
        label=_("Introduction (Chinese)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    intro_en = forms.CharField(
        label=_("Introduction (English)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, version: QuestionnaireVersion) -> None:
        titled = version.questionnaire
        words = {"title_zh": titled.title_zh, "title_en": titled.title_en}
        super().__init__(data, initial=words | {"intro_zh": version.intro_zh, "intro_en": version.intro_en})
        if titled.versions.filter(published_at__isnull=False).exists():
            del self.fields["title_zh"], self.fields["title_en"]


class QuestionForm(Refusable):
    """One question of a draft."""

    kind = forms.ChoiceField(label=_("Kind of question"), choices=Question.Kind.choices)
    text_zh = forms.CharField(label=_("Question (Chinese)"), max_length=300)
    text_en = forms.CharField(label=_("Question (English)"), max_length=300, required=False)
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    per_service = forms.BooleanField(label=_("Ask for each service of the survey"), required=False)
    complaint_at = forms.IntegerField(
        label=_("A low score is one of at most"), required=False, min_value=0, max_value=10,
        help_text=_("Low scores wait at the registration desk, or become complaints. Usual: 2 of 5."),
    )  # fmt: skip
    answers = forms.CharField(
        label=_("Answers to choose from"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=4000,
        help_text=_("One a line, Chinese and English with a bar between: 網頁 | Web"),
    )  # fmt: skip
    asked_if = forms.ModelChoiceField(
        Question.objects.none(), label=_("Ask only after this question"), required=False, empty_label=_("always")
    )
    asked_when = forms.CharField(
        label=_("when its answer is one of"), required=False, max_length=100,
        help_text=_("Numbers with commas between: 1, 2. Of a choice the place of the answer; of yes or no 1 or 0."),
    )  # fmt: skip

    def __init__(self, *given: Any, version: QuestionnaireVersion, **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["asked_if"]
        field.queryset = version.questions.exclude(kind="text").exclude(per_service=True)
        places = {pk: place for place, pk in enumerate(version.questions.values_list("pk", flat=True), 1)}
        field.label_from_instance = lambda question: f"{places[question.pk]} · {question.text}"
        self.when = {
            **QUESTIONED, "asked_when": ("asked_if", tuple(map(str, places)))
        }  # fmt: skip
        asked.tie(self, self.when)
        for name in ("answers", "asked_when"):
            control: Any = self.fields[name]
            control.needed = True

    def clean(self) -> dict[str, Any]:
        """Judge only what is asked of this kind of question."""
        super().clean()
        asked.settle(self, self.when)
        return self.cleaned_data

    def fields_given(self) -> dict[str, Any]:
        """Give the columns of the question."""
        names = ("kind", "text_zh", "text_en", "required", "asked_if")
        said = self.cleaned_data.get("asked_when", "").replace("，", ",").split(",")
        found = {name: self.cleaned_data[name] for name in names}
        found |= {
            "per_service": self.cleaned_data.get("per_service", False),
            "complaint_at": self.cleaned_data.get("complaint_at"),
        }
        return found | {"asked_when": [value.strip() for value in said if value.strip()]}

    def answers_given(self) -> list[tuple[str, str]]:
        """Give the answers to choose from."""
        lines = self.cleaned_data.get("answers", "").splitlines()
        halves = [line.replace("｜", "|").partition("|") for line in lines if line.strip()]
        return [(zh.strip(), en.strip()) for zh, _bar, en in halves]


def initial_of(question: Question) -> dict[str, Any]:
    """Give what the form of a question shows at first."""
    lines = [f"{option.text_zh} | {option.text_en}" for option in question.options.all()]
    return {
        "kind": question.kind, "text_zh": question.text_zh, "text_en": question.text_en, "required": question.required,
        "per_service": question.per_service, "complaint_at": question.complaint_at, "answers": "\n".join(lines),
        "asked_if": question.asked_if_id, "asked_when": ", ".join(question.asked_when),
    }  # fmt: skip


class ReportForm(Refusable):
    """The words of a report, one field for each section."""

    def __init__(self, *given: Any, report: RelationshipReport, **named: Any) -> None:
        super().__init__(*given, **named)
        for name in SECTIONS:
            self.fields[name] = forms.CharField(
                label=TITLES[name], required=False, max_length=8000, initial=getattr(report, name),
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip


class MinutesForm(Refusable):
    """The meeting that reviewed a report."""

    met_on = forms.DateField(label=_("Meeting on"), widget=day(), required=False)
    attendees = forms.CharField(
        label=_("Attendees"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    minutes = forms.CharField(
        label=_("Minutes"), max_length=20000, widget=forms.Textarea(attrs={"rows": 8}), required=False
    )


class DecisionForm(Refusable):
    """One decision of the meeting."""

    text = forms.CharField(label=_("Decision"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(
        Person.objects.none(), label=_("Who does it"), required=False, empty_label=_("nothing to do")
    )
    due_on = forms.DateField(label=_("Until"), widget=day(), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field: Any = self.fields["owner"]
        field.queryset = Person.objects.active().exclude(grants=None).distinct().order_by("name", "pk")


class ActionForm(DecisionForm):
    """An action that was agreed: who does it, and until when."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["text"].label = _("Action")
        owner: Any = self.fields["owner"]
        owner.required, owner.empty_label, self.fields["due_on"].required = True, "—", True


class FeedbackForm(Refusable):
    """What a piece of feedback is about and what is done."""

    theme = forms.ChoiceField(label=_("What it is about"), choices=())
    action = forms.CharField(
        label=_("What is done about it"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        from relationships.survey_asks import THEMES

        super().__init__(*given, **named)
        field: Any = self.fields["theme"]
        field.choices = [(choice.value, str(choice.label)) for choice in THEMES if choice.value != "none"]
