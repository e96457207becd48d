"""Imports as quick with Qt as without."""

import sys
from types import ModuleType
from typing import Final

_FEATURES: Final = "shibokensupport.feature"
_LOOKS_INTO: Final = "_mod_uses_pyside"


def leave_sources_unread() -> None:
    """Keep PySide6 from reading the source of every module that is imported after it.

    It looks for the name of PySide6 there, and takes note of which modules may want methods in snake
    case, which none does here. That takes a tenth of all imports and keeps the sources in memory.
    """
    features = sys.modules.get(_FEATURES)
    if features is not None and hasattr(features, _LOOKS_INTO):
        setattr(features, _LOOKS_INTO, _wants_none)


def _wants_none(_module: ModuleType) -> bool:
    return False
