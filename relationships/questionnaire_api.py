"""The designer of questionnaires over REST: versions are written, published and followed by the next."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.records.refusals import Objected
from relationships import questionnaire_shapes as shapes
from relationships import survey_access as access
from relationships import survey_design as design
from relationships.questionnaire_models import SCALES, Question, Questionnaire, QuestionnaireVersion

TAG = ["surveys"]
MOST = 100
WRITES = refusals(409, 413, 415, 422)
WHOLE = shapes.QuestionnaireVersionShape


def whole(version: QuestionnaireVersion) -> dict[str, Any]:
    """Lay a version out with its questions."""
    titled = version.questionnaire
    questions = version.questions.prefetch_related("options").order_by("position", "pk")
    return {
        "id": version.pk, "questionnaire": titled.pk, "number": version.number, "title_zh": titled.title_zh, "title_en": titled.title_en,
        "intro_zh": version.intro_zh, "intro_en": version.intro_en, "published_at": version.published_at,
        "gaps": [] if version.is_published else design.gaps(version), "questions": [_question(row) for row in questions],
    }  # fmt: skip


def _question(row: Question) -> dict[str, Any]:
    names = ("position", "kind", "text_zh", "text_en", "required", "per_service", "complaint_at", "asked_when")
    options = [{"value": one.value, "zh": one.text_zh, "en": one.text_en} for one in row.options.all()]
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "asked_if": row.asked_if_id,
        "answers": options,
    }


class DesignView(ApiView):
    """What all these addresses share."""

    def readers_only(self) -> None:
        """This will let only those go on who read results.

        :raises PermissionDenied: for everybody else
        """
        if not access.reads_results(self.caller):
            raise PermissionDenied

    def version(self, key: int) -> QuestionnaireVersion:
        """This will find a version.

        :raises Http404: if there is none
        """
        self.readers_only()
        found = QuestionnaireVersion.objects.select_related("questionnaire").filter(pk=key).first()
        if found is None:
            raise Http404
        return found

    def question(self, key: int) -> Question:
        """This will find a question.

        :raises Http404: if there is none
        """
        self.readers_only()
        found = Question.objects.select_related("version__questionnaire").filter(pk=key).first()
        if found is None:
            raise Http404
        return found

    def answer(self, key: int, *, status: int = 200) -> Response:
        """This will answer with the version as it is now."""
        return Response(whole(self.version(key)), status=status)

    def body(self, of: type[Any]) -> dict[str, Any]:
        """This will read the body strictly."""
        given = of(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def write(self, version: QuestionnaireVersion, question: Question | None = None) -> Response:
        """This will write a question as the body says, and answer with its version."""
        given = self.body(shapes.QuestionBody)
        answers = [(one["zh"].strip(), one.get("en", "").strip()) for one in given.pop("answers", [])]
        design.write_question(version, _fields(version, given), answers, by=self.caller, question=question)
        return self.answer(version.pk, status=200 if question else 201)


def _fields(version: QuestionnaireVersion, given: dict[str, Any]) -> dict[str, Any]:
    """Give the columns of a question; what is not asked of its kind stays empty.

    :raises Objected: if the question that decides about it is none of this version
    """
    decides = given.get("asked_if")
    above = version.questions.filter(pk=decides).first() if decides is not None else None
    if decides is not None and above is None:
        raise Objected(fields={"asked_if": gettext("Choose a question that stands before this one.")})
    return {
        "kind": given["kind"], "text_zh": given["text_zh"], "text_en": given.get("text_en", ""),
        "required": given.get("required", False), "per_service": given.get("per_service", False),
        "complaint_at": given.get("complaint_at") if given["kind"] in SCALES else None,
        "asked_if": above, "asked_when": given.get("asked_when", []) if above else [],
    }  # fmt: skip


class Questionnaires(DesignView):
    """Questionnaires."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_questionnaires", tags=TAG,
        responses={200: shapes.QuestionnaireShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the newest 100 questionnaires with their versions."""
        self.readers_only()
        rows = Questionnaire.objects.prefetch_related("versions").order_by("-pk")[:MOST]
        return Response([_named(row) for row in rows])

    @extend_schema(
        operation_id="begin_questionnaire", tags=TAG, request=shapes.QuestionnaireBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: WHOLE, **WRITES},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Begin a questionnaire with its first version."""
        return once(request, self.begin)

    def begin(self) -> Response:
        """This will begin it and answer with its version."""
        given = {"title_en": "", **self.body(shapes.QuestionnaireBody)}
        return self.answer(design.begin(by=self.caller, at=timezone.now(), **given).pk, status=201)


def _named(row: Questionnaire) -> dict[str, Any]:
    versions = sorted(row.versions.all(), key=lambda one: -one.number)
    told = [{"id": one.pk, "number": one.number, "published_at": one.published_at} for one in versions]
    return {"id": row.pk, "title_zh": row.title_zh, "title_en": row.title_en, "versions": told}


class VersionView(DesignView):
    """One version."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(operation_id="read_questionnaire_version", tags=TAG, responses={200: WHOLE, **refusals()})
    def get(self, request: Request, key: int) -> Response:
        """Read a version with its questions."""
        return self.answer(key)

    @extend_schema(
        operation_id="edit_questionnaire_version",
        tags=TAG,
        request=shapes.VersionBody,
        responses={200: WHOLE, **WRITES},
    )
    def patch(self, request: Request, key: int) -> Response:
        """Write the title and the words above the questions of a draft."""
        version, given = self.version(key), self.body(shapes.VersionBody)
        title = {name: given[name] for name in ("title_zh", "title_en") if name in given}
        if title:
            now = {name: getattr(version.questionnaire, name) for name in ("title_zh", "title_en")}
            design.write_title(version, **(now | title), by=self.caller)
        now = {name: getattr(version, name) for name in ("intro_zh", "intro_en")}
        design.write_intro(version, **{name: given.get(name, text) for name, text in now.items()}, by=self.caller)
        return self.answer(key)


class Questions(DesignView):
    """The questions of a version."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="add_question", tags=TAG, request=shapes.QuestionBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: WHOLE, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """Add a question at the end of a draft."""
        return once(request, lambda: self.write(self.version(key)))


class QuestionView(DesignView):
    """One question."""

    scopes = {"PUT": Scope.TICKETS_WRITE, "DELETE": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="change_question", tags=TAG, request=shapes.QuestionBody, responses={200: WHOLE, **WRITES}
    )
    def put(self, request: Request, key: int) -> Response:
        """Write a question of a draft anew."""
        question = self.question(key)
        return self.write(question.version, question)

    @extend_schema(operation_id="remove_question", tags=TAG, request=None, responses={200: WHOLE, **refusals(422)})
    def delete(self, request: Request, key: int) -> Response:
        """Take a question out of a draft, with those that hang on its answer."""
        question = self.question(key)
        design.remove(question, by=self.caller)
        return self.answer(question.version_id)


class PlaceView(DesignView):
    """The place of a question."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(operation_id="move_question", tags=TAG, request=shapes.PlaceBody, responses={200: WHOLE, **WRITES})
    def post(self, request: Request, key: int) -> Response:
        """Let a question change places with its neighbour."""
        question = self.question(key)
        design.move(question, by=self.caller, **self.body(shapes.PlaceBody))
        return self.answer(question.version_id)


class PublishView(DesignView):
    """The publication of a version."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="publish_questionnaire_version",
        tags=TAG,
        request=None,
        responses={200: WHOLE, **refusals(415, 422)},
    )
    def post(self, request: Request, key: int) -> Response:
        """Fix a version for ever, so that surveys can use it."""
        design.publish(self.version(key), by=self.caller, at=timezone.now())
        return self.answer(key)


class NextView(DesignView):
    """The version that follows."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="begin_next_questionnaire_version", tags=TAG, request=None, responses={201: WHOLE, **refusals(415)}
    )
    def post(self, request: Request, key: int) -> Response:
        """Begin the next version as a copy; an open one is given in its place."""
        return self.answer(design.next_version(self.version(key), by=self.caller).pk, status=201)


urlpatterns = [
    path("questionnaires", Questionnaires.as_view()),
    path("questionnaire-versions/<int:key>", VersionView.as_view()),
    path("questionnaire-versions/<int:key>/questions", Questions.as_view()),
    path("questionnaire-versions/<int:key>/publish", PublishView.as_view()),
    path("questionnaire-versions/<int:key>/next", NextView.as_view()),
    path("questionnaire-questions/<int:key>", QuestionView.as_view()),
    path("questionnaire-questions/<int:key>/place", PlaceView.as_view()),
]
