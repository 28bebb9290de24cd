"""The explorer as a widget of a notebook, whose draft comes back as a scenario."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import anywidget
import traitlets

from seatplan.errors import ScenarioError
from seatplan.scenarios.scenario import Scenario, read_scenario


class DrawingBoard(anywidget.AnyWidget):
    """A page in a notebook's cell; `scenario` is the draft that is drawn on it.

    Attributes
    ----------
    page, title
        The page as HTML, and what it is called.
    draft
        The draft as the text of a scenario file; "" while none is drawn, or while a step of it
        cannot be.
    """

    _esm = Path(__file__).with_name("page") / "notebook.mjs"
    page = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    draft = traitlets.Unicode("").tag(sync=True)

    @property
    def scenario(self) -> Scenario:
        """The draft: the steps of its plan, then its own.

        Raises
        ------
        ScenarioError
            While nothing is drawn, or what is drawn cannot be.
        """
        if not self.draft:
            raise ScenarioError(["no draft yet: press Draft (画草案) on the page and draw one"])
        with TemporaryDirectory() as folder:
            file = Path(folder) / "draft.toml"
            file.write_text(self.draft, "utf-8")
            return read_scenario(file)
