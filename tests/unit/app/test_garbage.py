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


def test_cycles_that_are_due_are_collected_here(qapp):
    gc.collect()
    lost = weakref.ref(Cycle())
    many = [[] for _ in range(200_000)]
    collect_due()
    assert lost() is None
    assert len(many) == 200_000
