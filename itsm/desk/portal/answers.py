"""What was answered to the form of an order, in the reader's language."""

from __future__ import annotations

from typing import Any

from itsm.flow import pick


def answers_of(case: Any) -> list[dict[str, str]]:
    """This will give each question and answer; nothing for what is no order."""
    return [
        {"label": pick(row["label_zh"], row["label_en"]), "text": pick(row["text_zh"], row["text_en"])}
        for row in getattr(case, "answers", None) or ()
    ]
