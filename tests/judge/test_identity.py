"""equal(lhs, rhs): what is proved for every n and d, for which units, and by which route; two routes that must agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import PARAMETERS, Undefined, formulas, random_values, value

import resmax_sym.judge.identity as identity_module
from resmax_sym.judge import Claim, Defect
from resmax_sym.judge.identity import Equal, Undecided, equal, guard
from resmax_sym.lang import eq, symbol
from resmax_sym.lang.relation import Relation
from resmax_sym.models import HEADS, Model

MODEL = Model()


def decide(text, model=MODEL, names=PARAMETERS):
    return equal(model, model.relation(text, **{name: symbol(name) for name in names if name not in model.names}))


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("unit", ["exp(s) + s", "exp(s)", "cosh(s)", "log(1 + exp(s))", "s**3 + s"])
def test_gradient_and_hessian_for_every_head_and_unit(head, unit):
    model = Model(unit, head)
    for text in (
        "D(c, t) == J",
        "grad(L) == A.T @ q",
        "hess(L, t) == B",
        "hess(L_tot) == A.T @ (B + diag(omega**2)) @ A",
    ):
        assert decide(text, model) == Equal(every_unit=True, unfolded=False)


@pytest.mark.parametrize("inner", ["s**2", "max(s, 0)"])
def test_the_chain_rule_through_an_inner_layer(inner):
    model = Model("exp(s)", inner_layer=inner)
    assert isinstance(decide("grad(L) == D(t).T @ q", model), Equal)
    assert isinstance(decide("D(f) == J @ D(t)", model), Equal)
    curved = decide("hess(L) == D(t).T @ B @ D(t)", model)
    assert isinstance(curved, Equal) is (inner == "max(s, 0)")  # only a piecewise linear layer adds no curvature


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("D(f) == J @ A", "exp(s)", Equal(every_unit=True, unfolded=False)),
        ("u == v", "exp(s)", Equal(every_unit=False, unfolded=False)),
        ("at(t, y) == A @ y", "exp(s)", Equal(every_unit=True, unfolded=True)),
        ("sum(t) == sum(A @ x)", "exp(s)", Equal(every_unit=True, unfolded=True)),
        ("u == exp(A @ x)", "exp(s)", Equal(every_unit=False, unfolded=True)),
        ("w == u", "cosh(s)", Equal(every_unit=False, unfolded=False)),
        ("v**2 == w**2 - 1", "cosh(s)", Equal(every_unit=False, unfolded=False)),
    ],
)
def test_how_far_a_proof_reaches(text, unit, expected):
    assert decide(text, Model(unit)) == expected


FALSE = [
    "u == v",
    "A.T @ u == A.T @ v",
    "n * inner(t, b) == sum(t) * sum(b)",
    "inner(t, b) == b @ (A @ y)",
    "D(at(t, x)) == 0 * A",
    "at(at(t, x), y) == t",
    "grad(eps * sum(x)) == 0 * x",
    "hess(k1 * L) == k1**2 * hess(L)",
    "grad(s * alpha) == s * grad(alpha) * s",
    "t_y * t == at(t, y)",
    "h * x == x",
    "hess(L) == A.T @ diag(delta) @ A",
    "hess(L) == A.T @ (B + outer(v, v) - outer(v, p)) @ A",
    "grad(L) == -A.T @ q",
    "D(f) == diag(v) @ A / alpha",
    "trace(M) == trace(M) * n",
    "x == 0",
    "eye(n) == 1",
]


@pytest.mark.parametrize("text", FALSE)
def test_false_identities_are_not_proved(text):
    model = MODEL
    relation = model.relation(text, M=model.parse("outer(p, v)"), **{name: symbol(name) for name in PARAMETERS})
    assert isinstance(equal(model, relation), Undecided)


@pytest.mark.parametrize(
    "text",
    ["1 / (x - x) == 1", "norminf(x) == norminf(x) + 0 * L", "eigmin(A.T @ A) == eigmin(A.T @ A) * 1", "x / 0 == x"],
)
def test_what_has_no_normal_form_is_undecided(text):
    found = decide(text)
    assert isinstance(found, Undecided)
    assert found.reason


@given(st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_proved_holds_at_random_points(data):
    """Values by mpmath with derivatives by differences, which are right to 12 digits: a route that shares no code."""
    model = data.draw(st.sampled_from([MODEL, Model("exp(s)", inner_layer="tanh(s)")]))
    shape = data.draw(st.sampled_from([(), ("n",), ("d",), ("n", "d")]))
    left, right = (data.draw(formulas(model, shape, depth=2, family="smooth")) for _ in range(2))
    for relation in (eq(left, right), eq(left + right - left, right)):
        if isinstance(equal(model, relation), Equal):
            sizes = {"n": 2, "d": 3} | ({} if model.inner_layer is None else {"m": 2})
            values = random_values(model, sizes, np.random.default_rng(0))
            try:
                pair = [value(model, sizes, values, side) for side in relation.args]
            except (Undefined, OverflowError, ZeroDivisionError):
                return
            gap = abs(pair[0] - pair[1]).max() if shape else abs(pair[0] - pair[1])
            scale = 1 + (abs(pair[0]).max() if shape else abs(pair[0]))
            assert gap <= 1e-12 * scale


def test_the_second_route_says_what_it_did():
    for text, words in (("grad(L) == A.T @ q", "4 sizes modulo two primes"), ("abs(x)**2 == x**2", "4 in balls")):
        claim = Claim("c", text)
        assert words in guard(MODEL, claim.relation, claim.symbols)


@pytest.mark.parametrize(
    "text", ["grad(L) == A.T @ u", "abs(x) == x", "sum(b)**2 == sum(b**2)", "D(log(alpha)) == D(alpha)"]
)
def test_the_second_route_contradicts_a_false_identity(text):
    claim = Claim("c", text.replace("D(", "grad("))
    with pytest.raises(Defect, match="its sides differ"):
        guard(MODEL, claim.relation, claim.symbols)


@pytest.mark.parametrize("text", ["1 / (x - x) == x", "log(-1 - norm(x)) == 5", "sqrt(-1)**2 == -1"])
def test_the_second_route_says_nothing_where_nothing_is_defined(text):
    claim = Claim("c", text)
    assert guard(MODEL, claim.relation, claim.symbols) is None


def test_equal_reads_the_normal_form(monkeypatch):
    """The negative control: with a zero test that always says yes a false identity is equal, but for the second route."""
    relation = Relation("==", (MODEL.parse("x"), MODEL.parse("x + 1")))
    assert isinstance(equal.__wrapped__(MODEL, relation), Undecided)
    monkeypatch.setattr(identity_module, "is_zero", lambda p: True)
    with pytest.raises(Defect, match="sides differ"):
        equal.__wrapped__(MODEL, relation)
    monkeypatch.setattr(identity_module, "vanishes", lambda *arguments: None)
    assert isinstance(equal.__wrapped__(MODEL, relation), Equal)
