"""A claim about every omega says the same of other vectors, where its conditions hold of them and nothing is moved."""

import dataclasses

import pytest

from resmax_sym.judge import Claim, Status, judge_all
from resmax_sym.judge.basis import Basis, may_use
from resmax_sym.judge.proof import derive, follows
from resmax_sym.judge.vectors import is_instance_for_vector, usable_vectors
from resmax_sym.models import SOFTMAX, Model

R = Model()
BALL = "norm(omega) <= 1"
FORM = "abs(inner(f, {0}**3) - sum(f * {0})**2) <= 3"
BASE = Claim("base", FORM.format("omega"), assume=("u > 0", BALL))
STEP = Claim("step", FORM.format("(v * t)"), assume=("u > 0",))
FIRM = ("alpha != 0",)


def changed(claim, **fields):
    return dataclasses.replace(claim, **fields)


def says(base, claim, *known, where=FIRM, met=()):
    """Whether `base` says the statement of `claim`, where `known` holds besides its assumptions."""
    usable = usable_vectors(claim, [(base, where)], [claim_of(claim, text) for text in met])
    given = [*claim.given, *(claim_of(claim, text) for text in known)]
    return is_instance_for_vector(claim, claim.relation, usable, lambda r: follows(claim.model, r, given))


def claim_of(claim, text):
    return changed(claim, statement=text).relation


HELD = "norm(v * t) <= 1"


def test_another_vector():
    assert says(BASE, STEP, HELD)
    assert says(BASE, changed(STEP, statement=FORM.format("omega")), BALL)
    assert says(changed(BASE, assume=("u > 0",)), STEP)  # no condition
    assert says(changed(BASE, assume=(BALL, "v <= 2 * u")), STEP, HELD, met=("v <= 2 * u",))
    assert says(changed(BASE, assume=("u > 0", "norm1(omega) <= 2", BALL)), STEP, HELD, "norm1(v * t) <= 2")


@pytest.mark.parametrize(
    ("base", "claim", "known"),
    [
        (BASE, STEP, ()),  # the condition is not known
        (BASE, STEP, ("norm(v * t) <= 2",)),
        (BASE, STEP, ("norm(t) <= 1", BALL)),
        (BASE, changed(STEP, assume=()), (HELD,)),  # nor what else is assumed
        (BASE, changed(STEP, model=Model(SOFTMAX)), (HELD,)),
        (BASE, changed(STEP, statement=FORM.format("(v * t)").replace("3)", "4)")), (HELD,)),
        (BASE, changed(STEP, statement=FORM.format("(v * t)").replace("<=", ">=")), (HELD,)),
        (BASE, changed(STEP, statement="abs(inner(f, t**3) - sum(f * v)**2) <= 3"), ("norm(t) <= 1", "norm(v) <= 1")),
        (changed(BASE, sizes={"n": (2,)}), changed(STEP, sizes={"n": (2,)}), (HELD,)),
        (changed(BASE, assume=("u > 0", BALL, "omega >= 0")), STEP, (HELD,)),
    ],
)
def test_nothing_follows(base, claim, known):
    assert not says(base, claim, *known)


@pytest.mark.parametrize(
    "statement",
    [
        "norm(grad(inner({0}, u), t)) <= norm(v * {0})",  # t moves with x, and so would the vector
        "abs(inner({0}, at(u, y))) <= norm({0}) * norm(at(u, y)) + at(inner({0}, {0}), y)",
        "opnorm(D(u * {0}, t)) <= 5 * norm({0})",
    ],
)
def test_what_is_fixed_below_a_derivative_stays(statement):
    base = changed(BASE, statement=statement.format("omega"))
    assert not says(base, changed(STEP, statement=statement.format("(v * t)")), HELD)


def test_conditions_must_be_defined_and_about_omega_itself():
    claim = changed(STEP, statement=FORM.format("t"))
    for condition, held in (
        ("sum(omega) / sum(omega) >= 0", "1 >= 0"),
        ("norm(grad(inner(omega, u), t)) <= 1", "norm(grad(inner(omega, u), t)) <= 1"),
        ("simplex(omega)", "simplex(t)"),
    ):
        assert not says(changed(BASE, assume=("u > 0", condition)), claim, held)


def test_a_guard_that_the_statement_does_not_have_spoils_it():
    assert not says(BASE, STEP, HELD, where=(*FIRM, "sum(omega) != 0"))
    assert Basis.of(STEP, [(BASE, (*FIRM, "sum(omega) != 0"))]).vectors == ()


def test_a_proof_uses_it():
    """No engine is asked: the step follows from the base, and the condition on the vector from the step before."""
    claim = changed(STEP, assume=("u > 0", HELD), depends=("base",))
    for base, shown in ((BASE, True), (changed(BASE, assume=("u > 0", "norm(omega) <= 1 / 2")), False)):
        basis = Basis.of(claim, [(base, FIRM)])
        assert len(basis.vectors) == 1
        assert (derive(claim, basis, lambda part, given: None, True) is not None) is shown
    assert may_use(claim, BASE)
    assert not usable_vectors(changed(claim, model=Model(SOFTMAX)), [(BASE, ())])


def test_what_is_proved_of_a_larger_vector_is_not_claimed():
    base = Claim("base", "inner(omega, omega)**2 <= 1", assume=(BALL,))
    beyond = Claim(
        "beyond", "inner(b, b)**2 <= 1", assume=("norm1(b) <= 2",), proof=("norm(b) <= 2",), depends=("base",)
    )
    assert [verdict.status for verdict in judge_all((base, beyond), 0.5)] == [Status.PROVED, Status.REFUTED]
