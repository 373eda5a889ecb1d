"""Signing in and out, password, sessions and profile."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from itsm.desk.account.devices import device
from itsm.desk.account.forms import AbsenceForm, ProfileForm, ResetForm, SignInForm
from itsm.people.models import Absence, OpenSession
from itsm.people.requests import PersonRequest


@method_decorator([never_cache, login_not_required], name="dispatch")
class SignIn(auth_views.LoginView):
    """The sign-in page; a good sign-in gets a new session that its owner can see."""

    template_name = "account/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Open the session and remember it."""
        response = super().form_valid(form)
        request = self.request
        OpenSession.objects.update_or_create(
            session_key=request.session.session_key or "",
            defaults={
                "person": form.get_user(), "since": timezone.now(), "address": request.META.get("REMOTE_ADDR"),
                "browser": request.headers.get("User-Agent", "")[:200],
            },
        )  # fmt: skip
        return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    OpenSession.objects.filter(session_key=request.session.session_key or "").delete()
    logout(request)
    return redirect("account:sign_in")


@method_decorator(login_not_required, name="dispatch")
class Reset(auth_views.PasswordResetView):
    """Ask for a link; the answer does not tell whether the address is known."""

    template_name = "account/reset.html"
    form_class = ResetForm
    success_url = reverse_lazy("account:reset_sent")


@method_decorator(login_not_required, name="dispatch")
class ResetSent(auth_views.PasswordResetDoneView):
    """Says where to look."""

    template_name = "account/reset_sent.html"


@method_decorator(login_not_required, name="dispatch")
class ResetConfirm(auth_views.PasswordResetConfirmView):
    """Choose a new password by the link; it works once, for an hour."""

    template_name = "account/reset_confirm.html"
    success_url = reverse_lazy("account:sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it and end every other session of the person."""
        end_sessions(form.user.pk, but="")
        messages.success(self.request, _("Password changed. Sign in with it now."))
        return super().form_valid(form)


class ChangePassword(auth_views.PasswordChangeView):
    """Choose a new password, knowing the present one."""

    template_name = "account/password.html"
    success_url = reverse_lazy("account:profile")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the frame."""
        return super().get_context_data(**kwargs) | {"base": base_of(cast("PersonRequest", self.request))}

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it and end every other session; this one goes on under a new key."""
        before = self.request.session.session_key or ""
        response = super().form_valid(form)
        now = self.request.session.session_key or ""
        OpenSession.objects.filter(session_key=before).update(session_key=now)
        end_sessions(form.user.pk, but=now)
        messages.success(self.request, _("Password changed. Other sessions were ended."))
        return response


def base_of(request: PersonRequest) -> str:
    """Name the frame that the person's pages stand in: the desk's or the portal's."""
    return "base.html" if request.user.is_worker else "portal_base.html"


def end_sessions(person_id: int, *, but: str) -> None:
    """End every session of a person except the one with the key ``but``."""
    keys = OpenSession.objects.filter(person=person_id).exclude(session_key=but)
    Session.objects.filter(session_key__in=keys.values("session_key")).delete()
    keys.delete()


@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    """One's own settings."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Settings saved."))
        return redirect("account:profile")
    absences = (
        Absence.objects.filter(person=request.user, ends_on__gte=timezone.localdate())
        .select_related("deputy")
        .order_by("starts_on", "pk")
    )
    context = {"form": form, "absences": absences, "base": base_of(request)}
    return render(request, "account/profile.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def absence(request: PersonRequest) -> HttpResponse:
    """Name a deputy for some days."""
    form = AbsenceForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Absence saved."))
        return redirect("account:profile")
    return render(
        request, "account/absence.html", {"form": form, "base": base_of(request)}, status=422 if form.errors else 200
    )


@require_POST
def end_absence(request: PersonRequest, pk: int) -> HttpResponse:
    """Take an absence of one's own back."""
    get_object_or_404(Absence, pk=pk, person=request.user).delete()
    return redirect("account:profile")


def sessions(request: PersonRequest) -> HttpResponse:
    """One's open sessions."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    mine = OpenSession.objects.filter(person=request.user, session_key__in=living)
    return render(
        request,
        "account/sessions.html",
        {
            "sessions": [(one, device(one.browser)) for one in mine],
            "current": request.session.session_key,
            "base": base_of(request),
        },
    )


@require_POST
def end_session(request: PersonRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions."""
    one = get_object_or_404(OpenSession, pk=pk, person=request.user)
    Session.objects.filter(session_key=one.session_key).delete()
    one.delete()
    messages.success(request, _("Session ended."))
    return redirect("account:sessions")
