"""Claims over boxes that kinks cross: certified side by side, never where one side, or the kink itself, breaks them."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.arithmetic import Floats
from resmax_sym.judge.branches import Branches, Kink, subject_of
from resmax_sym.judge.certificate import Invalid, body_of, digest, replay
from resmax_sym.judge.enclosure import Box, Enclosure
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.pieces import HOLDS, OPEN, Piece
from resmax_sym.models import SOFTMAX, Model

RELU = Model(SOFTMAX, inner_layer="max(s, 0)")
ACROSS = {"A1": "[9/10, 1]", "A2": "[1/2, 1]", "x": "[-1/10, 1/9]", "b": "[0, 1]"}
ONE, TWO = {"n": (2,), "d": (1,), "m": (1,)}, {"n": (2,), "d": (1,), "m": (2,)}


def claim(statement, box=ACROSS, sizes=ONE, model=RELU, **fields):
    return Claim("c", statement, model=model, box=box, sizes=sizes, **fields)


def enclosed(*args, operations=3e5, **fields):
    c = claim(*args, **fields)
    return Box.of(c).certify(c.each_size(), operations)


@pytest.mark.parametrize(
    ("statement", "sizes", "cuts"),
    [
        ("L <= 1.1", TWO, False),
        ("eigmax(hess(L)) <= 10", ONE, True),
        ("eigmax(hess(L)) <= 40", TWO, True),
        ("psd(hess(L) + 4 * eye(d))", ONE, True),
        ("norm(grad(L)) <= 6", TWO, True),
    ],
)
def test_bounds_across_a_kink_are_certified(statement, sizes, cuts):
    found = enclosed(statement, sizes=sizes)
    assert isinstance(found, Enclosure)
    assert (found.cut > 0) == cuts


SIDES = {
    "true": ("(A1 @ x)**2 + step(A1 @ x) <= 1.02", True),
    "false above": ("step(A1 @ x) <= 0.5", False),
    "false below": ("step(A1 @ x) >= 0.5", False),
    "the Hessian above": ("trace(hess(L)) == 0", False),
    "the Hessian below": ("trace(hess(L)) >= 0.0001", False),
    "the gradient above": ("norm(grad(L)) <= 0.01", False),
    "a Lipschitz gradient": ("norm(grad(L) - at(grad(L), y)) <= 100 * norm(x - y)", False),
    "a jump at y": ("norm(at(grad(L), y)) <= 0.01", False),
    "a step at y": ("norm(at(grad(L), y)) <= 3.1", True),
}


@pytest.mark.parametrize("name", SIDES)
def test_what_fails_on_one_side_is_not_certified(name):
    statement, expected = SIDES[name]
    found = enclosed(statement, ACROSS | {"y": "[-1/10, 1/10]"}, operations=2e4)
    assert isinstance(found, Enclosure) == expected


@pytest.mark.parametrize("bad", range(4))
def test_what_fails_in_one_of_four_regions_is_not_certified(bad):
    """1 is in one region alone; the box is about the corner where all four meet."""
    box = {"A1": "[1/2, 1]", "x": "[-1/8, 1/8]", "y": "[-1/8, 1/8]"}
    sizes = {"n": (1,), "d": (1,), "m": (1,)}
    first, second = ("step(A1 @ x)" if bad >> k & 1 else "(1 - step(A1 @ x))" for k in (0, 1))
    both = f"{first} + at({second}, y)"
    assert isinstance(enclosed(f"{both} <= 2", box, sizes), Enclosure)
    assert not isinstance(enclosed(f"{both} <= 1.9", box, sizes, operations=3e4), Enclosure)


@pytest.mark.parametrize(
    ("statement", "x", "expected"),
    [
        ("step(A1 @ x) >= 1", "[0, 1]", True),  # undefined at 0
        ("step(A1 @ x) >= 1", "[-1/1000000, 1]", False),
        ("step(A1 @ x) <= 0", "[-1, 0]", True),
        ("sign(A1 @ x) >= 1", "[0, 1]", False),  # 0 at 0
        ("sign(A1 @ x) >= 0", "[0, 1]", False),  # true, but signs are not split
        ("max(A1 @ x, 0) > 0", "[0, 1]", False),  # 0 at 0
        ("max(A1 @ x, 0) >= A1 @ x", "[-1, 1]", True),
        ("abs(A1 @ x) <= 1.001", "[-1, 1]", True),
        ("min(A1 @ x, 0) + max(A1 @ x, 0) == A1 @ x", "[-1, 1]", True),
        ("step(A1 @ x) + step(-(A1 @ x)) == 1", "[-1, 1]", True),
        ("step(2 * (A1 @ x) - 1) >= step(A1 @ x)", "[-1, 1]", False),  # false between the levels
        (
            "step(2 * (A1 @ x) - 1) <= step(A1 @ x)",
            "[-1, 1]",
            True,
        ),  # no point is above the one level and below the other
        ("step(2 * (A1 @ x) - 1) + step(A1 @ x) <= 2", "[-1, 1]", True),
        ("step((A1 @ x)**2) <= 1", "[-1, 1]", False),  # no kink of the inner layer
    ],
)
def test_the_kink_itself_and_its_neighbours(statement, x, expected):
    found = enclosed(statement, {"A1": "[1, 1]", "x": x}, {"n": (1,), "d": (1,), "m": (1,)}, operations=5e3)
    assert isinstance(found, Enclosure) == expected


def test_a_box_within_a_kink_shows_nothing_about_a_step():
    found = enclosed("step(A1 @ x) >= 1", {"A1": "[1, 1]", "x": "[0, 0]"}, {"n": (1,), "d": (1,), "m": (1,)})
    assert not isinstance(found, Enclosure)


LAYERS = ["max(s, 0)", "abs(s)", "max(s, s / 10)", "max(s - 1/20, 0) - min(s + 1/30, 0)"]
GOALS = [
    "sum(grad(L))",
    "trace(hess(L))",
    "L",
    "sum(D(alpha))",
    "at(trace(hess(L)), y) - L",
    "sum(step(A1 @ x) * (A1 @ x + 1))",
]


SIZES = {"n": 2, "d": 2, "m": 2}
SHAPES = {"A1": (2, 2), "A2": (2, 2), "x": (2,), "y": (2,), "b": (2,)}


def sampled(layer, goal, seed):
    """A box across kinks, and the values at random points of it, many of them near the kinks."""
    generator = np.random.default_rng(seed)
    ends = {name: np.sort(generator.integers(-6, 7, size=2)) / 16 for name in SHAPES}
    assume(all(low < high for low, high in ends.values()))
    ends["x"], ends["y"] = np.array([-0.125, 0.125]), np.array([-0.125, 0.0625])
    batch = {name: generator.uniform(*ends[name], size=(4000, *shape)) for name, shape in SHAPES.items()}
    for name in ("x", "y"):
        batch[name][::3] *= 1e-6
    model = Model(SOFTMAX, inner_layer=layer)
    values = np.broadcast_to(Evaluator(model, SIZES, batch, Floats(), batched=True)(model.parse(goal)), (4000,))
    assert np.isfinite(values).any()
    box = {name: f"[{Fraction(low)}, {Fraction(high)}]" for name, (low, high) in ends.items()}
    return values[np.isfinite(values)], {"box": box, "sizes": {name: (k,) for name, k in SIZES.items()}, "model": model}


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(LAYERS), st.sampled_from(GOALS), st.integers(0, 10**6), st.booleans())
def test_no_bound_is_certified_that_a_point_breaks(layer, goal, seed, lower):
    """The largest value at random points, a little less: a bound that fails somewhere, often in one region only."""
    values, fields = sampled(layer, goal, seed)
    bound = Fraction(float(values.min() if lower else values.max())) + Fraction(1 if lower else -1, 10**9)
    assert not isinstance(enclosed(f"{goal} {'>=' if lower else '<='} {bound}", operations=2e3, **fields), Enclosure)


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(LAYERS), st.sampled_from(GOALS), st.integers(0, 10**6), st.sampled_from(["1/3", "5", "100"]))
def test_the_enclosure_holds_every_value(layer, goal, seed, room):
    values, fields = sampled(layer, goal, seed)
    bound = Fraction(float(values.max())) + Fraction(room)
    found = enclosed(f"{goal} <= {bound}", operations=4e3, **fields)
    if isinstance(found, Enclosure):
        low, high = map(float, found.gap[1:-1].split(","))
        assert low - 1e-9 <= (values - float(bound)).min()
        assert (values - float(bound)).max() <= high + 1e-9


def test_a_certificate_says_where_it_was_cut_and_is_checked_again():
    verdict = judge(claim("eigmax(hess(L)) <= 40", sizes=TWO), budget=3)
    assert verdict.status is Status.CERTIFIED
    assert "A1 @ x != 0" in verdict.guards
    body = body_of(verdict)
    assert any("x0,x1:hhhh" in tree.split() for tree in body["evidence"]["bisections"])
    assert replay(body).id == "c"
    (tree,) = body["evidence"]["bisections"]
    for other in ("x0:hhhh", "x0,x1:hhh", "x0,x1:ssss", "x1,x0:hhhh", "h", "s", "open", "fails", ":", "x0,x1:"):
        body["evidence"]["bisections"] = [tree.replace("x0,x1:hhhh", other)]
        body["digest"] = digest(body)
        with pytest.raises(Invalid):
            replay(body)


def test_a_false_claim_has_no_certificate_by_a_forged_cut():
    verdict = judge(claim("eigmax(hess(L)) <= 10"), budget=2)
    body = body_of(verdict)
    body["claim"][0]["statement"] = "eigmax(hess(L)) <= 0.001"
    for tree in ("x0:hh", "h", "open", "fails", "x0:hs"):
        body["evidence"]["bisections"] = [tree]
        body["digest"] = digest(body)
        with pytest.raises(Invalid):
            replay(body)


def test_an_assumption_settles_the_parts_that_it_excludes():
    """The statement is false above the kink; only because that part is excluded it is certified."""
    assume = ["step(A1 @ x) <= 1/2"]
    found = enclosed("trace(hess(L)) == 0", assume=assume)
    assert isinstance(found, Enclosure)
    assert found.trees == ("x0:hs",)
    assert (found.boxes, found.skipped, found.cut) == (1, 0, 1)
    assert not isinstance(enclosed("trace(hess(L)) == 0", operations=1e4), Enclosure)


@pytest.mark.parametrize(
    ("same", "expected"),
    [
        ("step(A1 @ x) == step(A1 @ y)", True),
        ("(A1 @ x) * (A1 @ y) > 0", True),
        ("(A1 @ x) * (A1 @ y) < 0", False),
        ("A1 @ x >= -1", False),
    ],
)
def test_points_of_one_region(same, expected):
    """step jumps by 1 between regions, and not inside one."""
    box = ACROSS | {"y": "[-1/10, 1/8]"}
    found = enclosed("norm(step(A1 @ x) - at(step(A1 @ x), y)) <= 0.5", box, assume=[same], operations=1e4)
    assert isinstance(found, Enclosure) == expected
    if expected:
        assert found.trees == ("x0,y0:hssh",)


def test_a_part_where_only_the_branch_fails_is_halved_and_not_given_up():
    """x step(x) >= -0.01, whose branch x is below that on the other side of the kink."""
    c = claim(
        "inner(x, ones(d)) * sum(step(A1 @ x)) >= -0.01",
        {"A1": "[1, 1]", "x": "[-1, 1]"},
        {"n": (1,), "d": (1,), "m": (1,)},
    )
    piece = Piece(
        RELU, {"n": 1, "d": 1, "m": 1}, {"A1": (1, 1), "x": (1,)}, ((Fraction(1),) * 2, (Fraction(-1), Fraction(1)))
    )
    assert piece.decide(c.relation, []).verdict == OPEN
    assert isinstance(Box.of(c).certify(c.each_size(), 1e4), Enclosure)


def test_sides_are_exact_ranges():
    """A1 x in [0, 1] touches its kink, and is on the side where it is not negative; a ball of the product would not show it."""
    half = (Fraction(1, 2), Fraction(1))
    shapes = {"A1": (1, 2), "x": (2,)}
    branches = Branches(shapes, (half, half, (Fraction(0), Fraction(1)), (Fraction(0), Fraction(1))))
    assert branches.side(Kink("x", 0, Fraction(0))) == 1
    assert branches.side(Kink("x", 0, Fraction(2))) == -1
    assert branches.side(Kink("x", 0, Fraction(199, 100))) == 0
    assert branches.side(Kink("y", 0, Fraction(0))) == 0
    assert list(branches.met) == [Kink("x", 0, Fraction(199, 100))]
    part = branches.on({Kink("x", 0, Fraction(199, 100)): -1})
    assert part.side(Kink("x", 0, Fraction(199, 100))) == -1
    assert not part.met


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A1 @ x", ("x", 0, 1)),
        ("1 - 2 * (A1 @ y)", ("y", Fraction(1, 2), -1)),
        ("A1 @ x + A1 @ y", None),
        ("(A1 @ x)**2", None),
        ("A1 @ x * norm(b)", None),
        ("A2 @ (A1 @ x)", None),
        ("A1.T @ (A1 @ x)", None),
        ("max(A1 @ x, 0)", None),
        ("step(A1 @ x)", None),
    ],
)
def test_what_a_function_switches_on(text, expected):
    index = sp.Symbol("i1", integer=True)
    found = subject_of(RELU.lowering()(RELU.parse(text), index))
    assert (found and (found.point, found.level, found.sign)) == expected


def test_both_branches_agree_with_the_formula():
    """At points on either side, the chosen branch is the value in balls that holds without any choice."""
    model = Model(SOFTMAX, inner_layer="max(s, 0) + abs(s - 1/4) - min(s, 1/8)")
    c = claim(
        "trace(hess(L)) + L <= 10**6", {"A1": "[1, 1]", "A2": "[1/2, 1/2]", "x": "[-1, 1]", "b": "[0, 0]"}, ONE, model
    )
    for x in (Fraction(-1, 2), Fraction(1, 16), Fraction(3, 16), Fraction(1, 2)):
        sides = ((Fraction(1),) * 2, *((Fraction(1, 2),) * 2,) * 2, *((Fraction(0),) * 2,) * 2, (x, x))
        shapes = {"A1": (1, 1), "A2": (2, 1), "b": (2,), "x": (1,)}
        natural = Piece(model, {"n": 2, "d": 1, "m": 1}, shapes, sides).decide(c.relation, [])
        point = {"A1": [[1.0]], "A2": [[0.5], [0.5]], "b": [0.0, 0.0], "x": [float(x)]}
        value = float(Evaluator(model, {"n": 2, "d": 1, "m": 1}, point, Floats())(c.relation.args[0])) - 10**6
        assert natural.verdict == HOLDS
        assert abs(float(natural.gap) - value) < 1e-8
