"""What a sheet says stands in both languages, and lottery zones bear the names of their schools."""

from seatplan.examples import toy_outcome
from seatplan.views.changes.sheet import name_areas, speak


def test_a_phrase_is_spoken_in_both_languages_with_the_words_of_each():
    said = speak("moves.heading", district=["甲", "A"], stage=["小学", "Primary"])
    assert said == ["甲小学学区调整", "A, Primary: catchments redrawn"]
    assert speak("moves.title", n=3) == ["调整的街区（3）", "Blocks that move (3)"]


def test_a_lottery_zone_is_named_by_its_schools():
    names = name_areas(toy_outcome(), ["A", "A+B"])
    assert names["A"] == ["甲小学", "Primary A"]
    assert names["A+B"] == ["甲小学、乙学校", "Primary A, School B"]
