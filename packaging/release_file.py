"""Write what an installed application reads when it looks for a newer version.

    python packaging/release_file.py 1.2.0 https://example.org/releases/1.2.0 "What is new." > release.json

Standard library only. The format is that of ml4t_desktop/session/releases.py; the sums of the files beside it are
added for people and other programs.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

FORMAT = 1
_SUMS = "SHA256SUMS-*.txt"


def main(arguments: list[str]) -> int:
    """Print the file and return the exit code."""
    if len(arguments) not in {2, 3} or not arguments[1].startswith("https://"):
        print(__doc__, file=sys.stderr)
        return 2
    version, page, *notes = arguments
    print(json.dumps(document(version, page, " ".join(notes), Path.cwd()), indent=2))
    return 0


def document(version: str, page: str, notes: str, folder: Path) -> dict[str, object]:
    """Return the content of the file.

    Parameters
    ----------
    version, page, notes : str
    folder : Path
        Where the sums of the files are.
    """
    lines = [
        line.split(maxsplit=1)
        for sums in sorted(folder.rglob(_SUMS))
        for line in sums.read_text(encoding="utf-8").splitlines()
    ]
    return {
        "format": FORMAT,
        "version": version.removeprefix("v"),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "page": page,
        "notes": notes,
        "files": {name: f"sha256:{digest}" for digest, name in lines},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
