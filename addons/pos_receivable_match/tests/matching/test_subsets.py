"""The bounded search against trying every set."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from ...matching.subsets import exact_subsets

amounts = st.lists(st.integers(1, 40), min_size=1, max_size=9)


def every_subset(amounts, target, max_size, min_size):
    places = range(len(amounts))
    return {
        chosen
        for size in range(min_size, max_size + 1)
        for chosen in combinations(places, size)
        if sum(amounts[place] for place in chosen) == target
    }


@settings(max_examples=300, deadline=None, derandomize=True)
@given(amounts, st.integers(1, 120), st.integers(1, 5), st.integers(1, 2))
def test_the_search_finds_what_trying_every_set_finds(amounts, target, max_size, min_size):
    expected = every_subset(amounts, target, max_size, min_size)
    sums = exact_subsets(amounts, target, max_size, min_size, limit=1000)
    assert sums.complete
    assert set(sums.found) == expected
    assert len(sums.found) == len(expected)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(amounts, st.integers(1, 120), st.integers(1, 200), st.integers(1, 3))
def test_a_set_is_called_unique_only_if_it_is(amounts, target, steps, limit):
    sums = exact_subsets(amounts, target, limit=limit, max_steps=steps)
    expected = every_subset(amounts, target, 5, 2)
    assert set(sums.found) <= expected
    if sums.unique:
        assert len(expected) == 1
    if sums.complete:
        assert set(sums.found) == expected


def test_the_search_gives_up_within_its_steps():
    sums = exact_subsets([1] * 200, 5, max_steps=100, limit=10**9)
    assert not sums.complete
