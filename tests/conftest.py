"""The order of the tests."""


def pytest_collection_modifyitems(items):
    """The longest one first, so that the other process has work until it is done."""
    items.sort(key=lambda item: "test_main_job" not in item.nodeid)
