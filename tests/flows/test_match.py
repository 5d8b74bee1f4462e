"""Reported movements beside tracked ones: hand-computed weights, a slow twin, laws, and worlds with a known answer."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forceflow as ff
from forceflow.flows.match_draws import Pairs, assign, draw_links

_START = dt.datetime(2024, 12, 10, tzinfo=dt.UTC)
_HOUR = dt.timedelta(hours=1)
_SPAN = (_START, _START + dt.timedelta(days=40))


def flight(name: str, hour: float, **others: object) -> ff.Sortie:
    """A flight on the bridge, reported or tracked to the hour by default."""
    start = _START + hour * _HOUR
    given_: dict[str, object] = {
        "event_id": name,
        "platform": "Il-76MD",
        "origin": "OSLK",
        "destination": "HL59",
        "start": start,
        "stop": start + _HOUR,
        "direction": "outbound",
        "movements": ff.Quantity.exactly(1),
    }
    return ff.Sortie(**{**given_, **others})  # type: ignore[arg-type]


def day_report(name: str, hour: float, **others: object) -> ff.Sortie:
    """A report of a flight on the day of an hour."""
    first = _START + dt.timedelta(days=hour // 24)
    return flight(name, hour, start=first, stop=first + dt.timedelta(days=1), **others)


def stream(name: str, days: int, count: ff.Quantity) -> ff.Sortie:
    """A reported stream from the start on."""
    stop = _START + dt.timedelta(days=days)
    return flight(name, 0, start=_START, stop=stop, is_stream=True, movements=count)


def linked(match: ff.flows.Match) -> set[tuple[str, str]]:
    return {(link.reported, link.tracked) for link in match.links if link.is_linked}


def test_the_weight_of_a_pair_is_that_of_the_table() -> None:
    match = ff.match([day_report("r", 4)], [flight("t", 4)], draws=4_000, seed=1)
    (link,) = match.links
    # 1 in 50 is odds of 1 to 49; then 0.93/0.10, 0.90/0.25, 0.85/0.15 and 0.90/0.15.
    odds = 1 / 49 * 9.3 * 3.6 * (17 / 3) * 6
    assert math.isclose(link.log_odds, math.log(odds))
    assert math.isclose(link.probability, odds / (1 + odds))
    # A pair without competitors is linked with its own probability.
    assert abs(link.share - link.probability) < 4 * math.sqrt(0.04 / 4_000)


def test_a_long_window_overlaps_by_chance() -> None:
    week = day_report("r", 4)
    week = replace(week, stop=week.start + dt.timedelta(days=5))
    month = replace(week, stop=week.start + dt.timedelta(days=30))
    weights = {}
    for name, report in (("week", week), ("month", month)):
        match = ff.match([report], [flight("t", 4)], between=_SPAN, seed=1)
        weights[name] = match.links[0].reasons[0].weight
    assert math.isclose(weights["week"], math.log(0.93 / 0.5))
    assert weights["month"] == 0


def test_a_busy_bridge_holds_the_odds_down() -> None:
    report, own = day_report("r", 24 * 20 + 4), flight("t", 24 * 20 + 4)
    crowd = [flight(f"c{day}", 24 * day + 12) for day in range(14, 27) if day != 20]
    alone = ff.match([report], [own], between=_SPAN, seed=1).links[0]
    match = ff.match([report], [own, *crowd], between=_SPAN, seed=1)
    (link,) = [link for link in match.links if link.tracked == "t"]
    # Twelve others in a week before and after a day, a quarter of them hidden, against 0.93 a day.
    hidden = 0.25 * 12 / 15
    assert math.isclose(math.exp(-link.log_odds), math.exp(-alone.log_odds) + hidden / 0.93)
    assert link.reasons[-1].says == "0.80 like it a day"


def test_each_report_has_its_own_track() -> None:
    reports = [day_report(f"r{day}", 24 * day) for day in range(0, 20, 3)]
    tracks = [flight(f"t{day}", 24 * day + 5) for day in range(0, 20, 3)]
    match = ff.match(reports, tracks, between=_SPAN, seed=1)
    assert linked(match) == {(f"r{day}", f"t{day}") for day in range(0, 20, 3)}
    # Merged, each is there once, under the name of the report and with the times of the track.
    assert [event.event_id for event in match.events] == [f"r{day}" for day in range(0, 20, 3)]
    assert match.events[0].stop == tracks[0].stop


def test_two_reports_of_a_day_share_no_track() -> None:
    match = ff.match([day_report("a", 4), day_report("b", 5)], [flight("t", 4)], seed=1)
    assert match.both.high == 1
    first, second = (link.share for link in match.links)
    assert 0.8 < first + second <= 1
    # Nothing tells the two apart; 2,000 draws have an error of 1.1 %.
    assert abs(first - second) < 0.08
    assert len(linked(match)) <= 1


def test_a_stream_takes_as_many_as_it_counts() -> None:
    tracks = [flight(f"t{at}", 6 + 24 * at) for at in range(8)]
    match = ff.match([stream("s", 8, ff.Quantity.exactly(5))], tracks, seed=1)
    assert (match.both.low, match.both.high) == (5, 5)
    assert len(linked(match)) == 5
    assert match.only_tracked.middle == 3
    wide = ff.match([stream("s", 8, ff.Quantity.exactly(20))], tracks, between=_SPAN, seed=1)
    assert wide.both.middle >= 7
    (rest,) = [event for event in wide.events if event.is_stream]
    assert math.isclose(float(rest.movements.best), 20 - wide.both.middle)
    assert len(wide.events) == 9


def test_a_report_written_from_tracks_is_no_witness() -> None:
    copied = day_report("copied", 4, roots=("ADS-B of aircraft 152e10 (transponder)",))
    seen = day_report("seen", 30, roots=("Reuters 2024-12-14", "Flightradar24"))
    match = ff.match([copied, seen], [flight("t", 4), flight("u", 30)], seed=1)
    assert match.left_out == ("copied",)
    assert any("copied (ADS-B" in note for note in match.notes)
    assert any("kept for the other: seen" in note for note in match.notes)
    assert linked(match) == {("seen", "u")}


def test_the_roots_of_the_tracks_are_no_second_witness() -> None:
    # No word for trackers in the name: what makes it one is that the tracks come from it.
    told = [
        day_report("copied", 4, roots=("Field radio",)),
        day_report("seen", 52, roots=("Reuters", "Field radio")),
        day_report("late", 100, roots=("Old field radio",)),
    ]
    own = flight("t", 4, roots=("Field radio",))
    outside = flight("u", 24 * 90, roots=("Old field radio",))
    match = ff.match(told, [own, outside], between=_SPAN, seed=1)
    assert match.left_out == ("copied", "late")
    assert any("kept for the other: seen" in note for note in match.notes)
    assert match.lower_bound is None


def test_a_track_coded_as_a_reported_stream_keeps_ids_apart() -> None:
    told = stream("x", 10, ff.Quantity.exactly(4))
    match = ff.match([told], [flight("x", 5)], between=_SPAN, seed=1)
    assert sorted(event.event_id for event in match.events) == ["x", "x (track)"]
    total = sum(float(event.movements.best) for event in match.events)
    assert math.isclose(total, 4)
    assert ff.estimate_rate(match, draws=200, seed=1).per_day.middle > 0


def test_a_reported_load_stands_against_an_inferred_way_back() -> None:
    back = flight("t", 4, cargo="empty")
    loaded = day_report("r", 4, tonnes=ff.Quantity.exactly(30))
    (event,) = ff.match([loaded], [back], between=_SPAN, seed=1).events
    assert not event.is_empty
    assert event.tonnes == ff.Quantity.exactly(30)
    (event,) = ff.match([day_report("r", 4)], [back], between=_SPAN, seed=1).events
    assert event.is_empty


def test_a_callsign_decides_between_two_flights() -> None:
    report = day_report("r", 4, title="RFF7084 leaves")
    tracks = [flight("t", 4, title="RFF7084"), flight("u", 6, title="RFF7085")]
    match = ff.match([report], tracks, seed=1)
    assert linked(match) == {("r", "t")}
    by_track = {link.tracked: link.reasons for link in match.links}
    assert "callsign rff7084" in {reason.says for reason in by_track["t"]}
    assert "other callsign" in {reason.says for reason in by_track["u"]}


def test_what_is_coded_as_one_event_is_linked_in_every_draw() -> None:
    match = ff.match([day_report("same", 4, platform="An-124")], [flight("same", 200)], seed=1)
    assert match.links[0].share == 1
    assert len(match.events) == 1


def test_ships() -> None:
    def sailing(name: str, day: int, ship: str) -> ff.Sailing:
        start = _START + dt.timedelta(days=day)
        return ff.Sailing(
            event_id=name,
            platform=ship,
            origin="tartus",
            destination="novorossiysk",
            start=start,
            stop=start + dt.timedelta(days=1),
            direction="outbound",
            movements=ff.Quantity.exactly(1),
        )

    reports = [sailing("r1", 1, "Sparta"), sailing("r2", 1, "Sparta II")]
    tracks = [sailing("t1", 1, "Sparta II"), sailing("t2", 1, "Sparta")]
    match = ff.match(reports, tracks, seed=1)
    assert match.mode == "sea"
    assert linked(match) == {("r1", "t2"), ("r2", "t1")}


def test_what_the_record_covers_is_said() -> None:
    late = day_report("late", 24 * 60)
    elsewhere = day_report("elsewhere", 24, destination="OSKL")
    match = ff.match([late, elsewhere], [flight("t", 5), flight("u", 90)], seed=1)
    unseen = {one.event: one for one in match.unseen_reports}
    assert not unseen["late"].is_covered
    assert "do not reach its time" in unseen["late"].why
    assert not unseen["elsewhere"].is_covered
    assert "no track was heard at Qamishli" in unseen["elsewhere"].why
    # Neither is an entry of the two-list table.
    assert match.only_reported.high == 0
    assert {one.event for one in match.unreported} == {"t", "u"}


def test_estimates_take_a_match() -> None:
    reports = [day_report(f"r{day}", 24 * day) for day in range(0, 20, 2)]
    tracks = [flight(f"t{day}", 24 * day + 5) for day in range(0, 20, 3)]
    match = ff.match(reports, tracks, between=_SPAN, seed=1)
    rate = ff.estimate_rate(
        match, between=_SPAN, direction="outbound", detection=match.detection, seed=1
    )
    again = ff.estimate_rate(
        match.events, between=_SPAN, direction="outbound", detection=match.detection, seed=1
    )
    assert rate.per_day == again.per_day
    assert len(ff.estimate_tonnage(match, seed=1).events) == len(match.events) == 13
    assert match.to_frame(backend="pandas").shape == (len(match.links), 7)
    assert "possible pairs linked" in str(match)
    assert "in all (Chapman)" in match._repr_html_()
    assert ff.plot(match).get_title(loc="left").startswith("Reported and tracked")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"threshold": 0}, "threshold is a share of draws above 0"),
        ({"prior": 1}, "prior is a probability"),
        ({"slack_h": -1}, "slack_h is a number of hours"),
        ({"weights": {"colour": {}}}, "no field 'colour'; there are window"),
        ({"weights": {"window": {"far": (0.1, 0.1)}}}, "has no level 'far'; it has overlap, near"),
        ({"weights": {"window": {"near": (0, 0.1)}}}, "probabilities above 0"),
        ({"mode": "sea"}, "no event moves so; there is air"),
    ],
)
def test_bad_arguments(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ff.ForceflowError, match=message):
        ff.match([day_report("r", 4)], [flight("t", 4)], seed=1, **arguments)  # type: ignore[arg-type]


def test_bad_lists() -> None:
    with pytest.raises(ff.ForceflowError, match="streams belong to the reported"):
        ff.match([], [stream("s", 3, ff.Quantity.exactly(3))], seed=1)
    with pytest.raises(ff.ForceflowError, match="give between="):
        ff.match([day_report("r", 4)], [], seed=1)
    with pytest.raises(ff.ForceflowError, match="given twice: t"):
        ff.match([], [flight("t", 4), flight("t", 5)], seed=1)
    empty = ff.match([day_report("r", 4)], [], between=_SPAN, heard_at=["OSLK", "HL59"], seed=1)
    assert empty.how_many.middle == 1
    with pytest.raises(ff.ForceflowError, match="nothing was tracked"):
        _ = empty.share_reported


# -- a slow twin --------------------------------------------------------------------------------------------------


def best_sum(gains: np.ndarray, room: list[int]) -> float:
    """Largest sum of gains above 0 over all ways to give each column to one row or none, up to the room of rows."""
    rows, columns = gains.shape
    best = 0.0
    for choice in itertools.product(range(-1, rows), repeat=columns):
        if any(choice.count(row) > room[row] for row in range(rows)):
            continue
        total = sum(gains[row, column] for column, row in enumerate(choice) if row >= 0)
        best = max(best, total)
    return best


@given(
    st.integers(1, 3).flatmap(
        lambda rows: st.tuples(
            st.lists(
                st.lists(st.floats(-3, 3), min_size=rows, max_size=rows), min_size=1, max_size=4
            ),
            st.lists(st.integers(0, 3), min_size=rows, max_size=rows),
        )
    )
)
@settings(deadline=None, max_examples=150)
def test_the_assignment_is_the_best_of_all(case: tuple[list[list[float]], list[int]]) -> None:
    gains, room = np.array(case[0]).T, case[1]
    rows, columns = np.indices(gains.shape).reshape(2, -1)
    taken = assign(rows, columns, gains.ravel(), dict(enumerate(room)))
    np.testing.assert_allclose(gains.ravel()[taken].sum(), best_sum(gains, room), atol=1e-9)
    assert np.bincount(columns[taken], minlength=1).max(initial=0) <= 1
    used = np.bincount(rows[taken], minlength=len(room))
    assert (used <= np.array(room)).all()


def test_the_quick_way_for_one_report_is_the_assignment() -> None:
    odds = np.array([2.0, 0.5, -0.5, 1.0])
    names = tuple(f"pair {at}" for at in range(4))
    one = Pairs(np.zeros(4, np.int64), np.arange(4), odds, names)
    limit = np.full(300, 2)
    quick = draw_links(one, {0: limit}, draws=300, seed=3)
    # A second report that competes for a track but is never worth it sends all pairs the long way.
    more = Pairs(
        np.array([0, 0, 0, 0, 1]),
        np.array([0, 1, 2, 3, 0]),
        np.append(odds, -1e9),
        (*names, "other"),
    )
    slow = draw_links(more, {0: limit, 1: limit}, draws=300, seed=3)
    np.testing.assert_array_equal(slow[:4], quick)


# -- laws ---------------------------------------------------------------------------------------------------------

_HOURS = st.lists(st.integers(0, 300), min_size=1, max_size=6, unique=True)


def matched(reports: list[ff.Sortie], tracks: list[ff.Sortie]) -> ff.flows.Match:
    return ff.match(
        reports, tracks, between=_SPAN, heard_at=["OSLK", "HL59", "OSKL"], draws=200, seed=5
    )


@given(_HOURS, _HOURS, st.randoms())
@settings(deadline=None, max_examples=25)
def test_the_order_of_events_changes_nothing(
    told: list[int], seen: list[int], any_: object
) -> None:
    reports = [day_report(f"r{hour}", hour) for hour in told]
    tracks = [flight(f"t{hour}", hour) for hour in seen]
    before = matched(reports, tracks)
    any_.shuffle(reports)  # type: ignore[attr-defined]
    any_.shuffle(tracks)  # type: ignore[attr-defined]
    after = matched(reports, tracks)
    assert after.links == before.links
    assert after.how_many == before.how_many
    assert after.events == before.events


@given(_HOURS, _HOURS)
@settings(deadline=None, max_examples=25)
def test_the_lists_may_change_places(told: list[int], seen: list[int]) -> None:
    one = [day_report(f"r{hour}", hour) for hour in told]
    other = [flight(f"t{hour}", hour) for hour in seen]
    there, back = matched(one, other), matched(other, one)
    turned = {(link.tracked, link.reported): (link.share, link.log_odds) for link in back.links}
    assert turned == {
        (link.reported, link.tracked): (link.share, link.log_odds) for link in there.links
    }
    assert there.both == back.both
    assert there.only_reported == back.only_tracked
    assert there.how_many == back.how_many


@given(_HOURS, _HOURS)
@settings(deadline=None, max_examples=25)
def test_an_unrelated_event_changes_no_link(told: list[int], seen: list[int]) -> None:
    reports = [day_report(f"r{hour}", hour) for hour in told]
    tracks = [flight(f"t{hour}", hour) for hour in seen]
    before = matched(reports, tracks)
    far = flight("far", 24 * 30)
    after = matched(reports, [*tracks, far])
    assert after.links == before.links
    assert after.both == before.both
    assert after.only_reported == before.only_reported
    assert {one.event for one in after.unreported} == {"far", *(o.event for o in before.unreported)}


# -- worlds with a known answer -----------------------------------------------------------------------------------


def test_the_range_holds_the_true_number() -> None:
    held = shares = 0
    worlds = 60
    for world in range(worlds):
        draw = np.random.default_rng(world)
        flights = np.sort(draw.choice(39 * 4, size=36, replace=False)) * 6.0
        seen_by_reports = draw.random(36) < 0.5
        seen_by_tracks = draw.random(36) < 0.7
        reports = [day_report(f"r{hour:g}", hour) for hour in flights[seen_by_reports]]
        tracks = [flight(f"t{hour:g}", hour) for hour in flights[seen_by_tracks]]
        match = ff.match(
            reports, tracks, between=_SPAN, heard_at=["OSLK", "HL59"], draws=400, seed=world
        )
        held += 36 in match.how_many
        shares += match.share_tracked.low <= 0.7 <= match.share_tracked.high
    # Nine in ten, less three standard errors: links in doubt make ranges wide and not too narrow.
    assert held >= 46
    assert shares >= 46
