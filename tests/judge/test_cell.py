"""What holds of the linear model for every A holds inside a cell with A = G, and nothing follows where a condition of that is missing."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations import LEDGER
from resmax_sym.judge import Claim, Status
from resmax_sym.judge.basis import Basis, may_use
from resmax_sym.judge.bounds.canonical import push
from resmax_sym.judge.cell import Image, carried_over, homogeneous, in_cell, is_one_cell, linear_model, one_cell_again
from resmax_sym.judge.cell_check import agree, point_in_cell
from resmax_sym.judge.certificate import Invalid, certificate, digest, replay
from resmax_sym.judge.guards import guards
from resmax_sym.judge.identity import Defect
from resmax_sym.judge.judge import attack, judge_all
from resmax_sym.judge.proof import derive
from resmax_sym.lang import parse, symbol
from resmax_sym.models import RELU as KINKED
from resmax_sym.models import SOFTMAX, Model

LINEAR, RELU = Model(SOFTMAX), Model(SOFTMAX, inner_layer=KINKED)
LEAKY, PLAIN = Model(SOFTMAX, inner_layer="max(s, s/10)"), Model(SOFTMAX, inner_layer="s")
SAME, PRODUCT = "step(A1 @ x) == step(A1 @ y)", "(A1 @ x) * (A1 @ y) > 0"
G = "A2 @ diag(step(A1 @ x)) @ A1"
THERE = "A2 @ diag(step(A1 @ y)) @ A1"
LIPSCHITZ = "norm(f - at(f, y)) <= opnorm(A) / 2 * norm(x - y)"
FIRM = ("alpha != 0", "at(alpha, y) != 0")


def base(statement=LIPSCHITZ, *assume, model=LINEAR, **rest):
    return Claim("base", statement, model=model, assume=assume, **rest)


def claim(statement=LIPSCHITZ, *assume, model=RELU, slope=G, **rest):
    let = {"A": slope} if slope else {}
    return Claim("c", statement, model=model, assume=assume, let=let, **rest)


def follows(one, other, where=None):
    """Whether `other` follows from `one`, whatever the truth of the latter; nothing else can settle it."""
    basis = Basis.of(other, [(one, guards(one.relation, one.model) if where is None else where)])
    alone = dataclasses.replace(basis, known=(), firm=(), lemmas=(), forms=(), vectors=(), throughout=())
    shown = derive(other, alone, lambda part, given: None, True) is not None
    assert may_use(other, one) or not shown
    return shown


SEGMENT = "on_segment(opnorm(hess(L) - at(hess(L), y)) <= M * norm(x - y))"
SLACK = {"M": "M >= 0"}
FOLLOWS = {
    "signs": (base(), claim(LIPSCHITZ, SAME)),
    "signs, turned": (base(), claim(LIPSCHITZ, "at(step(A1 @ x), y) == step(A1 @ x)")),
    "a product": (base(), claim(LIPSCHITZ, PRODUCT)),
    "a product, turned": (base(), claim(LIPSCHITZ, "0 < (A1 @ y) * (A1 @ x)")),
    "D(t)": (base(), claim(LIPSCHITZ, SAME, slope="D(t)")),
    "D(t) at y": (base(), claim(LIPSCHITZ, SAME, slope="at(D(t), y)")),
    "G at y": (base(), claim(LIPSCHITZ, SAME, slope=THERE)),
    "G in another way": (base(), claim(LIPSCHITZ, SAME, slope="A2 @ (diag(step(A1 @ x)) @ A1)")),
    "a leaky layer": (base(), claim(LIPSCHITZ, SAME, model=LEAKY, slope="D(t)")),
    "a linear layer has one cell": (base(), claim(LIPSCHITZ, model=PLAIN, slope="A2 @ A1")),
    "t for A x": (base("norm(A @ x) >= inner(grad(L), x)"), claim("norm(t) >= inner(grad(L), x)")),
    "A x for t": (base("norm(t) >= inner(grad(L), x)"), claim("norm(A @ x) >= inner(grad(L), x)")),
    "t at y for A y": (
        base("norm(A @ y) <= opnorm(A) * norm(y)"),
        claim("norm(at(t, y)) <= opnorm(A) * norm(y)", SAME),
    ),
    "one point, off the kinks": (base("norm(grad(L)) <= opnorm(A)"), claim("norm(grad(L)) <= opnorm(A)")),
    "y as a mere vector": (base("norm(A @ y) <= opnorm(A) * norm(y)"), claim("norm(A @ y) <= opnorm(A) * norm(y)")),
    "the slope itself": (base("at(D(t), y) == A"), claim("at(D(t), y) == A", SAME)),
    "an assumption": (
        base("norm(grad(L)) <= M", "opnorm(A) <= M", parameters=SLACK),
        claim("norm(grad(L)) <= M", "opnorm(A) <= M", parameters=SLACK),
    ),
    "on the segment": (
        base("norm(q) <= M", SEGMENT, parameters=SLACK),
        claim("norm(q) <= M", SEGMENT, SAME, parameters=SLACK),
    ),
    "the Hessian in t": (base("opnorm(hess(L, t)) <= opnorm(A)"), claim("opnorm(hess(L, t)) <= opnorm(A)")),
    "a size": (base(sizes={"n": (1, 2)}), claim(LIPSCHITZ, SAME, sizes={"n": (2,), "m": (1,)})),
}


@pytest.mark.parametrize("name", FOLLOWS)
def test_a_claim_about_every_matrix_is_one_about_the_cell(name):
    assert follows(*FOLLOWS[name])


def inner(layer):
    return Model(SOFTMAX, inner_layer=layer)


CURVED = "norm(grad(L)) <= opnorm(A)"
REFUSED = {
    "no cell": (base(), claim()),
    "the cell of x alone": (base(), claim(LIPSCHITZ, "step(A1 @ x) == step(A1 @ x)")),
    "x on no kink": (base(), claim(LIPSCHITZ, "abs(A1 @ x) > 0", "abs(A1 @ y) > 0")),
    "a square": (base(), claim(LIPSCHITZ, "(A1 @ x) * (A1 @ x) > 0")),
    "a product that may be 0": (base(), claim(LIPSCHITZ, "(A1 @ x) * (A1 @ y) >= 0")),
    "the wrong sign": (base(), claim(LIPSCHITZ, "(A1 @ x) * (A1 @ y) < 0")),
    "signs of something else": (base(), claim(LIPSCHITZ, "step(A2 @ (A1 @ x)) == step(A2 @ (A1 @ y))")),
    "a sum of signs": (base(), claim(LIPSCHITZ, "sum(step(A1 @ x)) == sum(step(A1 @ y))")),
    "the cell assumed of a segment": (base(), claim(LIPSCHITZ, f"on_segment({PRODUCT})")),
    "a segment without a cell": (
        base("norm(q) <= M", SEGMENT, parameters=SLACK),
        claim("norm(q) <= M", SEGMENT, parameters=SLACK),
    ),
    "G at y without a cell": (base(CURVED), claim(CURVED, slope=THERE)),
    "t at y without a cell": (
        base("norm(A @ y) <= norm(grad(L))"),
        claim("norm(at(t, y)) <= norm(grad(L))"),
    ),
    "A1 in place of A": (base(CURVED), claim("norm(grad(L)) <= opnorm(A1)")),
    "A2 A1 in place of A": (base(CURVED), claim(CURVED, slope="A2 @ A1")),
    "a product of norms": (base(), claim("norm(f - at(f, y)) <= opnorm(A2) * opnorm(A1) / 2 * norm(x - y)", SAME)),
    "A1 x beside G": (base("norm(A @ x) <= norm(grad(L))"), claim("norm(A1 @ x) <= norm(grad(L))")),
    "the signs of the other side": (base(CURVED), claim(CURVED, slope="A2 @ diag(1 - step(A1 @ x)) @ A1")),
    "a formula of G below a derivative": (
        base("norm(D(A @ x)) <= 1".replace("norm", "opnorm")),
        claim("opnorm(D(A @ x)) <= 1"),
    ),
    "a step below a derivative": (base("opnorm(D(A.T @ q)) <= 1"), claim("opnorm(D(A.T @ q)) <= 1")),
    "D(step)": (base("opnorm(D(A @ y)) <= 1"), claim("opnorm(D(A @ y)) <= 1", SAME)),
    "G below a derivative in t": (base("opnorm(D(A.T @ q, t)) <= 1"), claim("opnorm(D(A.T @ q, t)) <= 1")),
    "another unit": (base(model=Model()), claim(LIPSCHITZ, SAME)),
    "another head": (base(model=Model(SOFTMAX, "plain")), claim(LIPSCHITZ, SAME)),
    "a base with layers of its own": (base(model=PLAIN, let={"A": "A2 @ A1"}), claim(LIPSCHITZ, SAME)),
    "another relation": (base(), claim(LIPSCHITZ.replace("<=", "<"), SAME)),
    "another number": (base(), claim(LIPSCHITZ.replace("2", "3"), SAME)),
    "another name": (base(CURVED), claim("norm(grad(L)) <= fro(A)")),
    "x for y": (base("norm(A @ y) <= norm(grad(L))"), claim("norm(A @ x) <= norm(grad(L))")),
    "an assumption that is not met": (base(CURVED, "norm1(b) <= 1"), claim(CURVED)),
    "an assumption on another matrix": (
        base("norm(grad(L)) <= M", "opnorm(A) <= M", parameters=SLACK),
        claim("norm(grad(L)) <= M", "opnorm(A1) <= M", parameters=SLACK),
    ),
    "a condition of a parameter": (
        base("norm(grad(L)) <= M", parameters=SLACK),
        claim("norm(grad(L)) <= M", parameters={"M": ""}),
    ),
    "a statement that has a value on a kink": (base("norm(f) <= 1"), claim("norm(f) <= 1", slope="")),
    "sizes of the base": (base(sizes={"n": (1,)}), claim(LIPSCHITZ, SAME)),
    "more sizes": (base(sizes={"n": (1,)}), claim(LIPSCHITZ, SAME, sizes={"n": (1, 2)})),
}
SHIFTED = ("max(s, 0) + 1", "max(s - 1, 0)", "max(s, 1)", "s + 1", "max(s, 0) - 1/10")
CURVES = (
    "log(1 + exp(s))",
    "tanh(s)",
    "s**2",
    "exp(s)",
    "abs(s)**3",
    "max(s, s*s)",
    "max(s, 0)**2",
    "sqrt(s*s)",
    "s / (1 + abs(s))",
    "s * step(s)",
)


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_follows_where_a_condition_is_missing(name):
    assert not follows(*REFUSED[name])


@pytest.mark.parametrize("layer", SHIFTED + CURVES)
def test_only_layers_that_are_linear_on_each_side_of_0_have_cells(layer):
    assert linear_model(inner(layer)) is None
    assert not follows(base(), claim(LIPSCHITZ, SAME, model=inner(layer), slope="D(t)"))


def test_a_base_that_holds_off_more_than_its_own_guards_is_not_used():
    assert follows(base(), claim(LIPSCHITZ, SAME), FIRM)
    assert not follows(base(), claim(LIPSCHITZ, SAME), (*FIRM, "sum(t) != 0"))


def test_without_a_base_nothing_is_said():
    assert not in_cell(claim(LIPSCHITZ, SAME), claim().relation, claim(LIPSCHITZ, SAME).given, ())


CELLS = {SAME: True, PRODUCT: True, "at(step(A1 @ x), y) == step(A1 @ x)": True, "(A1 @ x) * (A1 @ y) >= 0": False}
CELLS |= {"step(A1 @ y) == step(A1 @ y)": False, "step(A1 @ x) >= step(A1 @ y)": False, "A1 @ x == A1 @ y": False}
CELLS |= {"(A1 @ x) * (A1 @ y) > -1": False, "(A1 @ x) * (A1 @ y) > A1 @ y": False, "(A1 @ x) / (A1 @ y) > 0": False}


@pytest.mark.parametrize("text", CELLS)
def test_two_ways_to_say_that_points_are_in_one_cell(text):
    relation = RELU.relation(text)
    assert is_one_cell(RELU, relation) is CELLS[text]
    one = claim(PRODUCT, text, slope="")
    assert one_cell_again(one, one.relation, one.given) is CELLS[text]
    assert not one_cell_again(one, RELU.relation("A1 @ x == A1 @ y"), one.given)


S = symbol("s")
LEAVES = st.sampled_from(["s", "0", "1", "-2", "1/3"])
LAYERS = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["+", "-", "*", "/"]), part).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(st.sampled_from(["max", "min"]), part, part).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
        st.tuples(st.sampled_from(["abs", "-"]), part).map(lambda p: f"{p[0]}({p[1]})"),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(LAYERS)
def test_what_is_called_homogeneous_is(text):
    e = parse(text, {"s": S})
    if homogeneous(e, S):
        scope = {"max": max, "min": min, "abs": abs}
        for s in (-3.0, -0.5, 0.0, 0.25, 2.0):
            value, double = (eval(text, {**scope, "s": scale * s}) for scale in (1, 2))  # a text of this test
            assert double == pytest.approx(2 * value)


def pair(a, b):
    return [(LINEAR.relation(a), RELU.relation(b, **{"A": RELU.parse(G)}))]


def test_the_second_route_sees_a_wrong_image():
    one = claim(LIPSCHITZ, SAME)
    assert agree(one, LINEAR, pair(LIPSCHITZ, LIPSCHITZ))
    for right in ("t == 0 * t", "at(f, y) == at(f, y)", "norm(grad(L)) <= opnorm(A)"):
        assert agree(one, LINEAR, pair(right, right))
    for a, b in (
        ("norm(t) <= 1", "norm(at(t, y)) <= 1"),
        ("opnorm(A) <= 1", "opnorm(A2 @ A1) <= 1"),
        ("norm(A @ x) <= 1", "norm(A2 @ (A1 @ x)) <= 1"),
        ("norm(grad(L)) <= 1", "norm(A1.T @ (A2.T @ q)) <= 1"),
    ):
        with pytest.raises(Defect, match="values differ"):
            agree(one, LINEAR, pair(a, b))


def test_what_has_a_value_nowhere_is_not_agreed_upon():
    assert not agree(claim(), LINEAR, pair("log(-norm(x)) <= 1", "log(-norm(x)) <= 1"))


def test_points_of_the_second_route_are_in_one_cell():
    rng = np.random.default_rng(0)
    for _ in range(20):
        point = point_in_cell(RELU, [], {"n": 3, "d": 2, "m": 4}, rng)
        assert all(p * q > 0 for p, q in zip(point["A1"] @ point["x"], point["A1"] @ point["y"], strict=True))
        assert any(point["x"] != point["y"])


WHOLE = st.recursive(
    st.sampled_from(["t", "f", "q", "(A @ x)", "(A @ grad(L))", "b", "omega", "(A @ y)", "(hess(L, t) @ t)"]),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["+", "-", "*"]), part).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        part.map(lambda p: f"({p} * norm({p}))"),
        part.map(lambda p: f"at({p}, y)"),
        part.map(lambda p: f"(B @ {p})"),
        part.map(lambda p: f"(A @ (A.T @ {p}))"),
    ),
    max_leaves=3,
)


@settings(deadline=None, max_examples=20)
@given(WHOLE)
def test_formulas_that_are_read_as_the_same_have_the_same_values(text):
    a, b = LINEAR.parse(text), RELU.parse(text, A=RELU.parse(G))
    assert Image(RELU, LINEAR, together=True).formula(push(a), push(b))
    assert agree(claim(), LINEAR, pair(f"norm({text}) >= 0", f"norm({text}) >= 0"))


TRUE = [
    "softmax-jacobian",
    "softmax-bound-gradient",
    "softmax-eigmax-b",
    "sharp-lipschitz-in-t",
    "softmax-regularised-psd",
]


@pytest.mark.parametrize("name", TRUE)
@pytest.mark.parametrize(("model", "slope"), [(RELU, G), (LEAKY, "D(t)")])
def test_theorems_of_softmax_are_carried_over(name, model, slope):
    one = LEDGER.claims[name]
    let, assume = {"A": slope, **one.let}, (PRODUCT, *one.assume)
    other = dataclasses.replace(one, id="c", model=model, let=let, assume=assume, proof=(), depends=())
    found = carried_over(other, other.relation, other.given, [one])
    assert found is not None
    assert agree(other, LINEAR, found)
    assert attack(other, 0.02).status is not Status.REFUTED


def proved(*claims):
    return {verdict.claim.id: verdict for verdict in judge_all(claims, 0.5)}


def certificates():
    other = claim(LIPSCHITZ, SAME, depends=("base",))
    done = proved(base(), other)
    assert done["base"].status is done["c"].status is Status.PROVED
    return certificate(done["c"], [certificate(done["base"])])


def signed(body):
    return {**body, "digest": digest(body)}


def test_a_certificate_holds_the_linear_claim_and_replays():
    body = certificates()
    assert replay(body).statement == LIPSCHITZ
    (below,) = body["known"]
    assert "inner_layer" not in below["model"]
    assert set(below["guards"]) <= set(body["guards"])


def test_a_certificate_without_a_condition_does_not_replay():
    body = certificates()
    (text,) = body["claim"]
    (below,) = body["known"]
    (lower,) = below["claim"]
    weaker = LIPSCHITZ.replace("/ 2", "/ 3")
    wrong = [
        {**body, "known": []},
        {**body, "claim": [{**text, "assume": []}]},
        {**body, "claim": [{**text, "assume": ["(A1 @ x) * (A1 @ y) >= 0"]}]},
        {**body, "claim": [{**text, "statement": weaker}]},
        {**body, "claim": [{**text, "let": {"A": "A2 @ A1"}}]},
        {**body, "model": {**body["model"], "inner_layer": "max(s, 0) + 1"}},
        {
            **body,
            "known": [signed({**below, "claim": [{**lower, "statement": weaker}]})],
            "claim": [{**text, "statement": weaker}],
        },
    ]
    for other in wrong:
        with pytest.raises(Invalid):
            replay(signed(other))


def test_no_verdict_rests_on_a_linear_claim_that_is_false():
    false = base(LIPSCHITZ.replace("/ 2", "/ 5"))
    done = proved(false, claim(false.statement, SAME, depends=("base",)))
    assert done["base"].status is Status.REFUTED
    assert done["c"].status not in (Status.PROVED, Status.CERTIFIED)


def test_without_a_cell_the_same_claim_is_refuted():
    jump = "norm(grad(L) - at(grad(L), y)) <= 100 * opnorm(A2) * opnorm(A1) * norm(x - y)"
    found = attack(claim(jump, "norm1(b) <= 1", sizes={"n": (2,), "m": (1,), "d": (1,)}), 0.5)
    assert found.status is Status.REFUTED
