"""A browser for every test that needs one, and axe to look at its pages."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

AXE = Path(__file__).with_name("ui_kit") / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What the driver leaves out itself, since only the last list counts; and the two pages that the browser loads for its address
#: bar in every new window, which took more of the processor's time than the window's own first page.
LEFT_OUT = [
    "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
]  # fmt: skip
ARGUMENTS = ["--no-sandbox", f"--disable-features={','.join(LEFT_OUT)}"]

Open = Callable[..., Page]


#: The browser of this run: a module that imports the fixture shares it, because one process can drive only one.
RUNNING: list[Browser] = []


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, once for all tests."""
    if RUNNING:
        yield RUNNING[0]
        return
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the driver's event loop runs in this thread
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        RUNNING.append(browser)
        expect.set_options(timeout=15_000)  # as long as any other step may take on a loaded machine
        yield browser
        RUNNING.clear()
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def is_fault(line: ConsoleMessage) -> bool:
    """Tell a script's fault from an answer that says by its status that it is not there, not open or not accepted."""
    refused = any(f"status of {status}" in line.text for status in (403, 409, 422))
    return line.type == "error" and not refused and not (line.page and line.location["url"] == line.page.url)


@pytest.fixture
def visit(chromium: Browser, live_server: object) -> Iterator[Open]:
    """Open a page in a language, a theme and a width; its scripts may not fail."""
    contexts, faults = [], []

    def go(
        path: str, *, language: str = "en", theme: str = "light", width: int = 1440, csp: bool = True, session: str = "",
        scripts: bool = True,
    ) -> Page:  # fmt: skip
        address = str(live_server)
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, bypass_csp=not csp, java_script_enabled=scripts
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        cookies = {"django_language": language, "theme": theme} | ({"sessionid": session} if session else {})
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if is_fault(line) else None)
        page.goto(address + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert faults == []


#: Axe cannot see which shape stands behind the letters of a drawing; test_tokens.py computes those pairs. What passes is not listed.
LOOK = """async (rules) => {
  const result = await axe.run({runOnly: rules, elementRef: true, resultTypes: ["violations", "incomplete"]});
  const drawn = (rule, node) => rule.id === "color-contrast" && node.element?.closest("svg");
  const open = result.incomplete.filter((rule) => ["serious", "critical"].includes(rule.impact));
  return [...result.violations, ...open].flatMap((rule) =>
    rule.nodes.filter((node) => result.violations.includes(rule) || !drawn(rule, node)).map((node) => `${rule.id}: ${node.target}`));
}"""


def faults_found(page: Page) -> list[str]:
    """Let axe look at a page: violations, and what it could not judge where that would be serious."""
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.evaluate("innerWidth"), "height": tall})  # nothing lies under a fixed bar
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(LOOK, RULES)
    return found
