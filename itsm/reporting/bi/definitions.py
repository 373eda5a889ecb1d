"""The views that other programs may read: what each row is, each column, and the statement.

No names, subjects or texts of people stand in them; confidential cases are left out; of answers to surveys only counts of five
and more. Places are told by code. A column that goes or changes its meaning is a new view, never a silent change.
"""

from __future__ import annotations

from itsm.reporting.bi.service_levels import SERVICE_LEVELS
from itsm.reporting.bi.shape import View

_OPEN_TO_ALL = "NOT t.confidential"
_TICKET = """records_record r JOIN tickets_ticket t ON t.record_ptr_id = r.id
  LEFT JOIN catalogue_service s ON s.id = t.service_id LEFT JOIN people_team m ON m.id = t.team_id"""


def _beside_a_case(table: str, alias: str) -> str:
    """Give where the columns come from that one kind of case has beside those of all: its open rows."""
    return f"{table} {alias} JOIN tickets_ticket t ON t.record_ptr_id = {alias}.ticket_ptr_id WHERE {_OPEN_TO_ALL}"


VIEWS = (
    View("cases", "a case of any process", (
        ("case_id", "r.id", "key of the case"),
        ("number", "r.number::text", "number"),
        ("kind", "r.kind::text", "process: incident, service_request, problem, change, release, complaint, supplier_case"),
        ("state", "t.state::text", "state of its machine"),
        ("phase", "t.phase::text", "new, working, waiting, done"),
        ("service", "s.code::text", "code of the service"),
        ("team", "m.code::text", "code of the team that has it now"),
        ("category", "c.code::text", "code of the category"),
        ("unit", "u.code::text", "code of the requester's unit"),
        ("channel", "t.channel::text", "how it came"),
        ("impact", "t.impact::int", "1 high to 3 low"),
        ("urgency", "t.urgency::int", "1 high to 3 low"),
        ("priority", "t.priority::int", "1 highest to 5"),
        ("received_at", "t.received_at", "received"),
        ("first_response_at", "t.first_response_at", "first answer by a person"),
        ("resolved_at", "t.resolved_at", "resolved or fulfilled"),
        ("closed_at", "t.closed_at", "closed"),
        ("closure_code", "t.closure_code::text", "how it ended"),
        ("confirmation", "t.confirmation::text", "who confirmed it; timer: nobody answered"),
        ("reopen_count", "t.reopen_count::int", "times reopened"),
        ("bounce_count", "t.bounce_count::int", "times sent back between teams"),
        ("is_imported", "t.source <> ''", "comes of an imported history"),
    ), f"""{_TICKET}
  LEFT JOIN catalogue_category c ON c.id = t.category_id LEFT JOIN people_organisation u ON u.id = t.unit_id
WHERE {_OPEN_TO_ALL}"""),
    View("transitions", "one move of a case from state to state", (
        ("transition_id", "e.id", "key of the move"),
        ("case_id", "e.record_id", "key of the case"),
        ("name", "e.name::text", "transition"),
        ("machine", "e.machine::text", "machine it belongs to"),
        ("from_state", "e.source::text", "state before"),
        ("to_state", "e.target::text", "state after"),
        ("at", "e.at", "when"),
        ("by_person", "e.actor_id IS NOT NULL", "made by a person, not by the system"),
        ("channel", "e.channel::text", "through which interface"),
    ), f"""records_event e JOIN tickets_ticket t ON t.record_ptr_id = e.record_id WHERE e.kind = 'move' AND {_OPEN_TO_ALL}"""),
    View("promises", "one measured promise (clock) of a case in one cycle", (
        ("promise_id", "k.id", "key of the clock"),
        ("case_id", "k.record_id", "key of the case"),
        ("measure", "k.metric::text", "response, resolution, fulfilment, update; acceptance and handling between teams"),
        ("cycle", "k.cycle::int", "1, and one more after each reopening"),
        ("result", "k.state::text", "running, paused, soft, met, missed, lifted, cancelled"),
        ("target_seconds", "k.target_seconds", "target in agreed seconds"),
        ("elapsed_seconds", "k.elapsed_seconds", "used agreed seconds, pauses taken out"),
        ("paused_seconds", "k.paused_seconds", "agreed seconds in which it stood still"),
        ("started_at", "k.started_at", "start"),
        ("due_at", "k.due_at", "due"),
        ("stopped_at", "k.stopped_at", "stop"),
        ("breached_at", "k.breached_at", "when the target was missed"),
    ), f"""sla_clock k JOIN tickets_ticket t ON t.record_ptr_id = k.record_id
WHERE NOT k.is_deadline AND k.carried_to_id IS NULL AND {_OPEN_TO_ALL}"""),
    View("stays", "one stay of a case with a team", (
        ("stay_id", "a.id", "key of the stay"),
        ("case_id", "a.ticket_id", "key of the case"),
        ("team", "w.code::text", "code of the team"),
        ("tier", "w.tier::int", "1 desk, 2 second line"),
        ("assigned_at", "a.assigned_at", "given"),
        ("accepted_at", "a.accepted_at", "accepted"),
        ("done_at", "a.done_at", "ended or passed on"),
    ), f"""tickets_assignment a JOIN tickets_ticket t ON t.record_ptr_id = a.ticket_id JOIN people_team w ON w.id = a.team_id
WHERE {_OPEN_TO_ALL}"""),
    View("incidents", "what an incident has beside a case", (
        ("case_id", "i.ticket_ptr_id", "key of the case"),
        ("occurred_at", "i.occurred_at", "outage began"),
        ("restored_at", "i.restored_at", "service restored"),
        ("resolution_code", "i.resolution_code::text", "how it was solved"),
        ("resolved_tier", "i.resolved_tier::int", "line that solved it"),
        ("major_status", "i.major_status::text", "none, proposed, declared, restored, reviewed, demoted"),
        ("affected_users", "i.affected_users", "users affected"),
    ), _beside_a_case("incidents_incident", "i")),
    View("changes", "what a change has beside a case", (
        ("case_id", "x.ticket_ptr_id", "key of the case"),
        ("change_class", "x.change_class::text", "standard, minor, major, emergency"),
        ("outcome", "x.outcome::text", "successful, with_issues, failed, backed_out, cancelled"),
        ("is_unauthorised", "x.is_unauthorised", "found without authorisation"),
        ("window_start", "x.window_start", "planned begin"),
        ("window_end", "x.window_end", "planned end"),
        ("actual_start", "x.actual_start", "work began"),
        ("actual_end", "x.actual_end", "work ended"),
    ), _beside_a_case("changes_change", "x")),
    View("releases", "what a release has beside a case", (
        ("case_id", "x.ticket_ptr_id", "key of the case"),
        ("release_type", "x.release_type::text", "major, minor, emergency"),
        ("outcome", "x.outcome::text", "how it ended"),
        ("planned_end", "x.planned_end", "planned end"),
        ("actual_end", "x.actual_end", "work ended"),
    ), _beside_a_case("releases_release", "x")),
    View("problems", "what a problem has beside a case", (
        ("case_id", "x.ticket_ptr_id", "key of the case"),
        ("origin", "x.origin::text", "where it came from"),
        ("outcome", "x.outcome::text", "how it ended"),
    ), _beside_a_case("problems_problem", "x")),
    View("links", "a typed link between two cases", (
        ("source_case_id", "l.source_id", "case where it begins"),
        ("target_case_id", "l.target_id", "case where it ends"),
        ("kind", "l.kind::text", "kind of the link"),
        ("created_at", "l.created_at", "made"),
    ), """records_link l JOIN tickets_ticket t ON t.record_ptr_id = l.source_id JOIN tickets_ticket o ON o.record_ptr_id = l.target_id
WHERE NOT t.confidential AND NOT o.confidential"""),
    View("configuration_items", "a configuration item as it is recorded now", (
        ("item_id", "i.record_ptr_id", "key of the item"),
        ("number", "r.number::text", "number"),
        ("class", "k.code::text", "code of its class"),
        ("state", "i.state::text", "state of its life"),
        ("environment", "i.environment::text", "environment"),
        ("last_verified_at", "i.last_verified_at", "verified last"),
        ("changed_at", "i.changed_at", "changed last"),
    ), """configuration_configurationitem i JOIN records_record r ON r.id = i.record_ptr_id
  JOIN configuration_ciclass k ON k.id = i.ci_class_id"""),
    View("satisfaction", "the answers on one scale of one survey in one month, five and more only", (
        ("survey", "q.number::text", "number of the survey"),
        ("scale", "q.scale::text", "scale (1 to 5), nps (0 to 10), ces"),
        ("month", "q.month", "first day of the month in which they came back"),
        ("answers", "q.answers", "number of answers"),
        ("mean", "q.mean", "mean, two decimals"),
        ("satisfied", "q.satisfied", "answers of 4 and 5 on the scale of 1 to 5"),
    ), """(SELECT n.number, u.kind AS scale, date_trunc('month', p.submitted_on)::date AS month, count(*) AS answers,
    round(avg(w.value), 2) AS mean, count(*) FILTER (WHERE u.kind = 'scale' AND w.value >= 4) AS satisfied
  FROM relationships_answer w JOIN relationships_surveyresponse p ON p.record_ptr_id = w.response_id
  JOIN records_record n ON n.id = p.campaign_id JOIN relationships_question u ON u.id = w.question_id
  WHERE w.value IS NOT NULL AND p.state IN ('submitted', 'registered', 'complained')
  GROUP BY 1, 2, 3 HAVING count(*) >= 5) q"""),
    View("services", "a service of the catalogue", (
        ("code", "s.code::text", "code"),
        ("name_zh", "s.name_zh::text", "Chinese name"),
        ("name_en", "s.name_en::text", "English name"),
        ("is_active", "s.is_active", "in use"),
    ), "catalogue_service s"),
    View("teams", "a team", (
        ("code", "w.code::text", "code"),
        ("name_zh", "w.name_zh::text", "Chinese name"),
        ("name_en", "w.name_en::text", "English name"),
        ("tier", "w.tier::int", "1 desk, 2 second line"),
        ("is_active", "w.is_active", "in use"),
    ), "people_team w"),
    View("days", "the roll-up: how many, by day and dimensions; confidential cases are counted in it", (
        ("measure", "d.measure::text",
         "received, resolved, closed, open, reopened, major, response, resolution, fulfilment, change, release"),
        ("day", "d.day", "day of the site; of open cases the day of receipt"),
        ("kind", "d.kind::text", "process"),
        ("service", "s.code::text", "code of the service"),
        ("team", "w.code::text", "code of the team"),
        ("priority", "nullif(d.priority, 0)::int", "priority"),
        ("outcome", "d.outcome::text", "met or missed, how a change ended, silent for what nobody confirmed, channel of what was received"),
        ("amount", "d.amount", "how many"),
    ), """reporting_daycell d LEFT JOIN catalogue_service s ON s.id = d.service LEFT JOIN people_team w ON w.id = d.team
WHERE d.slice = 'full'"""),
    View("targets", "what a figure of the dictionary aims at from a day on", (
        ("figure", "g.key::text", "key of the figure"),
        ("value", "g.value", "per cent, hours or number; empty: no target"),
        ("since", "g.since", "in force from"),
    ), "reporting_kpitarget g"),
    *SERVICE_LEVELS,
)  # fmt: skip
