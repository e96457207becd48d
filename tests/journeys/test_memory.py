"""What is not looked at any more does not stay in memory."""

import gc
import weakref

from ml4t_desktop.files.sample_files import write_sample


def test_opening_another_request_lets_the_market_of_the_one_before_go(analyst, qtbot, tmp_path):
    analyst.open_sample()
    analyst.run()
    for key in ("price", "signals"):
        analyst.window.show_panel(key)
        analyst.look()
        analyst.wait()
    market = weakref.ref(analyst.session.results.run.market)
    assert market() is not None

    analyst.drop(write_sample(tmp_path / "other", small=True))
    analyst.wait()

    def is_gone():
        gc.collect()
        return market() is None

    qtbot.waitUntil(is_gone, timeout=20_000)
