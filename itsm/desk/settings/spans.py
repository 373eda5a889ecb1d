"""A field for durations as people write them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.ui.moments import UnreadableDate, read_span

MOST_SECONDS = 315_360_000  # ten years
LONGEST = 16  # characters


def written(seconds: int) -> str:
    """Write seconds the way the field reads them: ``8h 30m``; half minutes as ``0.5m``."""
    hours, rest = divmod(seconds, 3600)
    parts = [f"{hours}h" if hours else "", f"{rest / 60:g}m" if rest else ""]
    return " ".join(part for part in parts if part) or "0m"


class SpanField(forms.Field):
    """Reads ``4h``, ``30m`` or ``8 小時 30 分`` as whole seconds."""

    def __init__(self, *, least: int = 1, **named: Any) -> None:
        self.least = least  # seconds
        named.setdefault("help_text", _("For example 4h, 30m or 8h 30m."))
        super().__init__(**named)

    def prepare_value(self, value: Any) -> Any:
        """Write the seconds of a row; what somebody typed stays as it is."""
        return written(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """Read what was typed; an empty text is None, and a number (which nobody types) is seconds.

        :raises ValidationError: if it is no duration, or none from the least to ten years
        """
        if isinstance(value, int):
            return self._within(value)
        text = str(value or "").strip()
        if not text:
            return None
        try:
            if len(text) > LONGEST:
                raise UnreadableDate
            seconds = int(read_span(text).total_seconds())
        except (UnreadableDate, OverflowError):
            raise ValidationError(gettext("Write a duration such as 4h, 30m or 8h 30m.")) from None
        return self._within(seconds)

    def _within(self, seconds: int) -> int:
        if not self.least <= seconds <= MOST_SECONDS:
            raise ValidationError(gettext("The duration is too short, or longer than ten years."))
        return seconds
