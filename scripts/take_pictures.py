"""Take the pictures of the demo that stand in docs/pictures: of its page, and of the map itself.

The page is out/explorer.html as `make demo` leaves it. Needs Chromium and playwright.
"""

import base64
import io
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

import seatplan as sp
from seatplan.outcome import Outcome

PAGE = Path("out/explorer.html")
PICTURES = Path("docs/pictures")
PLAN = "scenario=plan-2025&stage=primary"
SHEET = """() => new Promise((done) => seatplan.drawSheet(1).toBlob((blob) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(",")[1]);
  reader.readAsDataURL(blob);
}))"""


def press(button: str) -> str:
    """Return the script that presses a button of the page."""
    return f"document.getElementById('{button}').click()"


# name -> width, height, link, what is done before the picture
SHOTS: dict[str, tuple[int, int, str, str]] = {
    "explorer": (1440, 900, f"{PLAN}&year=2025", ""),
    "explorer-1280": (1280, 720, "scenario=plan-2025&stage=kindergarten&year=2023", ""),
    "explorer-phone": (390, 844, f"{PLAN}&year=2025", ""),
    "explorer-english": (1440, 900, f"{PLAN}&year=2025&lang=en", ""),
    "explorer-compare": (1440, 900, f"{PLAN}&year=2025", press("do-swipe")),
    "explorer-table": (1440, 900, f"{PLAN}&year=2025", press("do-table")),
    "explorer-school": (
        1440,
        900,
        f"{PLAN}&year=2025",
        "document.querySelector('.sp-rank').click();"
        "seatplan.set({layers: {...seatplan.state.layers, rings: true}})",
    ),
}  # fmt: skip


def save(picture: bytes, name: str) -> None:
    """Save a picture in 256 colours, a quarter of its size."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


def take(browser: Any, name: str, width: int, height: int, link: str, action: str) -> None:
    """Open the page in a window of its size and save what it shows."""
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(f"{PAGE.resolve().as_uri()}#{link}")
    page.wait_for_selector("body[data-ready=yes]")
    page.evaluate(f"() => {{ {action} }}")
    page.wait_for_timeout(400)
    save(page.screenshot(full_page=width < 500), name)
    if name == "explorer":
        save(base64.b64decode(page.evaluate(SHEET)), "explorer-a3")
    page.close()


def draw_plan(plan: Outcome) -> None:
    """Save the map of the plan's primary schools in 2025, as a README shows it."""
    picture = io.BytesIO()
    sp.draw_map(plan, "primary", 2025).savefig(picture, format="png")
    save(picture.getvalue(), "map")


def take_maps(browser: Any, today: Outcome, plan: Outcome) -> None:
    """Save pictures of the folium maps that docs/maps.md shows."""
    maps = {
        "folium-map": sp.map_outcome(plan, "primary", year=2025),
        "folium-comparison": sp.map_comparison(today, plan, "primary", year=2025, language="en"),
    }
    for name, sheet in maps.items():
        with TemporaryDirectory() as folder:
            sheet.save(Path(folder) / "map.html")
            page = browser.new_page(viewport={"width": 1200, "height": 900})
            page.goto((Path(folder) / "map.html").as_uri())
            page.wait_for_selector("body[data-ready=yes]")
            page.wait_for_timeout(400)
            save(page.screenshot(), name)
            page.close()


def main() -> None:
    """Take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    district = sp.read_district(Path("data"))
    standards = sp.read_standards(Path("data/standards.toml"))
    scenario = sp.read_scenario(Path("scenarios/plan-2025.toml"))
    today, plan = sp.evaluate(district, standards), sp.evaluate(district, standards, scenario)
    draw_plan(plan)
    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        for name, (width, height, link, action) in SHOTS.items():
            take(browser, name, width, height, link, action)
        take_maps(browser, today, plan)
        browser.close()


if __name__ == "__main__":
    main()
