"""Lemmas about numbers used entry by entry, and bounds for every vector carried to eigenvalues: what follows, and what must not."""

import dataclasses

import pytest

from resmax_sym.judge import Claim, Status, judge_all
from resmax_sym.judge.basis import Basis
from resmax_sym.judge.certificate import Invalid, body_of, digest, replay
from resmax_sym.judge.instance import is_lemma, matched
from resmax_sym.judge.universal import for_every_vector
from resmax_sym.models import SOFTMAX, Model

MAX = Model(SOFTMAX)
LEMMA = Claim("lemma", "p1**2 - p1*p2 + p2**2 >= p1*p2 - p3", parameters={"p1": "", "p2": "", "p3": "p3 >= 0"})


def verdicts(*claims):
    return {verdict.claim.id: verdict for verdict in judge_all(claims, budget=0.3)}


def changed(claim, **fields):
    return dataclasses.replace(claim, **fields)


def by_glue(verdict):
    """Whether the statement itself came from earlier steps, without an engine."""
    return "steps" in verdict.evidence and verdict.evidence["steps"][-1]["method"] == "from earlier steps"


def square():
    """A lemma that the bounds prove, so that an instance is as strong."""
    return Claim("lemma", "(p1 - p2)**2 + p3 >= 0", parameters={"p1": "", "p2": "", "p3": "p3 >= 0"})


def use(statement, *proof, **rest):
    return Claim("use", statement, proof=proof, depends=("lemma",), model=MAX, **rest)


def test_an_instance_is_proved_and_replayed():
    found = verdicts(square(), use("(sinh(t) - b)**2 + abs(sum(b)) >= 0", "abs(sum(b)) >= 0"))
    assert [v.status for v in found.values()] == [Status.PROVED] * 2


def steep(p, q="p2", last="1.001"):
    """p^3 + q^3 + 1 >= 3 p q for p, q >= 0, which no rule of the bounds sees for vectors."""
    return f"({p})**3 + ({q})**3 - 3*({p})*({q}) + {last} >= 0"


CUBIC = Claim("lemma", steep("p1"), box={"p1": "[0, 2]", "p2": "[0, 2]"}, parameters={"p1": "", "p2": ""})
RANGES = ("2*f >= 0", "2*f <= 2", "2*tanh(t)**2 >= 0", "2*tanh(t)**2 <= 2")
USED = steep("2*f", "2*tanh(t)**2")


def test_a_certified_lemma_gives_a_certified_instance():
    found = verdicts(CUBIC, use(USED, *RANGES))
    assert [v.status for v in found.values()] == [Status.CERTIFIED] * 2
    assert by_glue(found["use"])
    lemma = body_of(found["lemma"])
    body = body_of(found["use"], [lemma])
    replay(body)
    with pytest.raises(Invalid):
        replay(sealed(body_of(found["use"])))  # without the lemma
    stronger = sealed({**body, "verdict": "proved"})
    with pytest.raises(Invalid):
        replay(stronger)
    other = sealed({**lemma, "claim": [{**lemma["claim"][0], "statement": steep("p1", last="0.9")}]})
    with pytest.raises(Invalid):
        replay(sealed({**body, "known": [other]}))


def sealed(body):
    """With a digest that fits."""
    return {**body, "digest": digest(body)}


@pytest.mark.parametrize(
    "wrong",
    [
        use(USED, *RANGES[:3]),  # a condition is missing
        use(steep("3*f", "2*tanh(t)**2"), "3*f >= 0", "3*f <= 3", *RANGES),  # a condition fails
        use(USED.replace("1.001", "0.999"), *RANGES),  # another number
        use(USED.replace("3*(2*f)", "3*(f + f)"), *RANGES),  # two values for one parameter
        use(USED.replace(">=", "<="), *RANGES),  # another relation
    ],
    ids=lambda c: c.statement,
)
def test_no_instance(wrong):
    found = verdicts(CUBIC, wrong)
    assert found["use"].status in (Status.UNREFUTED, Status.REFUTED)


