"""Rules for steps, for the change of a function of t, and for derivatives behind an inner layer: each has a use, and none says too much."""

import json

import pytest
from claims import claim

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.bounds import Bounded, Undecided, bound
from resmax_sym.judge.bounds.layered import layer_texts, through_layer
from resmax_sym.judge.bounds.recheck import Unsound, recheck
from resmax_sym.judge.judge import search
from resmax_sym.models import SOFTMAX, Model

RELU = Model(SOFTMAX, inner_layer="max(s, 0)")
LINEAR = Model(SOFTMAX)
R = {"R": "R >= 0"}
STEP = "norm(t - at(t, y))"
WITHOUT = "(opnorm(A2) * opnorm(A1))"


def relu(statement, *assume, model=RELU, parameters=None):
    return claim(statement, *assume, model=model, parameters=parameters)


TRUE = {
    "step of what is not positive": relu("step(A1 @ x) <= 0", "A1 @ x <= 0"),
    "step of what is not negative": relu("step(A1 @ x) >= 1", "A1 @ x >= 1/2"),
    "mean value inequality in t": relu(f"norm(f - at(f, y)) <= {STEP} / 2", model=LINEAR),
    "diagonal matrix": relu("opnorm(diag(step(A1 @ x))) <= 1"),
    "submultiplicative norm": relu(f"opnorm(D(t)) <= {WITHOUT}"),
    "max with 0 shrinks": relu("norm(max(A1 @ x, 0)) <= norm(A1 @ x)"),
    "no expansion": relu("norm(max(A1 @ x, 0) - at(max(A1 @ x, 0), y)) <= opnorm(A1) * norm(x - y)"),
    "congruence": relu("psd(hess(L_tot))", "eigmin(B) >= -1", "omega**2 >= 1"),
    "Gram matrix": relu("psd(D(t).T @ D(t))"),
    "operator norm": relu(f"norm(grad(L)) <= {WITHOUT}", "norm1(b) <= 1"),
}
"""Rule -> a true claim that it takes part in."""
FALSE = [
    relu("step(A1 @ x) <= 0", "A1 @ x <= 1"),
    relu("step(A1 @ x) <= 0"),
    relu("step(A1 @ x) >= 1", "A1 @ x >= -1"),
    relu("step(x) >= 1", "A1 @ x >= 1"),
    relu(f"norm(f - at(f, y)) <= 0.49 * {STEP}", model=LINEAR),
    relu(f"norm(f - at(f, y)) <= {STEP} / 2", model=Model()),
    relu(f"norm(t - at(t, y)) <= 0.9 * {STEP}", model=LINEAR),
    relu(f"norm(x - y) <= {STEP}", model=LINEAR),
    relu(f"abs(L - at(L, y)) <= {STEP}", model=LINEAR),
    relu("opnorm(D(t)) <= opnorm(A2)"),
    relu("opnorm(D(t)) <= opnorm(A2 @ A1)"),
    relu("psd(hess(L_tot))", "eigmin(B) >= -1", "omega**2 >= 1/2"),
    relu(f"norm(grad(L) - at(grad(L), y)) <= 9 * {WITHOUT}**2 * norm(x - y)", "norm1(b) <= 1"),
    relu(f"opnorm(hess(L) - at(hess(L), y)) <= 9 * {WITHOUT}**3 * norm(x - y)", "norm1(b) <= 1"),
]


@pytest.mark.parametrize("name", TRUE)
def test_true_claims_are_proved_by_the_rule_and_rechecked(name):
    found = bound(TRUE[name])
    assert isinstance(found, Bounded), found
    assert name in found.rules()
    recheck(TRUE[name], json.loads(json.dumps(found.to_json())))


@pytest.mark.parametrize("one", FALSE, ids=lambda c: f"{c.statement}, {c.assume}")
def test_false_claims_are_undecided(one):
    assert isinstance(bound(one), Undecided)


@pytest.mark.parametrize("one", FALSE[:5], ids=lambda c: c.statement)
def test_they_are_false(one):
    assert search(one, 1.0, 0).witness is not None


@pytest.mark.parametrize(
    ("statement", "assume"),
    [
        ("psd((A2 @ A1).T @ B @ (A2 @ A1))", "eigmin(B) >= 0"),
        ("psd(A1.T @ A2.T @ B @ A2 @ A1)", "eigmin(B) >= 0"),
        ("psd((A2 @ A1).T @ (A2 @ A1))", "n >= 1"),
        ("psd(A2 @ A1 @ (A2 @ A1).T)", "n >= 1"),
        ("eigmin((A2 @ A1).T @ B @ (A2 @ A1)) >= -opnorm(A2 @ A1)**2", "eigmin(B) >= -1"),
    ],
)
def test_the_transpose_of_a_product_is_seen_in_a_congruence(statement, assume):
    one = relu(statement, assume)
    found = bound(one)
    assert isinstance(found, Bounded)
    recheck(one, json.loads(json.dumps(found.to_json())))


