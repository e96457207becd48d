"""Whatever the bytes are: data or an `InputError`.

Few examples here; ``python -m tests.broken.fuzz SEED COUNT`` tries thousands.
"""

import pytest

from tests.broken.fuzz import attempt
from tests.broken.mutations import SEEDS, mutated


@pytest.mark.parametrize("kind", SEEDS)
@pytest.mark.parametrize("seed", range(10))
def test_damaged_bytes_are_read_or_refused_and_nothing_else(tmp_path, capfd, kind, seed):
    assert attempt(tmp_path, kind, mutated(kind, seed)) in {"read", "refused"}
    capfd.readouterr()  # a decoder may say on its own where it gave up


@pytest.mark.parametrize("kind", SEEDS)
def test_the_bytes_that_are_damaged_are_good_before(tmp_path, kind):
    assert attempt(tmp_path, kind, SEEDS[kind]) == "read"
