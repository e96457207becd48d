"""From a run to a file that others can open."""

import json
import re


def test_a_run_is_exported_as_one_file(analyst, tmp_path):
    analyst.open_sample()
    analyst.run()
    analyst.dialogs.target = tmp_path / "report.html"

    with analyst.qtbot.waitSignal(analyst.session.reports.written, timeout=60_000):
        analyst.window.desk.carry_out("file.export_report")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    found = re.search(r'type="application/json">(.*?)</script>', text, re.DOTALL)

    assert analyst.message.startswith("The report was written")
    assert len(json.loads(found[1])["trades"]["rows"]) == (
        analyst.session.results.run.result.trades.height
    )
