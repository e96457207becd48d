"""The sample without a display, as a first start on a server shows it."""

import subprocess
import sys

from PySide6.QtGui import QImage


def test_the_sample_leaves_its_results_and_pictures(tmp_path, own_folders):
    out = tmp_path / "out"
    code = (
        "import sys; from pathlib import Path; from ml4t_desktop.app.headless import show_sample; "
        f"sys.exit(show_sample(Path({str(out)!r})))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=250, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "propagateSizeHints" not in done.stderr
    assert done.stdout.split() == [
        str(out / name) for name in ("run", "overview.png", "trades.png")
    ]
    assert (out / "run" / "trades.parquet").is_file()
    picture = QImage(str(out / "trades.png"))
    assert (picture.width(), picture.height()) == (1440, 900)
