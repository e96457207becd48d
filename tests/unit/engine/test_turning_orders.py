"""What is left of an order when the position it met is gone."""

from tests.unit.engine.trial import FLAT, Script, fates, fills, play

MARGIN = {"type": "margin", "initial_capital": 100_000.0}
BAR = (*FLAT, 1_000.0)
CAP = {"participation": 0.01}  # ten of the thousand that trade in every bar


def test_the_rest_of_a_bracket_that_turns_a_position_round_goes_on_working():
    script = Script(
        {
            0: lambda s: s.submit_order("A", -5),
            1: lambda s: s.submit_bracket("A", 25, stop_loss=0.5),
        }
    )
    result = play([BAR] * 6, script, account=MARGIN, execution=CAP)
    # Five of the first ten close the short; ten and five more make the bracket's twenty-five.
    assert [(t, size) for t, _, size, _ in fills(result)] == [(1, -5), (2, 10), (3, 10), (4, 5)]
    assert fates(result)[1] == ("filled", "", 25.0, 25.0)
    # The stop protects the twenty that were opened, not the five that were closed.
    assert fates(result)[2] == ("expired", "end of data", 20.0, 0.0)
