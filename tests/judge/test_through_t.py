"""What is proved of t = A x for every A and x is used for t = A2 rho(A1 x), if it speaks of t alone; nothing else is."""

import dataclasses

import pytest

from resmax_sym.judge import Claim, Status
from resmax_sym.judge.basis import speaks_where
from resmax_sym.judge.certificate import Invalid, certificate, digest, replay
from resmax_sym.judge.judge import judge_all
from resmax_sym.judge.through_t import carried
from resmax_sym.models import SOFTMAX, Model

LINEAR = Model(SOFTMAX)
LAYERED = Model(SOFTMAX, inner_layer="max(s, 0)")

ALONE = [
    Claim("c", "eigmin(B) >= -2", model=LINEAR, assume=("norm1(b) <= 1",)),
    Claim("c", "opnorm(B - at(B, y)) <= r * norm(t - at(t, y))", model=LINEAR, parameters={"r": "r >= 9"}),
    Claim("c", "hess(L, t) == B", model=LINEAR),
    Claim("c", "f > 0", model=LINEAR, assume=("t >= -1", "n >= 2"), sizes={"n": (2, 3)}),
    Claim("c", "alpha >= n", model=LINEAR, box={"t": "[0, 1]"}),
    Claim("c", "inner(omega, B @ omega) <= inner(omega, omega)", model=LINEAR, let={"Q": "B @ B"}),
]
NOT_ALONE = [
    Claim("c", "norm(grad(L)) <= opnorm(A)", model=LINEAR),
    Claim("c", "norm(x) >= 0 * alpha", model=LINEAR),
    Claim("c", "D(f) == J @ A", model=LINEAR),
    Claim("c", "norm(y) + alpha >= 0", model=LINEAR),
    Claim("c", "alpha >= 0 * d", model=LINEAR),
    Claim("c", "norm(ones(d)) * alpha >= 0", model=LINEAR),
    Claim("c", "alpha > 0", model=LINEAR, assume=("norm(x) <= 1",)),
    Claim("c", "alpha > 0", model=LINEAR, assume=("d <= n",)),
    Claim("c", "alpha > 0", model=LINEAR, sizes={"d": (1,)}),
    Claim("c", "alpha > 0", model=LINEAR, box={"x": "[0, 1]"}),
    Claim("c", "on_segment(alpha > 0)", model=LINEAR),
    Claim("c", "alpha > 0", model=LINEAR, assume=("on_segment(alpha > 0)",)),
    Claim("c", "m >= alpha", model=LINEAR, parameters={"m": "m >= 0"}),  # a size in the other model
]


@pytest.mark.parametrize("claim", ALONE, ids=lambda c: c.statement)
def test_a_claim_about_t_is_carried(claim):
    there = carried(claim, LAYERED)
    assert there.model == LAYERED
    assert (there.statement, there.assume, there.box) == (claim.statement, claim.assume, claim.box)


@pytest.mark.parametrize("claim", NOT_ALONE, ids=lambda c: f"{c.statement}, {c.assume}")
def test_a_claim_that_knows_how_t_is_made_is_not(claim):
    assert carried(claim, LAYERED) is claim


@pytest.mark.parametrize("model", [LINEAR, Model("exp(s) + s", inner_layer="s"), Model(SOFTMAX, "plain", "s")])
def test_only_the_inner_layer_may_differ(model):
    assert carried(ALONE[0], model) is ALONE[0]
    layered = dataclasses.replace(ALONE[0], model=LAYERED)
    assert carried(layered, LINEAR) is layered  # t = A2 rho(A1 x) need not take every value


def test_its_guards_have_to_speak_of_t_as_well():
    claim = ALONE[0]
    assert carried(claim, LAYERED, ["alpha != 0", "at(alpha, y) != 0"]).model == LAYERED
    assert carried(claim, LAYERED, ["alpha != 0", "norm(x) != 0"]) is claim


BASE = Claim("base", "eigmin(B) >= -1 / 4", model=LINEAR, assume=("norm1(b) <= 1", "t >= 0", "t <= 0"))


def test_it_holds_where_its_assumptions_do():
    there = carried(BASE, LAYERED)
    claim = Claim("use", BASE.statement, model=LAYERED, assume=BASE.assume)
    assert speaks_where(there, claim)
    assert not speaks_where(there, dataclasses.replace(claim, assume=BASE.assume[:2]))
    assert not speaks_where(BASE, claim)


def test_what_assumes_more_is_not_used():
    """norm(f)^2 <= max f = 1/4, which takes four entries or more."""
    base = Claim("base", "norm(f)**2 <= 1/4", model=LINEAR, assume=("f <= 1/4",))
    claim = Claim("use", "norm(f)**2 <= 1/4", model=LAYERED, depends=("base",))
    first, use = judge_all([base, claim], budget=0.5)
    assert first.status is Status.PROVED
    assert use.status is Status.REFUTED
    *_, again = judge_all([base, dataclasses.replace(claim, assume=("f <= 1/4",))], budget=0.5)
    assert again.status is Status.PROVED


def test_a_certificate_whose_base_speaks_of_x_is_invalid():
    lip = Claim("base", "norm(f - at(f, y)) <= norm(t - at(t, y)) / 2", model=LINEAR)
    claim = Claim(
        "use", "norm(f - at(f, y)) <= opnorm(A2) * opnorm(A1) * norm(x - y) / 2", model=LAYERED, depends=("base",)
    )
    base, use = judge_all([lip, claim], budget=0.2)
    assert use.method == "from earlier claims"
    known = certificate(base)
    assert replay(certificate(use, [known])).id == "use"
    (other,) = judge_all([dataclasses.replace(lip, statement="norm(f - at(f, y)) <= opnorm(A) * norm(x - y) / 2")], 0.2)
    with pytest.raises(Invalid):
        replay(certificate(use, [certificate(other)]))
    without = {**certificate(use, [known]), "known": []}
    with pytest.raises(Invalid):
        replay({**without, "digest": digest(without)})
