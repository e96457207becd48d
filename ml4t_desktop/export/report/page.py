"""The HTML file of a report."""

import html
import json
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.result.whole_file import write_whole
from ml4t_desktop.wording import mark, say

_PARTS: Final = "ml4t_desktop.export.report"
_PAGE: Final = Template(
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main id="report"><h1>$title</h1><noscript>This report needs JavaScript, which is switched off.</noscript></main>
<script id="content" type="application/json">$content</script>
<script>$script</script>
</body>
</html>
"""
)


def html_report(content: dict[str, Any]) -> str:
    """Return the HTML of a report that needs nothing from outside.

    Parameters
    ----------
    content : dict
        As `content.report_content` gives it.
    """
    # A closing tag inside a text must not end the script it stands in.
    data = json.dumps(content, ensure_ascii=False, allow_nan=False).replace("</", "<\\/")
    return _PAGE.substitute(
        title=html.escape(str(content["name"])),
        style=_part("report.css"),
        script=_part("report.js"),
        content=data,
    )


def write_html_report(content: dict[str, Any], path: Path) -> None:
    """Write the HTML of a report as a whole or not at all.

    Raises
    ------
    InputError
        If the file cannot be written; one that was there is untouched.
    """
    try:
        write_whole(path, html_report(content))
    except OSError as error:
        what = say("cannot be written ({reason})", reason=error.strerror)
        fix = mark("Choose another folder, or make room")
        raise InputError(Problem(where=str(path), what=what, fix=fix)) from error


def _part(name: str) -> str:
    return files(_PARTS).joinpath(name).read_text(encoding="utf-8")
