"""Size and speed of the explorer in headless Chromium: first paint, changes, drafts.

    python benchmarks/pages.py                       # 1,000 schools and 3,000 blocks, made up
    python benchmarks/pages.py --schools 128 --blocks 600
    python benchmarks/pages.py --data data --tiles 2 # a district beside itself, evaluated
    python benchmarks/pages.py --page out/explorer.html

Told are megabytes of the page; milliseconds until the first paint and until everything is drawn;
and for each change the mean of fifteen, from its start to the picture that follows: another year,
another scenario, a block of a draft dropped on a school, a school closed, and a school closed where
pupils go to the nearest, which asks for every block anew. Processor time of the page's thread comes
first, then the clock on the wall, which also counts what else the machine does.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import seatplan as sp
from seatplan.scenarios.closures import Close
from seatplan.scenarios.scenario import Scenario
from seatplan.views.explorer import explore, explore_scenes

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from growth import lay_tiles  # noqa: E402
from tests.views.synthetic import make_scenes  # noqa: E402

TIMES = 15
READY = "body[data-ready=yes]"
PAINTED = "performance.getEntriesByType('paint').find((of) => of.name.startsWith('first-cont'))"
DRAWN = """new MutationObserver(() => {
    if (window.drawnAt === undefined && document.body && document.body.dataset.ready)
        requestAnimationFrame(() => setTimeout(() => { window.drawnAt = performance.now(); }, 0));
}).observe(document, { subtree: true, attributes: true, childList: true });"""
# Run in the page: take the step so often, and say how long each took until the frame after it.
CLOCK = """async (times) => {
    const sp = seatplan, taken = [];
    for (let at = times[0]; at < times[1]; at++) {
        const start = performance.now();
        STEP
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
        taken.push(performance.now() - start);
    }
    return taken;
}"""
BEGIN = """(intake) => { const sp = seatplan;
    const stage = sp.payload.stages.findIndex((of) => of.intake === intake);
    sp.set({ edit: false, scenario: 0, stage, year: Math.min(5, sp.model.years.length - 1) });
    sp.board.add(0);
    sp.board.open(); }"""
DROP = """const { board } = sp, { taught } = board.count(sp.state.stage); board.blocks.add(at);
    board.give(taught[(7 * at) % taught.length]);"""
CLOSE = """const { board } = sp, { taught } = board.count(sp.state.stage);
    board.step({ kind: "close", school: sp.model.schools[taught[at]].id, year: board.year });"""
STEPS = {  # name -> on the drawing board of a stage with this intake, and what is done
    "another year": ("", "sp.set({ year: at % sp.model.years.length });"),
    "another scenario": ("", "sp.set({ scenario: at % sp.payload.scenarios.length });"),
    "a block dropped": ("catchment", DROP),
    "a school closed": ("catchment", CLOSE),
    "of the nearest closed": ("nearest", CLOSE),
}


def write_page(terms: argparse.Namespace, folder: Path) -> Path:
    """Write the page that is to be measured."""
    if terms.page:
        return Path(terms.page)
    path = folder / "explorer.html"
    if terms.data:
        district = sp.read_district(terms.data)
        standards = sp.read_standards(f"{terms.data}/standards.toml")
        large = lay_tiles(district, terms.tiles)
        today = sp.evaluate(large, standards)
        school = large.catchments.xs("primary", level="stage").iloc[0]
        close = Close(year=large.base_year + 2, source="benchmark", school=school)
        plan = Scenario("close", interventions=(close,))
        explore([today, sp.evaluate(large, standards, plan, costs=today.costs)]).save(path)
    else:
        explore_scenes(make_scenes(terms.schools, terms.blocks, terms.scenarios)).save(path)
    return path


def measure(page: Any, path: Path) -> None:
    """Open the page twice, so that the second finds the browser warm; tell what each step took."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spend() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(item["value"] for item in metrics if item["name"] == "TaskDuration")

    page.add_init_script(DRAWN)
    for _ in range(2):
        page.goto("about:blank")
        before = spend()
        page.goto(path.as_uri())
        page.wait_for_selector(READY, timeout=60_000)
        page.wait_for_function("window.drawnAt")
    counts = "[seatplan.model.schools.length, seatplan.model.blocks.length]"
    schools, blocks = page.evaluate(counts)
    print(f"{path.stat().st_size / 1e6:.2f} MB: {schools:,} schools, {blocks:,} blocks")
    print(f"{'first paint':22} {'':7} {page.evaluate(PAINTED + '.startTime'):7.0f} ms")
    print(f"{'everything drawn':22} {spend() - before:7.0f} {page.evaluate('drawnAt'):7.0f} ms")
    for name, (intake, step) in STEPS.items():
        if intake:
            page.evaluate(BEGIN, intake)
        code = CLOCK.replace("STEP", step)
        page.evaluate(code, [0, 3])
        before = spend()
        taken = page.evaluate(code, [3, 3 + TIMES])
        spent = (spend() - before) / TIMES
        print(f"{name:22} {spent:7.0f} {sum(taken) / TIMES:7.0f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=1000)
    parser.add_argument("--blocks", type=int, default=3000)
    parser.add_argument("--scenarios", type=int, default=6)
    parser.add_argument("--data", help="a district to lay beside itself")
    parser.add_argument("--tiles", type=int, default=2)
    parser.add_argument("--page", help="a page that is written")
    terms = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        path = write_page(terms, Path(folder))
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = play.chromium.launch(executable_path=chromium, args=flags)
        measure(browser.new_page(viewport={"width": 1440, "height": 900}), path)
        browser.close()


if __name__ == "__main__":
    main()
