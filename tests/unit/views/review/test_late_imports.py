"""What the review screens load before the window is visible."""

import subprocess
import sys


def test_the_review_screens_do_not_load_the_engine_or_the_frames_library():
    code = (
        "import sys, ml4t_desktop.views.review.overview.panel, ml4t_desktop.views.review.trades.panel, "
        "ml4t_desktop.views.review.price.panel; "
        "print([name for name in ('numba', 'polars', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
