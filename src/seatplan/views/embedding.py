"""What a page holds as text of it: scripts, styles, data, pictures; the policy that seals it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from seatplan.files import write_beside

ASSETS = Path(__file__).with_name("assets")
CHARSET = '<meta charset="utf-8">'


def guard_script(script: str) -> str:
    r"""Return a script in which no text can end the script element or hide its end.

    >>> guard_script("'</script><!--'")
    "'<\\/script><\\!--'"
    """
    return re.sub(r"<(?=/script|!--)", r"<\\", script, flags=re.IGNORECASE)


def embed_script(code: str) -> str:
    """Return a script element that holds `code`."""
    code = re.sub(r"^//# sourceMappingURL=.*$", "", code, flags=re.MULTILINE)
    return f"<script>{guard_script(code)}</script>"


def embed_style(code: str, folder: str = "") -> str:
    """Return a style element that holds `code`; `folder` of assets is where its images lie."""
    return "<style>" + embed_images(code, folder).replace("</", r"<\/") + "</style>"


def embed_json(identity: str, value: object) -> str:
    """Return a block of JSON that a script reads by `identity`; browsers do not run it.

    Any text is safe in it: the characters that could end the block or a line are escaped.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="{identity}">{text}</script>'


def embed_images(style: str, folder: str) -> str:
    """Return a style sheet whose images are part of it; `folder` is where it lies in assets.

    An image of double resolution that is not held is replaced by the plain one.
    """

    def embed(match: re.Match[str]) -> str:
        address = match[1].strip("'\"")
        if address.startswith(("#", "data:")):
            return match[0]
        path = ASSETS / folder / address
        if not path.exists():
            path = path.with_name(re.sub(r"_?@2x", "", path.name, flags=re.IGNORECASE))
        return f"url({write_image(path)})"

    return re.sub(r"url\(([^)]*)\)", embed, style)


def write_image(path: Path) -> str:
    """Return a picture as a data: address."""
    kind = {".gif": "image/gif", ".png": "image/png", ".svg": "image/svg+xml"}[path.suffix]
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def write_policy(elements: Iterable[str]) -> str:
    """Return the policy under which only the script `elements` run and nothing is fetched."""
    codes = [re.sub(r"^<script>|</script>$", "", element) for element in elements]
    hashes = [base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()) for code in codes]
    allowed = " ".join(f"'sha256-{value.decode('ascii')}'" for value in dict.fromkeys(hashes))
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'


def save_page(page: str, outfile: Any, *, close_file: bool = True) -> None:
    """Write a page to a path or an open binary file; a file that stood is never left half."""
    written = page.encode("utf-8")
    if hasattr(outfile, "write"):
        outfile.write(written)
        if close_file:
            outfile.close()
        return
    path = Path(outfile.decode() if isinstance(outfile, bytes) else outfile)
    with write_beside(path) as draft:
        draft.write_bytes(written)
