"""Words in both languages, chosen when they are shown."""

from dataclasses import dataclass

from django.utils.translation import get_language


def pick(zh_hant: str, en: str) -> str:
    """Give the text of the active language, or the other one where it is missing."""
    if (get_language() or "").startswith("zh"):
        return zh_hant or en
    return en or zh_hant


@dataclass(frozen=True)
class Words:
    """A label that is English and Traditional Chinese at once; ``str()`` gives the active language's."""

    en: str
    zh_hant: str

    def __str__(self) -> str:
        return pick(self.zh_hant, self.en)

    def as_json(self) -> dict[str, str]:
        """Give both languages under the codes of the specification."""
        return {"en": self.en, "zh_hant": self.zh_hant}
