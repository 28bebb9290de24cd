"""What a finished page would fetch, by its hosts."""

from seatplan.views.scanning import list_fetched, list_hosts


def test_hosts_are_named_once_and_in_order():
    given = ["https://b.org/1", "//a.org/x", "https://b.org/2", "own.js"]
    assert list_hosts(given) == ["a.org", "b.org", "own.js"]


def test_an_address_in_a_script_or_a_link_is_no_request():
    page = '<script>"https://a.org"</script><a href="https://b.org">b</a><img src="data:x">'
    assert list_fetched(page) == []
