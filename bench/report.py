"""The figures as tables of Markdown, with the targets beside them."""

from __future__ import annotations

from typing import Any

from bench import clocks, cmdb, conflicts, dashboards, memory, pages, reports, simulator, worktime

HEAD = (
    "| page | p50 ms | p95 ms | requests/s | p50 ms, 8 clients | p95 ms, 8 clients | requests/s, 8 clients | SQL | bytes "
    "| ratio to floor | target | fastest of four other desks, ms | ahead |\n|---|" + "---:|" * 12 + "\n"
)
#: The parts that compare themselves with their targets.
PARTS: dict[str, Any] = {
    "conflicts": conflicts, "dashboards": dashboards, "simulator": simulator, "reports": reports, "cmdb": cmdb,
}  # fmt: skip


def text(found: dict[str, Any]) -> str:
    """Write everything that was measured, and what missed its target."""
    parts = [f"{found['tickets']:,} cases; {found['machine']}\n\n"]
    if "pages" in found:
        figures = found["pages"]["figures"]
        parts += [HEAD, *(row(page, figures) for page in (pages.FLOOR, *pages.PAGES)), "\n"]
    for name in ("clocks", "worktime", "memory", "cmdb", "conflicts", "dashboards", "simulator", "reports"):
        if name in found:
            parts += [f"| {name} | |\n|---|---:|\n"]
            parts += [f"| {key.replace('_', ' ')} | {written(value)} |\n" for key, value in found[name].items()] + [
                "\n"
            ]
    parts += [f"MISSED: {sentence}\n" for sentence in missed(found)]
    return "".join(parts)


def written(value: float | str) -> str:
    """Write a number with its thousands apart, and a word as it is."""
    return value if isinstance(value, str) else f"{value:,}"


def row(page: pages.Page, figures: dict[str, Any]) -> str:
    """Write the line of one page."""
    one, eight = figures[page.name]["1"], figures[page.name]["8"]
    cells = [
        page.name,
        one["p50_ms"],
        one["p95_ms"],
        one["per_second"],
        eight["p50_ms"],
        eight["p95_ms"],
        eight["per_second"],
    ]
    cells += [statements(page, figures), f"{one['bytes']:,}"]
    if page is pages.FLOOR:
        cells += ["1.0", "", "", ""]
    else:
        cells += [ratio(page, figures), f"≤ {page.ratio}", page.other, f"{(page.other or 0) / one['p50_ms']:.1f}x"]
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


def statements(page: pages.Page, figures: dict[str, Any]) -> str:
    """Write the number of statements, with the target where there is one."""
    count = figures[page.name]["statements"]
    return f"{count} (≤ {page.statements})" if page.statements else str(count)


def ratio(page: pages.Page, figures: dict[str, Any]) -> float:
    """Compare with the floor of the same run."""
    return round(float(figures[page.name]["1"]["p50_ms"]) / float(figures["floor"]["1"]["p50_ms"]), 2)


def missed(found: dict[str, Any]) -> list[str]:
    """List the targets that were missed."""
    figures = found.get("pages", {}).get("figures", {})
    late = [
        f"{page.name}: {ratio(page, figures)} times the floor, target {page.ratio}"
        for page in pages.PAGES
        if figures and ratio(page, figures) > allowed(page, found["tickets"])
    ]
    many = [
        f"{page.name}: {figures[page.name]['statements']} statements, target {page.statements}"
        for page in pages.PAGES
        if figures and page.statements and figures[page.name]["statements"] > page.statements
    ]
    return late + many + others(found)


def allowed(page: pages.Page, tickets: int) -> float:
    """Give the ratio that a page may have; the queue has a little more at a million cases."""
    return 2.2 if page.name == "queue page" and tickets >= 1_000_000 else page.ratio


def others(found: dict[str, Any]) -> list[str]:
    """Compare clocks, working time and memory with their targets."""
    sentences = []
    if (ticking := found.get("clocks")) and ticking["idle_sweep_ms_p50"] > clocks.IDLE_TARGET_MS:
        sentences.append(f"idle sweep: {ticking['idle_sweep_ms_p50']} ms, target {clocks.IDLE_TARGET_MS}")
    if ticking and ticking["storm_seconds"] > clocks.STORM_TARGET_S:
        sentences.append(f"clocks due at once: {ticking['storm_seconds']} s, target {clocks.STORM_TARGET_S}")
    if (adding := found.get("worktime")) and adding["add_per_second"] < worktime.TARGET:
        sentences.append(
            f"working time: {adding['add_per_second']:,.0f} additions a second, target {worktime.TARGET:,}"
        )
    if (held := found.get("memory")) and held["total"] > memory.TARGET_MB:
        sentences.append(f"memory at rest: {held['total']} MB, target {memory.TARGET_MB}")
    for name, part in PARTS.items():
        sentences += part.missed(found[name]) if name in found else []
    return sentences
