"""Every page that a person can open, who opens it there, and which addresses are no pages."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

#: The five main pages, looked at in every combination always.
MAIN = {
    "desk:queue-all": ("agent", "/desk/q/all/?sel={worked}"),
    "record:page": ("agent", "/incidents/{worked}/"),
    "desk:home": ("agent", "/desk/"),
    "portal:home": ("requester", "/portal/"),
    "portal:case": ("requester", "/portal/cases/{resolved}/"),
}
OTHERS = {
    "account:sign_in": ("", "/login/"),
    "account:reset": ("", "/password/reset/"),
    "account:reset_sent": ("", "/password/reset/sent/"),
    "account:reset_confirm": ("", "/password/reset/MQ/none-abc/"),
    "notices:link": ("", "/a/none/"),
    "ui:styleguide": ("administrator", "/styleguide/"),
    "ui:draw:drawings": ("administrator", "/styleguide/drawings/"),
    "account:profile": ("agent", "/me/"),
    "account:password": ("requester", "/me/password/"),
    "account:absence": ("agent", "/me/absence/"),
    "account:sessions": ("requester", "/me/sessions/"),
    "notices:notifications": ("requester", "/notifications/"),
    "notices:preferences": ("agent", "/me/notifications/"),
    "notices:news": ("requester", "/announcements/"),
    "notices:announcements": ("administrator", "/settings/announcements/"),
    "notices:announce": ("administrator", "/settings/announcements/new/"),
    "notices:outbox": ("administrator", "/settings/outbox/"),
    "search:results": ("agent", "/search/?q=公文"),
    "intake:histories": ("administrator", "/reports/history/"),
    "intake:people_import": ("administrator", "/settings/people/import/"),
    "api:tokens": ("agent", "/me/tokens/"),
    "incidents:major": ("agent", "/major/"),
    "incidents:room": ("incident_manager", "/major/{major}/"),
    "incidents:report": ("incident_manager", "/major/{major}/report/"),
    "problems:list": ("agent", "/problems/"),
    "record of a problem": ("problem_manager", "/problems/{problem}/"),
    "step of a problem": ("handler", "/t/{problem}/do/adopt_solution"),
    "problems:candidates": ("problem_manager", "/problems/candidates/"),
    "known:raise": ("agent", "/t/{worked}/problem"),
    "known:list": ("agent", "/known-errors/"),
    "record:page (known error)": ("problem_manager", "/known-errors/{known}/"),
    "record:transition (known error)": ("problem_manager", "/t/{known}/do/retire"),
    "changes:list": ("change_manager", "/changes/"),
    "changes:new": ("engineer", "/changes/new/"),
    "emergency change": ("engineer", "/changes/new/?kind=emergency"),
    "changes:debts": ("change_manager", "/changes/debts/"),
    "changes:unauthorised": ("engineer", "/changes/unauthorised/"),
    "changes:templates": ("change_manager", "/changes/standard/"),
    "changes:propose": ("engineer", "/changes/standard/new/"),
    "changes:template": ("change_manager", "/changes/standard/pool/"),
    "record of a change": ("change_manager", "/changes/{change}/"),
    "changes:write": ("engineer", "/changes/{draft}/edit/"),
    "changes:impact": ("change_manager", "/changes/{change}/impact/"),
    "changes:approvals": ("change_manager", "/changes/{change}/approvals/"),
    "changes:review": ("change_manager", "/changes/{change}/pir/"),
    "changes:run": ("implementer", "/changes/{change}/run/"),
    "portal:report": ("requester", "/portal/report/"),
    "portal:catalogue": ("requester", "/portal/request/"),
    "portal:order": ("requester", "/portal/request/mailbox/"),
    "portal:ask": ("requester", "/portal/ask/"),
    "portal:cases": ("requester", "/portal/cases/"),
    "approvals:list": ("head", "/approvals/"),
    "settings:home": ("administrator", "/settings/"),
    "settings:priorities": ("administrator", "/settings/priorities/"),
    "settings:holds": ("administrator", "/settings/hold-reasons/"),
    "settings:new_hold": ("administrator", "/settings/hold-reasons/new/"),
    "settings:hold": ("administrator", "/settings/hold-reasons/1/"),
    "settings:teams": ("administrator", "/settings/teams/"),
    "settings:new_team": ("administrator", "/settings/teams/new/"),
    "settings:team": ("administrator", "/settings/teams/{team}/"),
    "settings:people": ("administrator", "/settings/people/"),
    "settings:new_person": ("administrator", "/settings/people/new/"),
    "settings:targets": ("administrator", "/settings/targets/"),
    "settings:new_target": ("administrator", "/settings/targets/new/"),
    "settings:ladders": ("administrator", "/settings/ladders/"),
    "settings:new_ladder": ("administrator", "/settings/ladders/new/"),
    "settings:calendars": ("administrator", "/settings/calendars/"),
    "settings:new_calendar": ("administrator", "/settings/calendars/new/"),
    "settings:person": ("administrator", "/settings/people/{person}/"),
    "settings:target": ("administrator", "/settings/targets/{target}/"),
    "settings:ladder": ("administrator", "/settings/ladders/{ladder}/"),
    "settings:new_step": ("administrator", "/settings/ladders/{ladder}/steps/new/"),
    "settings:step": ("administrator", "/settings/ladders/{ladder}/steps/{step}/"),
    "settings:calendar": ("administrator", "/settings/calendars/{calendar}/"),
    "settings:calendar_hours": ("administrator", "/settings/calendars/{calendar}/hours/"),
    "settings:close_day": ("administrator", "/settings/calendars/{calendar}/close/"),
    "notices:announcement": ("administrator", "/settings/announcements/{announcement}/"),
    "notices:mailbox": ("requester", "/mailbox/"),
    "notices:mail": ("requester", "/mailbox/{mail}/"),
    "intake:history": ("administrator", "/reports/history/{source}/"),
    "record:watch": ("agent", "/t/{worked}/watch"),
    "record:add_task": ("agent", "/t/{worked}/task"),
    "record:open_outage": ("agent", "/t/{worked}/outage"),
    "record:add_link": ("agent", "/t/{worked}/link"),
    "record:add_child": ("agent", "/t/{worked}/child"),
    "record:flow": ("engineer", "/incidents/{worked}/flow/"),
    "record:clocks": ("engineer", "/t/{worked}/clocks/"),
    "record:history": ("engineer", "/t/{worked}/history/"),
    "record:transition": ("engineer", "/t/{worked}/do/resolve"),
    "record:assign": ("agent", "/t/{worked}/assign"),
    "record:edit": ("agent", "/t/{worked}/edit"),
    "record:merge": ("agent", "/t/{worked}/merge"),
    "record of a request": ("agent", "/requests/{ordered}/"),
    "desk:queue-mine": ("agent", "/desk/q/mine/"),
    "desk:queue-unassigned": ("agent", "/desk/q/unassigned/"),
    "desk:queue-team": ("agent", "/desk/q/team/"),
    "desk:queue-second-line": ("engineer", "/desk/q/second-line/"),
    "desk:queue-at-risk": ("agent", "/desk/q/at-risk/"),
    "desk:queue-late": ("agent", "/desk/q/late/"),
    "desk:queue-waiting": ("agent", "/desk/q/waiting/"),
    "desk:queue-undecided": ("agent", "/desk/q/undecided/"),
    "desk:queue-done": ("agent", "/desk/q/done/"),
    "desk:queue-incidents": ("agent", "/desk/q/incidents/"),
    "desk:queue-requests": ("agent", "/desk/q/requests/"),
    "desk:queue-problems": ("agent", "/desk/q/problems/"),
    "desk:filters": ("agent", "/desk/q/all/filters/"),
    "desk:new_view": ("agent", "/desk/q/views/new/"),
    "desk:assign": ("agent", "/desk/q/act/assign/?pick={worked}"),
    "desk:grade": ("agent", "/desk/q/act/grade/?pick={worked}"),
    "desk:steps": ("agent", "/desk/q/act/steps/?pick={worked}"),
    "desk:triage": ("agent", "/desk/triage/"),
    "desk:new": ("agent", "/desk/new/"),
    "desk:peek": ("agent", "/t/{worked}/peek"),
    "a page that is not there": ("agent", "/nowhere/"),
    "a page that is not theirs": ("requester", "/desk/"),
}
PAGES = MAIN | OTHERS
#: What of them is answered with another status than 200.
REFUSED = {"/nowhere/": 404, "/a/none/": 404, "/desk/": 403}
#: Addresses that answer with a redirection, a fragment, a file or words for machines.
NO_PAGES = {
    "livez", "readyz", "search:palette", "incidents:live", "record:anywhere", "record:find", "record:file", "record:picture",
    "record:end_task", "record:end_outage", "desk:start", "desk:write", "desk:queue", "desk:rows", "desk:new_people", "desk:new_about",
    "desk:new_alike", "settings:calendar_file",
    "changes:look", "changes:look_at", "changes:blame", "changes:add_step", "changes:extend", "changes:mark_step",
    "changes:remove_step", "changes:baseline", "changes:unchanged",
    "intake:rejected_csv", "intake:rejected_xlsx",
}  # fmt: skip


def named_routes() -> Iterator[tuple[str, str]]:
    """Give the name and the pattern of every route, without those of the REST interface and of Django's admin."""
    yield from _routes(get_resolver(), "", "")


def _routes(resolver: URLResolver, before: str, space: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", pattern
        elif not pattern.startswith(("admin/", "api/v1/")):
            yield from _routes(entry, pattern, f"{space}{entry.namespace}:" if entry.namespace else space)
