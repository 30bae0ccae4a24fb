"""Selectables through which reports join what learning holds: no report imports its tables."""

from sqlalchemy import select

from lms.learning.models import ActivityState, Completion, LearningEvent, Registration

REGISTRATIONS = select(
    Registration.id,
    Registration.enrolment_id,
    Registration.user_id,
    Registration.course_id,
    Registration.version_id,
    Registration.sort_name,
    Registration.started_at,
    Registration.changed_at,
    Registration.status,
    Registration.progress,
    Registration.completed_at,
).subquery("registered")

COMPLETIONS = select(Completion.registration_id, Completion.at, Completion.score, Completion.evidence).subquery(
    "completed"
)

STATES = select(
    ActivityState.registration_id,
    ActivityState.activity_key,
    ActivityState.status,
    ActivityState.score,
    ActivityState.evidence,
    ActivityState.changed_at,
).subquery("activity")

EVENTS = select(
    LearningEvent.registration_id,
    LearningEvent.activity_key,
    LearningEvent.attempt_id,
    LearningEvent.page_load,
    LearningEvent.number,
    LearningEvent.kind,
    LearningEvent.body,
    LearningEvent.outcome,
    LearningEvent.reason,
    LearningEvent.occurred_at,
    LearningEvent.received_at,
    LearningEvent.actor_id,
).subquery("event")