@pytest.mark.parametrize(
    "statement", ["psd((A2 @ A1).T @ B @ A2 @ A1 @ A1.T @ A1)", "psd((A2 @ A1).T @ B @ (A2 @ A1 + D(t)))"]
)
def test_what_is_no_congruence_is_not_taken_for_one(statement):
    assert isinstance(bound(relu(statement, "eigmin(B) >= 0")), Undecided)


def table(name):
    return json.loads(json.dumps(bound(TRUE[name]).to_json()))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("step of what is not positive", relu("step(A1 @ x) <= 0", "A1 @ x <= 1")),
        ("step of what is not negative", relu("step(A1 @ x) >= 1", "A1 @ x >= 0 - 1/2")),
        ("mean value inequality in t", relu(f"norm(f - at(f, y)) <= {STEP} / 2")),
        ("mean value inequality in t", relu(f"norm(f - at(f, y)) <= {STEP} / 3", model=LINEAR)),
        ("congruence", relu("psd(hess(L_tot))", "eigmin(B) >= -2", "omega**2 >= 1")),
    ],
)
def test_a_derivation_does_not_serve_another_claim(name, other):
    """Among them the layered model: there t moves on no segment, so that the rule is not sound in it."""
    with pytest.raises(Unsound):
        recheck(other, {**table(name), "claim": str(other.relation)})


def test_the_slope_in_t_is_bounded_on_the_segment_not_at_its_ends():
    statement = f"abs(alpha - at(alpha, y)) <= R * {STEP}"
    between = claim(statement, "on_segment(norm(v) <= R)", model=LINEAR, parameters=R)
    found = bound(between)
    assert isinstance(found, Bounded)
    assert "mean value inequality in t" in found.rules()
    ends = claim(statement, "norm(v) <= R", "at(norm(v), y) <= R", model=LINEAR, parameters=R)
    with pytest.raises(Unsound, match="is not assumed here"):
        recheck(ends, json.loads(json.dumps(found.to_json())))


@pytest.mark.parametrize(
    "text",
    ["norm(f + ones(n) * inner(x, x) - at(f, y) - ones(n) * inner(y, y))", "norm(q * norm(x) - at(q * norm(x), y))"],
)
def test_a_formula_that_knows_x_beside_t_is_left_alone(text):
    assert isinstance(bound(claim(f"{text} <= 100 * {STEP}", "norm1(b) <= 1", model=LINEAR)), Undecided)


@pytest.mark.parametrize(
    ("layer", "jacobian", "curvature"),
    [
        ("max(s, 0)", "A2 @ diag(step(A1 @ x)) @ A1", "0 * ones(m)"),
        ("s", "A2 @ A1", "0 * ones(m)"),
        ("2 * s", "2 * A2 @ A1", "0 * ones(m)"),
        ("tanh(s)", "A2 @ diag(1 - tanh(A1 @ x)**2) @ A1", "-2 * tanh(A1 @ x) * (1 - tanh(A1 @ x)**2)"),
        ("s**2 / 2", "A2 @ diag(A1 @ x) @ A1", "ones(m)"),
    ],
)
def test_the_jacobian_and_the_curvature_of_a_layer(layer, jacobian, curvature):

    model = Model(SOFTMAX, inner_layer=layer)
    G, second = layer_texts(model)
    statements = (f"D(t) == {G}", f"{G} == {jacobian}", f"({second}) * ones(m) == {curvature}")
    assert all(judge(Claim("c", text, model=model), budget=0.2).status is Status.PROVED for text in statements)


def test_formulas_of_the_linear_model_stay_as_they_are():
    assert through_layer(LINEAR, "A.T @ q") == "A.T @ q"
    assert through_layer(RELU, "A.T @ q") == "(A2 @ diag(step((A1 @ x))) @ A1).T @ q"
    assert "ones" not in through_layer(RELU, "A.T @ B @ A", "q")
    assert through_layer(Model(inner_layer="exp(s)"), "A.T @ B @ A", "q").endswith(
        "+ A1.T @ diag((A2.T @ (q)) * (exp((A1 @ x)))) @ A1"
    )
