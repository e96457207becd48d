"""What runs over the same market share, so that a run with one number changed does only what changed.

Columns are kept by what they were made from, up to a bound, least recently used ones first to go; and the
memory of one run's tables is used again by the next, which spares the system clearing it. Both end with
their market. Any number of threads may run over a market at once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.layout import Books
from ml4t_desktop.market import Market

MOST_BYTES: Final = 64 << 20
_MOST_TABLE_BYTES: Final = 256 << 20
# Tables that are written before they are read, so that nothing of another run is seen in them.
TABLES: Final = ("orders", "working", "concerned", "fills", "trades", "flows")


class Workspace:
    """Columns and memory for runs over one market.

    Parameters
    ----------
    most_bytes : int
        How much the kept columns may take together.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._columns: OrderedDict[Hashable, NDArray[Any]] = OrderedDict()
        self._tables: dict[str, Any] | None = None

    def column(self, key: Hashable, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Return the column of a key, made if it is not kept; it cannot be written to.

        Parameters
        ----------
        key : hashable
            Says everything that the column is made from beside the market.
        """
        with self._lock:
            found = self._columns.get(key)
            if found is not None:
                self._columns.move_to_end(key)
                return found
        made = make().view()
        made.flags.writeable = False
        with self._lock:
            self._columns[key] = made
            self._columns.move_to_end(key)
            while sum(column.nbytes for column in self._columns.values()) > self._most_bytes:
                self._columns.popitem(last=False)
        return made

    def take_tables(self) -> dict[str, Any] | None:
        """Return tables of a run that is over, by their names in the books; nobody else gets them."""
        with self._lock:
            tables, self._tables = self._tables, None
            return tables

    def give_tables(self, books: Books) -> None:
        """Leave the tables of a run whose result has been made to the next one."""
        tables = {name: getattr(books, name) for name in TABLES}
        if sum(np.asarray(table).nbytes for table in tables.values()) <= _MOST_TABLE_BYTES:
            with self._lock:
                self._tables = tables

    def forget(self) -> None:
        """Drop everything kept."""
        with self._lock:
            self._columns.clear()
            self._tables = None


_LOCK = threading.Lock()
_WORKSPACES: WeakKeyDictionary[Market, Workspace] = WeakKeyDictionary()


def workspace_of(market: Market) -> Workspace:
    """Return the workspace of a market, which lives as long as the market."""
    with _LOCK:
        found = _WORKSPACES.get(market)
        if found is None:
            found = _WORKSPACES[market] = Workspace()
        return found
