"""What a page holds cannot leave its place, and every asset is the one that was published."""

import hashlib
import io
import json
from pathlib import Path

import pytest

from seatplan.views import embedding
from seatplan.views.embedding import (
    embed_json,
    embed_script,
    embed_style,
    guard_script,
    save_page,
    write_policy,
)

ASSETS = (Path(embedding.__file__).parent / "assets", Path(__file__).parents[1] / "assets")


@pytest.mark.parametrize("folder", ASSETS, ids=["package", "tests"])
def test_every_asset_is_the_one_in_the_manifest_and_has_its_licence_beside_it(folder):
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["assets"]
    for asset in listed:
        held = hashlib.sha256((folder / asset["file"]).read_bytes()).hexdigest()
        assert held == asset["sha256"], asset["file"]
        assert (folder / asset["licence_file"]).stat().st_size > 500
        assert asset["version"] in asset["source"]
    licences = {asset["licence_file"] for asset in listed}
    names = {asset["file"] for asset in listed} | licences | {"manifest.json"}
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == names


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", "<!--", "a\u2028b", "&lt;"])
def test_a_block_of_json_gives_back_any_text(name):
    code = embed_json("x", {name: [name]})
    inside = code.removeprefix('<script type="application/json" id="x">').removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028\u2029")
    assert json.loads(inside) == {name: [name]}


def test_a_script_element_is_ended_by_no_text():
    assert guard_script("'</script>' '<!--'") == "'<\\/script>' '<\\!--'"
    assert embed_script("'</SCRIPT>'") == "<script>'<\\/SCRIPT>'</script>"


def test_the_images_of_a_style_are_part_of_it():
    style = embed_style("a{background:url(images/layers-2x.png)} b{fill:url(#x)}", "leaflet")
    assert style.startswith("<style>a{background:url(data:image/png;base64,")
    assert "url(#x)" in style


def test_a_policy_lets_run_what_a_browser_would_hash_alike():
    # echo -n "a()" | openssl dgst -sha256 -binary | base64
    policy = write_policy([embed_script("a()"), embed_script("a()")])
    assert "script-src 'sha256-qVpDBgj7bpq5hMAcGp3AOc79J3Y1Z4HvySTwKrWDoy4=';" in policy


def test_a_page_goes_into_an_open_file_that_stays_open_if_asked(tmp_path):
    stream = io.BytesIO()
    save_page("利", stream, close_file=False)
    assert stream.getvalue().decode() == "利"
    save_page("利", stream)
    assert stream.closed
    save_page("利", str(tmp_path / "a.html"))
    assert (tmp_path / "a.html").read_text("utf-8") == "利"
