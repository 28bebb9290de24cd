"""The explorer's page: one file that holds all it needs, and lets nothing else run."""

import html
import re

import pytest

from seatplan.examples import toy_outcome
from seatplan.views.explorer import explore
from seatplan.views.explorer.page import ExplorerPage
from seatplan.views.scanning import list_fetched


@pytest.fixture(scope="module")
def page():
    return explore([toy_outcome()])


def test_it_fetches_nothing_and_its_policy_names_every_script(page):
    text = page.render()
    assert list_fetched(text) == []
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert policy.count("sha256-") == text.count("<script>")


def test_it_is_one_document_of_one_template(page):
    text = page.render()
    for tag in ("<html ", "<head>", "<title>", "<body>", "</html>"):
        assert text.count(tag) == 1
    assert "{{" not in text.split("<script", 1)[0]  # nothing of the template is left
    assert f"<title>{page.title}</title>" in text
    assert '<html lang="zh-CN">' in text


def test_a_name_in_the_title_is_text(page):
    hostile = ExplorerPage({**page.payload, "district": ["</title>{{7*7}}", ""]})
    assert "&lt;/title&gt;{{7*7}}" in hostile.render().split("</title>")[0]


def test_it_stands_in_a_notebook_and_in_a_file_alike(page, tmp_path):
    page.save(tmp_path / "a.html")
    saved = (tmp_path / "a.html").read_text("utf-8")
    assert saved == page.render()
    assert html.escape(saved) in page._repr_html_()


def test_a_file_that_stood_is_kept_where_the_page_cannot_be_written(page, tmp_path):
    (tmp_path / "a.html").write_text("kept", "utf-8")
    broken = ExplorerPage({**page.payload, "stages": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        broken.save(tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text("utf-8") == "kept"
    assert [file.name for file in tmp_path.iterdir()] == ["a.html"]
