"""python -m benchmarks.fuzz: random formulas over random boxes; each enclosure holds the 200-digit value at points of its box.

The values come from mpmath by a second reading of the formula (tests/lang/trees.py), derivatives from difference quotients.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import flint
import mpmath
import numpy as np

sys.path.append(str(Path(__file__).parents[1] / "tests" / "lang"))

import trees

from resmax_sym.judge.balls import Balls
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.jets import Jets, values
from resmax_sym.judge.pieces import DIGITS
from resmax_sym.lang import Expr, LanguageError
from resmax_sym.models import Model

EXACT_DIGITS = 200
STEP = mpmath.mpf(10) ** -60
SLOPES = mpmath.mpf(10) ** -80
"""Difference quotients err by about STEP^2, far less than the enclosures are wide."""

POINTS = 20
SHAPES = ((), (), ("n",), ("d",), ("n", "d"))
RADII = (Fraction(0), Fraction(1, 10**6), Fraction(1, 100), Fraction(1, 4))
MODELS = (
    Model(),
    Model("exp(s)"),
    Model("log(1 + exp(s))", "plain"),
    Model("s**3 + s", "rescaled"),
    Model("exp(s)", inner_layer="tanh(s)"),
    Model("exp(s)", inner_layer="max(s, 0)"),
)


@dataclass
class Tally:
    """Enclosures compared with a value, formulas drawn, and the values that were outside."""

    evaluations: int = 0
    formulas: int = 0
    bounded: int = 0
    misses: tuple[str, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Tally(*(a + b for a, b in pairs))


def attack(seed: int, evaluations: int) -> Tally:
    """Random formulas until so many values have been compared with their enclosures."""
    rng, tally = random.Random(seed), Tally()
    trees.DIGITS, trees.STEP = EXACT_DIGITS, STEP
    while tally.evaluations < evaluations:
        model = rng.choice(MODELS)
        family = rng.choice(list(trees.FAMILIES))
        formula = trees.formula(rng.choice, model, rng.choice(SHAPES), rng.randint(1, 3), family)
        tally += compare(model, formula, rng)
    return tally


def compare(model: Model, formula: Expr, rng: random.Random) -> Tally:
    """One formula over one box."""
    sizes = {name: rng.randint(1, 3) for name in ("n", "d", *(() if model.inner_layer is None else ("m",)))}
    middle = trees.random_values(model, sizes, np.random.default_rng(rng.getrandbits(64)))
    radius = rng.choice(RADII)
    enclosure = enclose(model, formula, sizes, middle, radius, set(rng.sample(list(middle), rng.choice((0, 1, 2)))))
    tally = Tally(formulas=1)
    if enclosure is None or not all(ball.is_finite() for ball in enclosure):
        return tally
    tally.bounded = 1
    for _ in range(POINTS if radius else 1):
        point = {name: moved(value, radius, rng) for name, value in middle.items()}
        try:
            exact = np.asarray(trees.value(model, sizes, point, formula), dtype=object).ravel()
        except trees.Undefined:
            tally.misses += (f"{formula!r} has no value at {point}, yet it is enclosed",)
            break
        except (OverflowError, ValueError, ZeroDivisionError):
            break
        tally.evaluations += len(exact)
        if not all(map(holds, enclosure, exact)):
            tally.misses += (f"{formula!r} of {model!r} at {point} within {radius}",)
    return tally


def enclose(
    model: Model, formula: Expr, sizes: dict[str, int], middle: dict, radius: Fraction, steep: set[str]
) -> list | None:
    """The balls of all entries over the box of that radius: natural, or cut by slopes in the variables `steep`."""
    balls = Balls(DIGITS)
    entries = {name: np.atleast_1d(value).size for name, value in middle.items()}
    ends = np.cumsum([0, *entries.values()])
    first = dict(zip(entries, map(int, ends), strict=False))
    with balls.precision():
        moving = [first[name] + k for name in sorted(steep) for k in range(entries[name])] if radius else []
        ring = Jets(balls, {i: balls.number(radius) for i in moving}) if steep else balls
        point = {}
        for name, value in middle.items():
            array = np.empty(np.shape(value), dtype=object)
            for k, place in enumerate(np.ndindex(array.shape), start=first[name]):
                exact = value[place] if array.ndim else value
                low, high = exact - radius, exact + radius
                array[place] = ring.entry(k, low, high)
            point[name] = array if array.ndim else array[()]
    try:
        found = np.asarray(Evaluator(model, sizes, point, ring)(formula), dtype=object).ravel()
    except (LanguageError, ZeroDivisionError):
        return None
    return list(values(found) if steep else found)


def moved(value: Any, radius: Fraction, rng: random.Random) -> Any:
    """A point of the box, now and then a corner of it."""

    def entry(middle: Fraction) -> Fraction:
        return middle + radius * rng.choice([Fraction(rng.randint(-1000, 1000), 1000), Fraction(-1), Fraction(1)])

    return np.vectorize(entry, otypes=[object])(value) if isinstance(value, np.ndarray) else entry(value)


def holds(ball: flint.arb, exact: mpmath.mpf) -> bool:
    """Whether the value lies in the ball, the ends of which are exact numbers."""
    with mpmath.workdps(EXACT_DIGITS):
        low, high = (mpmath.ldexp(*map(int, end.man_exp())) for end in (ball.lower(), ball.upper()))
        slack = SLOPES * (1 + abs(exact))
        return bool(low - slack <= exact <= high + slack)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--evaluations", type=int, default=10**6, metavar="N", help="how many (%(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="at a time (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the first share (%(default)s)")
    args = parser.parse_args()
    share = 5_000
    total, shares = Tally(), -(-args.evaluations // share)
    with ProcessPoolExecutor(args.jobs) as pool:
        futures = [pool.submit(attack, args.seed + k, share) for k in range(shares)]
        for count, future in enumerate(as_completed(futures), start=1):
            total += future.result()
            print(f"{count}/{shares} shares, {len(total.misses)} misses", file=sys.stderr, flush=True)
    print("\n".join(total.misses[:20]), end="\n" if total.misses else "")
    print(
        f"{total.evaluations} evaluations of {total.bounded} enclosed formulas ({total.formulas} drawn): {len(total.misses)} "
        f"of their {EXACT_DIGITS}-digit values outside"
    )
    return int(bool(total.misses) or total.evaluations < args.evaluations)


if __name__ == "__main__":
    sys.exit(main())