def test_a_refuted_lemma_is_of_no_use():
    false = changed(CUBIC, statement=steep("p1", last="0.9"))
    found = verdicts(false, use(USED.replace("1.001", "0.9"), *RANGES))
    assert found["lemma"].status is Status.REFUTED
    assert found["use"].status not in (Status.PROVED, Status.CERTIFIED)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (CUBIC, True),
        (LEMMA, True),
        (Claim("c", "p1 + sum(b) >= 0", parameters={"p1": ""}), False),  # speaks of the model
        (Claim("c", "p1 + n >= 0", parameters={"p1": ""}), False),  # and of sizes
        (Claim("c", "1 / p1 >= 0", parameters={"p1": "p1 > 0"}), False),  # has a guard
        (Claim("c", "p1 >= 0", parameters={"p1": "sqrt(p1) >= 0"}), False),  # so has its condition
        (Claim("c", "p1 >= 0", parameters={"p1": "p1 >= 1"}, sizes={"n": (2,)}), False),
        (Claim("c", "p1 * b >= b", parameters={"p1": "p1 >= 1"}), False),  # a vector is no parameter
    ],
    ids=lambda value: value.statement if isinstance(value, Claim) else "",
)
def test_lemmas_are_about_numbers(claim, expected):
    assert is_lemma(claim) is expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("f**2 - f*t + t**2 >= f*t - L", True),
        ("f**2 - f*sum(b) + sum(b)**2 >= f*sum(b) - L", True),  # scalars beside vectors
        ("f**2 - f*x + x**2 >= f*x - L", None),  # two sizes
        ("f**2 - t*f + t**2 >= f*t - L", False),  # written in another order
        ("J**2 - J*B + B**2 >= J*B - J", None),  # no matrices
    ],
)
def test_matching(statement, expected):
    try:
        found = matched(LEMMA.relation, MAX.relation(statement))
    except ValueError:
        found = None  # not even a formula
    assert (found is not None) is bool(expected)


SPREAD = Claim("base", "inner(omega, C @ omega) + inner(omega, omega) >= 0", let={"C": "diag(sinh(t)**2) - eye(n)"})
LEAST = Claim("least", "eigmin(C) >= -1", let=SPREAD.let, depends=("base",))


def known(*claims):
    return Basis.of(LEAST, [(claim, ()) for claim in claims]).firm


def test_a_form_for_every_vector_bounds_the_spectrum():
    assert for_every_vector(LEAST, LEAST.relation, known(SPREAD))
    above = changed(LEAST, statement="eigmax(-C) <= 1")
    assert for_every_vector(above, above.relation, known(SPREAD))
    shifted = changed(LEAST, statement="psd(C + eye(n))")
    assert for_every_vector(shifted, shifted.relation, known(SPREAD))


@pytest.mark.parametrize(
    ("statement", "base"),
    [
        ("eigmin(C) >= -0.9", SPREAD),  # another constant
        ("eigmax(C) <= 1", SPREAD),  # the other end
        ("eigmin(2*C) >= -1", SPREAD),  # another matrix
        ("eigmin(C) >= -1", changed(SPREAD, statement="inner(omega, C @ omega) + sum(omega) >= 0")),
        ("eigmin(C) >= -1", changed(SPREAD, statement="inner(b, C @ omega) + inner(b, omega) >= 0")),
        ("eigmin(C) >= -1", changed(SPREAD, statement="inner(omega, C @ omega) + inner(omega, omega) == 0")),
        (
            "eigmin(C + outer(b, t)) >= -1",
            changed(SPREAD, statement="inner(omega, (C + outer(b, t)) @ omega) + inner(omega, omega) >= 0"),
        ),
    ],
)
def test_no_bound_of_the_spectrum(statement, base):
    claim = changed(LEAST, statement=statement)
    assert not for_every_vector(claim, claim.relation, [base.relation])


def test_the_vector_must_be_free():
    """Nothing may be assumed of it, and neither the matrix nor the constant may speak of it."""
    assumed = changed(LEAST, assume=("norm(omega) <= 1",))
    assert not for_every_vector(assumed, assumed.relation, [SPREAD.relation])
    inside = changed(SPREAD, let={"C": "diag(omega) - eye(n)"})
    claim = changed(LEAST, let=inside.let)
    assert not for_every_vector(claim, claim.relation, [inside.relation])
    constant = changed(LEAST, statement="eigmin(C) >= -norm(omega)")
    relation = changed(SPREAD, statement="inner(omega, C @ omega) + norm(omega) * inner(omega, omega) >= 0").relation
    assert not for_every_vector(constant, constant.relation, [relation])


def test_a_guard_on_the_vector_spoils_the_bound():
    """What is shown only where sum(omega) != 0 says nothing of other vectors, though here it is true of them."""
    guarded = changed(
        SPREAD, statement="(inner(omega, C @ omega) + inner(omega, omega)) * (sum(omega) / sum(omega)) >= 0"
    )
    assert not for_every_vector(LEAST, LEAST.relation, [guarded.relation])
    assert Basis.of(LEAST, [(SPREAD, ("sum(omega) != 0",))]).firm == ()
    assert Basis.of(LEAST, [(SPREAD, ("sum(omega) != 0",))]).known == (SPREAD.relation,)


def test_an_assumption_about_one_vector_is_not_about_all():
    """The form assumed of omega: the claim is false, for omega may be 0."""
    claim = Claim("c", "eigmin(diag(t)) >= 0", assume=("inner(omega, diag(t) @ omega) >= 0 * inner(omega, omega)",))
    assert verdicts(claim)["c"].status is Status.REFUTED
