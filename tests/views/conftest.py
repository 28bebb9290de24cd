"""A browser that can reach no server, and counts every attempt."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PROBES = Path(__file__).with_name("probes.js").read_text("utf-8")
READY = "body[data-ready=yes]"


class Visit:
    """One open page: the requests it tried, its errors, and what a test asks of it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: message.type == "error" and self.errors.append(message.text),
        )
        page.on("dialog", lambda dialog: (self.errors.append("dialog"), dialog.dismiss()))
        page.route("**/*", self._answer)

    def _answer(self, route: Any) -> None:
        if route.request.url.startswith(("http", "ws", "ftp")):
            self.requests.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    def show(self, path: Path, link: str = "") -> Visit:
        """Open a file and wait until it is drawn."""
        self.page.goto("about:blank")
        self.page.goto(path.as_uri() + link)
        self.page.wait_for_selector(READY, timeout=20_000)
        self.run(PROBES)
        self.run("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))")
        return self

    def run(self, code: str, *given: object) -> Any:
        """Run a script on the page and return its value."""
        return self.page.evaluate(code, *given)

    def check(self) -> None:
        """Hold that nothing was asked of a server and nothing failed."""
        assert self.requests == []
        assert self.errors == []


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Headless Chromium of this machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens an empty window; its size and options are given by name."""
    contexts = []

    def open_window(width: int = 1440, height: int = 900, **options: Any) -> Visit:
        contexts.append(
            chromium.new_context(viewport={"width": width, "height": height}, **options)
        )
        return Visit(contexts[-1].new_page())

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def show(visit: Callable[..., Visit], tmp_path: Path) -> Callable[..., Visit]:
    """Return a function that saves a folium map and opens it."""

    def open_map(sheet: Any, width: int = 1440, height: int = 900, **options: Any) -> Visit:
        sheet.save(tmp_path / "map.html")
        window = visit(width, height, **options)
        window.page.goto((tmp_path / "map.html").as_uri())
        window.page.wait_for_selector(READY)
        window.page.wait_for_timeout(60)
        return window

    return open_map
