import gc
import threading
import weakref

from ml4t_desktop.app.garbage import GarbageOnThisThread, collect_due


class Cycle:
    def __init__(self) -> None:
        self.own = self


def test_a_worker_that_makes_much_collects_no_cycle_of_the_window(qapp):
    gc.enable()
    with GarbageOnThisThread():
        kept = weakref.ref(Cycle())
        worker = threading.Thread(target=lambda: [[] for _ in range(200_000)])
        worker.start()
        worker.join()
        assert kept() is not None
    assert gc.isenabled()


def test_what_is_being_loaded_is_not_gone_through(qapp):
    gc.collect()
    old, young = [[] for _ in range(50_000)], weakref.ref(Cycle())
    collect_due(oldest=1)
    assert young() is None
    assert len(old) == 50_000
    assert gc.get_stats()[2]["collections"] == _whole_collections(lambda: collect_due(oldest=1))


def _whole_collections(act) -> int:
    act()
    return gc.get_stats()[2]["collections"]


def test_cycles_that_are_due_are_collected_here(qapp):
    gc.collect()
    lost = weakref.ref(Cycle())
    many = [[] for _ in range(200_000)]
    collect_due()
    assert lost() is None
    assert len(many) == 200_000
