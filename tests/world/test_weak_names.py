"""Names that are no airfield: regions, placeholders, and namesakes of strips; and other spellings of cities."""

from __future__ import annotations

import pytest

from forceflow.errors import AmbiguousNameError, UnknownNameError
from forceflow.world.geography.gazetteer import find_place
from forceflow.world.names import read_data

REGIONS = [
    "Crete",
    "Sardinia",
    "Corsica",
    "Siberia",
    "Andalusia",
    "Sahel",
    "Donbas",
    "the Gulf",
    "Gulf",
    "Maghreb",
]
PLACEHOLDERS = [
    "home",
    "same",
    "nowhere",
    "Camp",
    "base",
    "ditto",
    "as above",
    "idem",
    "see above",
    "here",
    "there",
]


@pytest.mark.parametrize("name", [*REGIONS, "SIBERIA", "Crete airport"])
def test_a_region_is_no_airfield(name: str) -> None:
    with pytest.raises(UnknownNameError, match="part of the world"):
        find_place(name)


@pytest.mark.parametrize("name", [*PLACEHOLDERS, "abroad", "Home", "DITTO", "same as above"])
def test_a_word_that_names_no_one_place_is_refused(name: str) -> None:
    for kind in (None, "airfield"):
        with pytest.raises(UnknownNameError):
            find_place(name, kind=kind)


@pytest.mark.parametrize(("name", "code"), [("Home airport", "PN36"), ("Ama", "LS40")])
def test_a_strip_by_its_city_is_refused_with_its_code(name: str, code: str) -> None:
    with pytest.raises(UnknownNameError, match=rf"small field, .*; write {code} if you mean it"):
        find_place(name)
    assert find_place(code).id == code


def test_a_strip_by_its_full_name_is_meant() -> None:
    assert find_place("Crete Municipal Airport").id == "KCEK"
    assert find_place("Same Airport").id == "HTSE"
    assert find_place("Hostomel").id == "UKKM"
    assert find_place("Orleans Bricy").id == "LFOJ"


def test_dunkirk_is_not_the_one_in_america() -> None:
    with pytest.raises(UnknownNameError, match="port in France"):
        find_place("Dunkirk")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kabul", "OAKB"),
        ("Niamey", "DRRN"),
        ("Batam", "WIDD"),
        ("Lvov", "UKLL"),
        ("Tiflis", "UGTB"),
    ],
)
def test_fields_of_cities_are_found(name: str, code: str) -> None:
    assert find_place(name).id == code


def test_every_other_spelling_of_a_city_means_what_its_name_means() -> None:
    def meaning(name: str) -> str:
        try:
            return find_place(name).id
        except AmbiguousNameError as error:
            return ", ".join(error.suggestions)

    for other, name in read_data("other_names.toml")["cities"].items():
        assert meaning(other) == meaning(name), other
