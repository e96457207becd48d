"""Where the files that ship with the application are."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource_path(name: str) -> Path:
    """Return the path of a shipped file such as ``icons/run.svg``.

    An installed package carries them inside itself, a checkout beside the package.
    """
    installed = _PACKAGE / "_resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root / name


def sample_request_path() -> Path:
    """Return the path of the sample's request file."""
    return resource_path("samples/sample_request.toml")
