"""Whether a case shows what a problem or known error is about: the same component, or like words."""

from __future__ import annotations

from itsm.tickets.words import likeness

#: Share of common words from which two subjects count as alike; triage takes the same.
ALIKE = 0.3


def match(*, title: str, component: str, of_title: str, of_component: str, symptoms: str = "") -> str:
    """Say by what they match: component, words, or empty for not at all."""
    if component and component.strip().lower() == of_component.strip().lower():
        return "component"
    if max(likeness(title, of_title), likeness(title, symptoms[:200])) >= ALIKE:
        return "words"
    return ""
