"""Settings, all from the environment; the defaults run the embedded servers on this machine only."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from celery.schedules import crontab

from itsm.embedded import addresses

django_stubs_ext.monkeypatch()  # lets forms and admin classes name their model: ModelForm[Person]
env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# --- where we are seen --------------------------------------------------------------------
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SUPPORT_PHONE: str = env.str("SUPPORT_PHONE", default="")  # shown in the portal beside the opening hours
HTTPS = SITE_URL.startswith("https://")
BIND = env.str("BIND", default="127.0.0.1")
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or addresses.secret_key(VAR_DIR)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[]) or [
    urlsplit(SITE_URL).hostname or "localhost",
    "127.0.0.1",
    "localhost",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DEMO_PUBLIC = env.bool("DEMO_PUBLIC", default=False)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DEMO_MODE = env.bool(  # demo logins exist only where nobody else can reach them, or when that was said aloud
    "DEMO_MODE", default=DEMO_PUBLIC or (BIND in LOOPBACK and urlsplit(SITE_URL).hostname in LOOPBACK)
)
SHARED_DIR = Path(env.str("SHARED_DIR", default=str(BASE_DIR.parent / "shared")))  # optional, tests only

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

# --- what it is made of -------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "pgtrigger",
    "pghistory",
    "itsm.ui",
    "itsm.api",
    "itsm.hours",
    "itsm.people",
    "itsm.records",
    "configuration",
    "catalogue",
    "itsm.tickets",
    "itsm.notices",
    "itsm.search",
    "sla",
    "problems",
    "incidents",
    "changes",
    "releases",
    "relationships",
    "itsm.desk",
    "itsm.intake",
    "itsm.reporting",
    "itsm.service_reports",
    "itsm.demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "itsm.ui.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "itsm.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "itsm.ui.middleware.PersonMiddleware",
    "itsm.ui.letters.LettersMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "itsm.ui.middleware.AvailabilityMiddleware",
]
ROOT_URLCONF = "itsm.urls"
WSGI_APPLICATION = "itsm.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "itsm.ui.context.shell",
            ]
        },
    }
]

# --- where it keeps things ----------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default="") or addresses.database_url(VAR_DIR)
DATABASES: dict[str, Any] = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
if socket_dir := DATABASES["default"]["OPTIONS"].pop("host", ""):  # a URL of a socket names it as ?host=, as libpq does
    DATABASES["default"]["HOST"] = socket_dir
REDIS_URL = env.str("REDIS_URL", default="") or addresses.redis_url(VAR_DIR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR_DIR / "media"
# how long before and after its approved window a change or release may begin
WINDOW_GRACE = timedelta(minutes=env.int("WINDOW_GRACE_MINUTES", default=15))
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=25 * 1024 * 1024)
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "itsm.ui.bundle.BundleFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str("STATICFILES_BACKEND", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "jpg", "jpeg", "png", "gif", "webp", "gz", "br", "woff", "woff2"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- people -------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
PASSWORD_RESET_TIMEOUT = 3600
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["itsm.desk.account.backend.NameOrMailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- words and time -----------------------------------------------------------------------
LANGUAGES = [("zh-hant", "繁體中文"), ("en", "English")]
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="zh-hant")
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["itsm.ui.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Taipei")

# --- what runs beside the web -------------------------------------------------------------
CELERY_BROKER_URL = addresses.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "health_check_interval": 25,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "sweep": {"task": "sla.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "rounds": {"task": "sla.tasks.tend", "schedule": 5.0, "options": {"expires": 5}},
    "board": {"task": "changes.tasks.tend_board", "schedule": 300.0, "options": {"expires": 240}},
    "availability": {"task": "sla.tasks.tend_availability", "schedule": 3600.0, "options": {"expires": 600}},
    "maintenance": {"task": "incidents.tasks.tend_maintenance", "schedule": 3600.0, "options": {"expires": 600}},
    "proposals": {"task": "problems.tasks.propose", "schedule": 3600.0, "options": {"expires": 600}},
    "imports": {"task": "itsm.intake.tasks.go_on", "schedule": 10.0, "options": {"expires": 10}},
    "mail": {"task": "itsm.intake.tasks.read_mail", "schedule": 30.0, "options": {"expires": 30}},
    "figures": {"task": "itsm.reporting.tasks.count_figures", "schedule": 5.0, "options": {"expires": 5}},
    "cells": {"task": "itsm.reporting.tasks.feed_cells", "schedule": 10.0, "options": {"expires": 10}},
    "recount": {
        "task": "itsm.reporting.tasks.nightly_recount",
        "schedule": crontab(hour=18, minute=40),
    },  # 02:40 in Taipei
    "simulations": {"task": "sla.tasks.simulate", "schedule": 5.0, "options": {"expires": 5}},
    "learning": {"task": "sla.tasks.learn", "schedule": crontab(hour=19, minute=10)},  # 03:10 in Taipei
    "chances": {"task": "sla.tasks.reckon_chances", "schedule": 300.0, "options": {"expires": 240}},
    "lives": {"task": "sla.tasks.part_lives", "schedule": 600.0, "options": {"expires": 500}},
    "report work": {"task": "itsm.service_reports.tasks.go_on", "schedule": 5.0, "options": {"expires": 5}},
    "reports": {"task": "itsm.service_reports.tasks.tend", "schedule": 3600.0, "options": {"expires": 600}},
    "outbox": {"task": "itsm.notices.tasks.deliver", "schedule": 5.0, "options": {"expires": 5}},
}

# --- PDF of pages -------------------------------------------------------------------------
PDF_WITH: list[str] = env.list(
    "PDF_WITH", default=["weasyprint", "chromium"]
)  # the first that is here; none: the print page
CHROMIUM: str = env.str("CHROMIUM", default="")  # the browser's program; else it is looked for on the path
PDF_SECONDS: int = env.int("PDF_SECONDS", default=120)  # after so long a printing is ended

# --- mail ---------------------------------------------------------------------------------
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="itsm.notices.mailbox.LocalMailboxBackend")
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="servicedesk@example.org")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
#: The mailbox whose unread mails are fetched, like imaps://name:password@host/INBOX; empty: none is.
MAIL_IN_URL = env.str("MAIL_IN_URL", default="")

# --- REST ---------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "itsm.api.authentication.TokenAuthentication",
        "itsm.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["itsm.api.permissions.MayUseApi"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "itsm.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Service desk",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "itsm.api.schema.summarise"],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "ActionState": "relationships.survey_models.ImprovementAction.State",
        "AttributeKind": "configuration.models.CiAttribute.Kind",
        "CaseMatter": "incidents.judgement_models.JudgementCheck.Matter",
        "ClockMeasure": ["response", "resolution", "fulfilment", "update", "acceptance", "handling"],
        "ClockMetric": "sla.settings_models.Metric",
        "ClockState": "sla.models.Clock.State",
        "CommentKind": "itsm.tickets.models.Comment.Kind",
        "ChangeClass": "changes.models.Change.ChangeClass",
        "ChangeClassRuled": "changes.rule_models.ClassRule.Into",
        "ChangeItemStanding": [("affected", "Affected"), ("not_affected", "Not affected")],
        "ChangeItemStandingSaid": [
            ("affected", "Affected"),
            ("not_affected", "Not affected"),
            ("unchanged", "Affected, its data unchanged"),
        ],
        "ChangeOutcome": "changes.models.Change.Outcome",
        "ChangeOutcomeGiven": [("successful", "Successful"), ("with_issues", "With issues"), ("failed", "Failed")],
        "DeploymentEnvironment": "releases.models.Environment",
        "FeedbackKind": "relationships.models.Feedback.Kind",
        "ItemEnvironment": "configuration.models.ConfigurationItem.Environment",
        "LinkKind": "itsm.records.models.LinkKind",
        "LinkKindByHand": "itsm.desk.record.api_links.KINDS",
        "PromiseMetric": "sla.models.Promise.Metric",
        "PromiseMode": "sla.models.Promise.Mode",
        "RelationImpact": "configuration.models.RelationType.Impact",
        "ReleaseKind": "releases.models.Release.Type",
        "ReleaseKindGiven": [("major", "Major"), ("minor", "Minor"), ("emergency", "Emergency")],
        "ReleaseMethod": "releases.models.Release.Method",
        "ReleaseMethodGiven": [
            ("big_bang", "All at once"),
            ("phased", "In phases"),
            ("pilot", "Pilot first"),
            ("blue_green", "Blue-green"),
        ],
        "ReleaseOutcome": "releases.models.Release.Outcome",
        "ChangeStepKind": "changes.models.Step.Kind",
        "RemedyKind": "sla.models.Remedy.Kind",
        "RiskPoints": [("1", "1 low"), ("3", "3 medium"), ("5", "5 high")],
        "SignatureAnswer": "sla.models.SignatureRequest.Answer",
        "SignatureAnswerGiven": [("signed", "signed"), ("declined", "declined")],
        "SignatureSide": "sla.models.Signatory.Side",
        "YesOrNo": [("yes", "Yes"), ("no", "No")],
        "ProblemOutcome": "problems.models.Problem.Outcome",
        "ProblemOrigin": "problems.models.Problem.Origin",
        "ProblemOriginByHand": "problems.api_shapes.BY_HAND_CHOICES",
        "ComplaintNature": "relationships.models.Complaint.Nature",
        "ComplaintOrigin": "relationships.models.Complaint.Origin",
        "ComplaintNatureGiven": [
            ("attitude", "Attitude"),
            ("timeliness", "Timeliness"),
            ("quality", "Quality"),
            ("communication", "Communication"),
            ("price", "Price"),
            ("policy", "Rules and policy"),
        ],
        "ComplaintOriginGiven": [
            ("portal", "Portal"),
            ("phone", "Phone"),
            ("letter", "Letter or e-mail"),
            ("meeting", "Meeting"),
            ("survey", "Satisfaction survey"),
        ],
        "CorrectionSource": "configuration.models.Correction.Source",
        "QuestionKind": "relationships.questionnaire_models.Question.Kind",
        "SurveyMode": "relationships.survey_models.SurveyCampaign.Mode",
        "SimulatedMetric": ["response", "resolution", "fulfilment", "acceptance", "handling"],
        "SimulatedVerdict": ["met", "missed", "open", "cancelled", "none"],
        "SimulationState": "sla.simulation_models.SimulationRun.State",
        "InvoiceKind": "relationships.spending_models.SupplierInvoice.Kind",
        "InvoiceState": "relationships.spending_models.SupplierInvoice.State",
        "InvoiceDecision": [("approve", "approve"), ("refuse", "refuse")],
        "SupplierCaseOutcome": [
            ("solved", "Solved by the supplier"),
            ("advice", "Advice given"),
            ("no_help", "No help"),
            ("refused", "Refused"),
        ],
        "ServiceKind": "catalogue.models.Service.Kind",
        "CriterionResultGiven": [("passed", "passed"), ("failed", "failed")],
        "BallotPurpose": "changes.board_models.Ballot.Purpose",
        "CustomerContactKind": "relationships.customer_models.CustomerContact.Kind",
        "FormFieldKind": [(kind, kind) for kind in ("choice", "ci", "date", "file", "person", "text")],
        "AuditKind": "configuration.models.VerificationAudit.Kind",
        "AuditFindKind": "configuration.models.AuditFind.Kind",
        "AuditItemResult": "configuration.models.AuditItem.Result",
        "AuditLineResult": "configuration.models.AuditLine.Result",
        "ImportRowKind": "configuration.models.ImportRow.Kind",
        "ImportState": "configuration.models.ImportBatch.State",
        "BoardDecision": "changes.board_models.CabItem.Decision",
        "ExclusionDecision": [("approve", "approve"), ("reject", "reject")],
        "ExclusionState": "sla.models.ExclusionClaim.State",
        "OutageKind": "itsm.tickets.models.Outage.Kind",
        "OutageSignalKind": [("unplanned", "unplanned"), ("degraded", "degraded")],
        "ReportState": "itsm.service_reports.models.ReportIssue.State",
        "ReportPeriod": "itsm.service_reports.kinds.CHOICES",
        "ReportVerdict": "itsm.service_reports.models.ReportResult.Verdict",
        "OutageSignalState": [("down", "down"), ("up", "up")],
        "DifferenceKind": ["added", "gone", "changed", "joined", "parted"],
        "Level": [("1", "High"), ("2", "Medium"), ("3", "Low")],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"refused": {"()": "itsm.logs.RefusedWithoutTrace"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refused"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
