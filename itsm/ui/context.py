"""The context processor of the shell: computed when a page asks, never for a fragment."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from itsm.ui import navigation

THEMES = ("system", "light", "dark", "contrast")
DENSITIES = ("compact", "normal", "comfortable")
SECTIONS = (("desk", ""), ("processes", _("Processes")), ("management", _("Management")), ("settings", _("Settings")))
#: Groups whose entries are lists of what has pages of its own beneath.
WITHIN = ("processes", "management", "settings")
THEME_WORDS = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark"), "contrast": _("High contrast")}
THEME_ICONS = {"system": "screen", "light": "sun", "dark": "moon", "contrast": "contrast"}


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the rail, ready to be drawn; ``current`` is the value of aria-current, or empty."""

    label: str
    url: str
    icon: str
    key: str
    current: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of the rail."""

    title: str
    links: tuple[Link, ...]


@lru_cache(maxsize=256)
def _rail(sections: tuple[Section, ...], home: str, language: str) -> SafeString:
    """Draw the rail; the same for everybody with the same links, numbers and language on the same page."""
    return render_to_string("parts/rail.html", {"sections": sections, "home": home})


class Shell:
    """Everything the frame of a page shows besides the page."""

    def __init__(self, request: HttpRequest) -> None:
        """This will remember the request; nothing is looked up until a template asks."""
        self.request = request

    @cached_property
    def person(self) -> Any:
        """This will give whoever is signed in, or None."""
        person = getattr(self.request, "user", None)
        return person if person is not None and person.is_authenticated else None

    @cached_property
    def language(self) -> str:
        """This will give the code of the language of this page."""
        return get_language() or "zh-hant"

    @property
    def html_lang(self) -> str:
        """This will give the value of the html element's lang."""
        return "en" if self.language == "en" else "zh-Hant-TW"

    @property
    def other_language(self) -> dict[str, str]:
        """This will name the language the switch leads to, in its own words."""
        if self.language == "en":
            return {"code": "zh-hant", "label": "中文", "lang": "zh-Hant-TW"}
        return {"code": "en", "label": "English", "lang": "en"}

    @cached_property
    def theme(self) -> str:
        """This will give the theme of the person, else of the cookie, else of the system."""
        wanted = getattr(self.person, "theme", "") or self.request.COOKIES.get("theme", "")
        return wanted if wanted in THEMES else "system"

    @property
    def themes(self) -> list[dict[str, object]]:
        """This will list the themes for the menu."""
        return [
            {"code": code, "label": THEME_WORDS[code], "icon": THEME_ICONS[code], "current": code == self.theme}
            for code in THEMES
        ]

    @cached_property
    def density(self) -> str:
        """This will give the height of table rows the person chose."""
        wanted = getattr(self.person, "density", "") or "normal"
        return wanted if wanted in DENSITIES else "normal"

    @property
    def keys(self) -> str:
        """This will tell whether single-key shortcuts are on."""
        return "on" if getattr(self.person, "single_keys", True) else "off"

    @cached_property
    def places(self) -> dict[str, str]:
        """This will give the addresses of the fixed controls."""
        return navigation.places()

    def _link(self, entry: navigation.Entry) -> Link:
        url = entry.url()
        here = self.request.get_full_path() if entry.query else self.request.path
        count = entry.badge(self.person) if entry.badge else None
        current = "page" if here == url else "true" if entry is self._above else ""
        return Link(str(entry.label), url, entry.icon, entry.key, current, count)

    @cached_property
    def _above(self) -> navigation.Entry | None:
        """This will give the entry of the list that this page hangs under: a record under its process."""
        path = self.request.path
        found = [
            entry
            for section in WITHIN
            for entry in navigation.entries_for(self.person, section=section)
            if not entry.query and path.startswith(entry.url())
        ]
        return max(found, key=lambda entry: len(entry.url()), default=None)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """This will list the rail's groups; a group without links is left out."""
        if self.person is None:
            return ()
        groups = [(title, navigation.entries_for(self.person, section=code)) for code, title in SECTIONS]
        return tuple(
            Section(str(title), tuple(self._link(entry) for entry in entries)) for title, entries in groups if entries
        )

    @property
    def rail(self) -> SafeString:
        """This will draw the rail."""
        return _rail(self.sections, self.places.get("home", "/"), self.language)

    @cached_property
    def portal_links(self) -> list[Link]:
        """This will list the few links of the portal's top bar."""
        if self.person is None:
            return []
        return [self._link(entry) for entry in navigation.entries_for(self.person, section="portal")]

    @cached_property
    def phone_links(self) -> list[Link]:
        """This will list the first three desk links for the bar at the foot of a phone."""
        return list(self.sections[0].links[:3]) if self.sections else []

    @cached_property
    def unread(self) -> int:
        """This will count unread notifications."""
        if self.person is None or navigation.REGISTER.unread is None:
            return 0
        return navigation.REGISTER.unread(self.person)

    @cached_property
    def personas(self) -> Sequence[Any]:
        """This will list the people of the demo bar; empty outside the demo."""
        return navigation.REGISTER.personas(self.request) if navigation.REGISTER.personas else ()


def shell(request: HttpRequest) -> dict[str, object]:
    """This will give templates the frame of the page as ``shell``."""
    return {"shell": Shell(request)}
