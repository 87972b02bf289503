"""The longest modules begin first, so that two workers end together."""

import pytest

LONGEST = ("test_whole_way.py", "test_report_browser.py", "test_kills.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)
