"""One HTML file that shows a run: charts that can be moved, trades that can be sorted, no network.

What it is made of is put into the file as JSON; `report.js` beside this module draws it.
"""

from ml4t_desktop.export.report.page import html_report, write_html_report

__all__ = ["html_report", "write_html_report"]
