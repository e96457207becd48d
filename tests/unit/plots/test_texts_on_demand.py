from ml4t_desktop.plots.texts_on_demand import TextsOnDemand


def test_a_text_is_made_when_it_is_asked_for_and_not_before():
    asked = []

    def make(place: int) -> str:
        asked.append(place)
        return f"text {place}"

    texts = TextsOnDemand(20_000, make)

    assert (len(texts), asked) == (20_000, [])
    assert (texts[7], texts[-1], texts[2:4]) == ("text 7", "text 19999", ("text 2", "text 3"))
    assert asked == [7, 19_999, 2, 3]


def test_it_ends_as_a_tuple_does():
    assert list(TextsOnDemand(3, str)) == ["0", "1", "2"]
    assert not TextsOnDemand(0, str)
