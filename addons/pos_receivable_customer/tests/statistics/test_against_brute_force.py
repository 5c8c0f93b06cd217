"""Each formula against the slow and obvious way to say the same."""

import math
import random
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ...statistics import (
    Beta,
    Wait,
    curve,
    effective_size,
    interval,
    median,
    quantile,
    shrink,
    shrink_along,
    upper,
)

many = settings(max_examples=300, deadline=None, derandomize=True)
numbers = st.integers(-60, 200)
weighted = st.lists(st.tuples(numbers, st.integers(0, 9)), min_size=1, max_size=12)
shares = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])
waits = st.lists(
    st.builds(Wait, st.integers(0, 12), st.booleans(), st.integers(1, 5)), min_size=1, max_size=15
)


@many
@given(weighted, shares)
def test_a_weighted_quantile_is_that_of_each_value_written_as_often_as_it_weighs(pairs, share):
    written = sorted(value for value, weight in pairs for _ in range(weight))
    assume(written)
    wanted = max(math.ceil(Fraction(share).limit_denominator(100) * len(written)), 1)
    values, weights = zip(*pairs, strict=True)
    assert quantile(values, weights, share) == written[wanted - 1]


@many
@given(weighted, shares, st.floats(1e-6, 1e6), st.randoms())
def test_a_quantile_depends_neither_on_the_order_nor_on_the_unit_of_weights(
    pairs, share, unit, rng
):
    assume(any(weight for _value, weight in pairs))
    values, weights = zip(*pairs, strict=True)
    expected = quantile(values, weights, share)
    rng.shuffle(pairs)
    values, weights = zip(*pairs, strict=True)
    assert quantile(values, [weight * unit for weight in weights], share) == expected


@many
@given(st.lists(numbers, min_size=1, max_size=9))
def test_half_of_the_values_lie_on_either_side_of_the_median(values):
    middle = median(values)
    assert sum(value < middle for value in values) <= len(values) / 2
    assert sum(value > middle for value in values) <= len(values) / 2


@many
@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=9))
def test_weights_are_worth_at_most_as_many_observations_as_there_are(weights):
    assert 1 - 1e-9 <= effective_size(weights) <= len(weights) + 1e-9
    assert math.isclose(effective_size([0.3] * len(weights)), len(weights))


@many
@given(waits, st.integers(0, 13))
def test_the_share_still_open_is_the_product_over_days_of_what_was_not_paid(waits, day):
    still = Fraction(1)
    for today in range(day + 1):
        waiting = sum(wait.weight for wait in waits if wait.days >= today)
        paid = sum(wait.weight for wait in waits if wait.days == today and wait.paid)
        if paid:
            still *= 1 - Fraction(paid, waiting)
    assert math.isclose(curve(waits).open_after(day), still, abs_tol=1e-12)


@many
@given(waits)
def test_with_nothing_censored_the_share_still_open_is_just_counted(waits):
    waits = [Wait(wait.days, True, wait.weight) for wait in waits]
    total = sum(wait.weight for wait in waits)
    for day in range(14):
        left = sum(wait.weight for wait in waits if wait.days > day)
        assert math.isclose(curve(waits).open_after(day), left / total, abs_tol=1e-12)


@many
@given(waits, st.integers(0, 12), st.integers(0, 12))
def test_what_has_waited_is_judged_by_what_waited_as_long(waits, waited, more):
    known = curve(waits)
    chance = known.paid_between(waited, waited + more)
    assert 0 <= chance <= 1
    # The same as forgetting all that was settled before.
    later = [wait for wait in waits if wait.days > waited]
    if later and known.open_after(waited) > 0:
        expected = 1 - curve(later).open_after(waited + more)
        assert math.isclose(chance, expected, abs_tol=1e-9)
    else:
        assert chance == 0


@many
@given(waits, shares, st.integers(0, 12))
def test_the_day_of_a_share_is_the_first_by_which_it_is_paid(waits, share, waited):
    known = curve(waits)
    days = [
        day
        for day in range(waited + 1, 14)
        if day in known.days and known.paid_between(waited, day) >= share - 1e-9
    ]
    assert known.day_of(share, waited) == (days[0] if days else None)


@many
@given(numbers, st.integers(0, 20), numbers, st.integers(0, 20))
def test_shrinking_is_the_mean_of_both_written_as_often_as_they_weigh(own, weight, others, k):
    assume(weight + k)
    written = [own] * weight + [others] * k
    found = shrink(own, weight, towards=others, strength=k)
    assert math.isclose(found, sum(written) / len(written), abs_tol=1e-9)


@many
@given(st.lists(st.tuples(numbers, st.integers(0, 20)), min_size=1, max_size=4))
def test_what_is_shrunk_stays_among_what_was_observed(levels):
    observed = [value for value, weight in levels if weight]
    assume(observed)
    found = shrink_along(levels, strength=3)
    assert min(observed) - 1e-9 <= found <= max(observed) + 1e-9


@many
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.001, 0.999))
def test_a_whole_beta_is_the_chance_of_so_many_successes(a, b, share):
    # I_x(a, b) is the binomial probability of at least a successes in a + b - 1 trials.
    trials = a + b - 1
    exact = sum(
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(a, trials + 1)
    )
    assert math.isclose(Beta(a, b).below(share), exact, abs_tol=1e-9)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.floats(1, 30), st.floats(1, 30), st.floats(0.05, 0.95))
def test_any_beta_is_the_area_under_its_density(a, b, share):
    # Simpson's rule, with x = sin² to tame the ends.
    def area(end, steps=2000):
        width = end / steps
        heights = [
            2 * math.sin(t) ** (2 * a - 1) * math.cos(t) ** (2 * b - 1)
            for t in (place * width for place in range(steps + 1))
        ]
        return (
            width
            / 3
            * (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2]))
        )

    exact = area(math.asin(math.sqrt(share))) / area(math.pi / 2)
    assert math.isclose(Beta(a, b).below(share), exact, abs_tol=1e-5)


@many
@given(st.floats(0.3, 200), st.floats(0.3, 200), st.floats(0.01, 0.99))
def test_a_quantile_of_a_beta_leads_back(a, b, probability):
    assert math.isclose(
        Beta(a, b).below(Beta(a, b).quantile(probability)), probability, abs_tol=1e-6
    )


@many
@given(st.lists(numbers, max_size=25), st.sampled_from([0.5, 0.7, 0.8, 0.9, 0.95]))
def test_a_bound_is_the_smallest_that_covers_enough_even_if_the_next_is_worst(errors, coverage):
    needed = Fraction(coverage).limit_denominator(100) * (len(errors) + 1)
    enough = [
        bound for bound in sorted(errors) if sum(error <= bound for error in errors) >= needed
    ]
    assert upper(errors, coverage) == (enough[0] if enough else None)


def test_the_next_case_lies_in_the_interval_as_often_as_promised():
    rng = random.Random(18)
    for coverage in (0.6, 0.8, 0.9):
        hits = 0
        for _ in range(2000):
            truths = [rng.expovariate(1 / 20) for _ in range(40)]
            *seen, following = truths
            low, high = interval(20, [truth - 20 for truth in seen], coverage)
            hits += low <= following <= high
        assert coverage - 0.03 < hits / 2000 < coverage + 0.09


@many
@given(st.lists(numbers, max_size=18), st.floats(0.9, 0.99))
def test_nothing_is_promised_of_too_few(errors, coverage):
    assert interval(0, errors, coverage) is None
