import pytest

from tests.journeys.window import Analyst


@pytest.fixture
def analyst(qtbot, tmp_path):
    made = Analyst(qtbot, tmp_path)
    yield made
    made.leave()
