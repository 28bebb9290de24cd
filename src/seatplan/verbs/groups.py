"""The groups in which `--help` lists the verbs."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

GROUPS = {  # heading -> verbs, in the order of the work
    "Data": ("new", "check", "rebase"),
    "Model": ("forecast", "evaluate", "compare"),
    "Plan": ("rezone", "site", "remedy", "options", "closures"),
    "Judge": ("assess", "audit", "warn", "monitor", "explain"),
    "Show": ("map", "sheets", "report", "findings", "board"),
    "Batch": ("sweep", "backtest"),
    "Try": ("demo",),
}
OTHERS = "Others"


class Grouped(TyperGroup):
    """A command line whose help lists the verbs by group."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each group; verbs of no group last."""
        verbs = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        shown = [name for name, verb in verbs.items() if verb is not None and not verb.hidden]
        width = max((len(name) for name in shown), default=0)
        grouped = {name for names in GROUPS.values() for name in names}
        rest = tuple(name for name in shown if name not in grouped)
        for heading, names in {**GROUPS, OTHERS: rest}.items():
            rows = [
                (name.ljust(width), verb.get_short_help_str(formatter.width - 6 - width))
                for name in names
                if name in shown and (verb := verbs[name]) is not None
            ]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)
