"""What one claim states may be what another one assumes: composed claims, and nothing where a link is missing."""

import dataclasses
import json

import pytest

from resmax_sym.judge import Claim, Status, judge_all
from resmax_sym.judge.basis import Basis, may_use, speaking, speaks_where
from resmax_sym.judge.certificate import Invalid, certificate, digest, replay
from resmax_sym.judge.composed import composed
from resmax_sym.judge.store import known_to
from resmax_sym.models import SOFTMAX, Model

POSITIVE = Claim("positive", "u > 0", assume=("t >= 0",))
SIMPLEX = Claim("simplex", "norm(f) <= 1", assume=("u > 0",))
CLAIM = Claim("claim", "norm(f)**2 <= 1", assume=("t >= 0",), depends=("positive", "simplex"))
IN_DATA = dataclasses.replace(CLAIM, assume=("A @ x >= 0",))


def changed(claim, **fields):
    return dataclasses.replace(claim, **fields)


def known(claim, *bases):
    return {base.id for base, _ in speaking(claim, [(base, ()) for base in bases])}


def test_an_assumption_may_be_what_another_claim_states():
    assert known(CLAIM, SIMPLEX) == set()
    assert known(CLAIM, SIMPLEX, POSITIVE) == {"positive", "simplex"}
    assert known(IN_DATA, SIMPLEX, POSITIVE) == {"positive", "simplex"}
    third = Claim("third", "f <= 1", assume=("norm(f) <= 1",))
    assert known(CLAIM, third, SIMPLEX, POSITIVE) == {"third", "positive", "simplex"}
    assert may_use(CLAIM, SIMPLEX, [POSITIVE])
    assert not may_use(CLAIM, SIMPLEX)


@pytest.mark.parametrize(
    "link",
    [
        changed(POSITIVE, assume=("t >= -1",)),
        changed(POSITIVE, statement="u >= 0"),
        changed(POSITIVE, statement="at(u, y) > 0"),
        changed(POSITIVE, model=Model(SOFTMAX)),
        changed(POSITIVE, sizes={"n": (2,)}),
        changed(POSITIVE, assume=("t >= 0", "u > 0")),  # it rests on itself
    ],
)
def test_a_missing_link(link):
    assert "simplex" not in known(CLAIM, SIMPLEX, link)
    assert not may_use(CLAIM, SIMPLEX, [link])


def test_guards_of_the_link_are_kept():
    (one, _), (other, where) = speaking(CLAIM, [(SIMPLEX, ("alpha != 0",)), (POSITIVE, ("sum(omega) != 0",))])
    assert (one.id, other.id) == ("positive", "simplex")
    assert where == {"alpha != 0", "sum(omega) != 0"}
    basis = Basis.of(CLAIM, [(SIMPLEX, ("alpha != 0",)), (POSITIVE, ("sum(omega) != 0",))])
    assert basis.firm == ()
    assert len(basis.known) == 2


def texts(bases):
    return [({repr(a) for a in one.assumptions}, where) for one, where in composed(bases)]


def test_composition():
    assert texts([(SIMPLEX, ("a",)), (POSITIVE, ("b",))]) == [({"t >= 0"}, {"a", "b"})]
    assert texts([(SIMPLEX, ()), (changed(POSITIVE, model=Model(SOFTMAX)), ())]) == []
    assert texts([(SIMPLEX, ()), (changed(POSITIVE, sizes={"n": (2,)}), ())]) == []
    circle = changed(POSITIVE, statement="t >= 0", assume=("u > 0",))  # false, and each supports the other
    found = texts([(POSITIVE, ()), (circle, ())])
    assert [assumed for assumed, _ in found] == [{"u > 0"}, {"t >= 0"}]  # something is left to assume


CHAIN = (POSITIVE, SIMPLEX, CLAIM, changed(IN_DATA, id="data"))


def test_the_judge_and_the_replay_use_it():
    done, bodies = {}, {}
    for verdict in judge_all(CHAIN, 0.5):
        assert verdict.status is Status.PROVED, verdict
        done[verdict.claim.id] = verdict
        bodies[verdict.claim.id] = json.loads(json.dumps(certificate(verdict, known_to(verdict, bodies))))
        assert replay(bodies[verdict.claim.id]).statement == verdict.claim.statement


def test_a_claim_that_needs_the_link_is_not_proved_without_it():
    """t >= -1 allows u < 0, where f leaves the simplex."""
    loose = changed(CLAIM, id="loose", assume=("t >= -1", "alpha >= 1 / 100"))
    (verdict,) = [v for v in judge_all((*CHAIN[:2], loose), 2.0) if v.claim.id == "loose"]
    assert verdict.status is Status.REFUTED


def test_a_certificate_without_the_link_does_not_replay():
    """The statement of the base is made to look known by its side alone."""
    target = Claim("target", "L >= 7", assume=("t >= 0",), depends=("positive", "false"))
    body = {"known": []}
    false = Claim("false", "L >= 7", assume=("u > 0", "L >= 7"))
    positive, proved = (next(iter(judge_all((one,), 0.5))) for one in (POSITIVE, false))
    assert proved.status is Status.PROVED  # it says what it assumes
    forged = dataclasses.replace(
        proved,
        claim=target,
        evidence={"every_unit": False, "steps": [{"statement": "L >= 7", "method": "from earlier steps"}]},
    )
    body = certificate(forged, [certificate(positive), certificate(proved)])
    assert body["digest"] == digest(body)
    with pytest.raises(Invalid, match="not known where"):
        replay(json.loads(json.dumps(body)))


def test_formulas_are_compared_by_meaning():
    assert speaks_where(changed(SIMPLEX, assume=("A @ x >= 0",)), CLAIM)
    assert not speaks_where(changed(SIMPLEX, assume=("A @ x >= 1",)), CLAIM)


SQUARE = Claim("square", "norm(f)**2 >= 0")
NOWHERE = Claim(
    "nowhere",
    "norm(u) <= 0",
    assume=("alpha == 0", "norm(f)**2 >= 0"),
    proof=("u == alpha*f", "norm(alpha*f) <= abs(alpha)*norm(f)", "abs(alpha)*norm(f) <= 0", "norm(alpha*f) <= 0"),
)


def test_a_statement_that_is_undefined_here_meets_no_assumption():
    """Where alpha = 0 the first one is not refuted, and says nothing; the second one speaks nowhere."""
    false = Claim("false", "norm(u) <= 0", assume=("alpha == 0",), depends=("square", "nowhere"))
    first, second, last = judge_all([SQUARE, NOWHERE, false], budget=0.3)
    assert (first.status, second.status) == (Status.PROVED, Status.PROVED)
    assert last.status is not Status.PROVED


def test_nor_does_it_for_another_vector():
    steps = (*NOWHERE.proof, "norm(u) <= 0", "norm(omega) >= 0")
    of_vector = dataclasses.replace(NOWHERE, id="vector", statement="norm(u) <= norm(omega)", proof=steps)
    false = Claim("false", "norm(u) <= norm(b)", assume=("alpha == 0",), depends=("square", "vector"))
    *_, last = judge_all([SQUARE, of_vector, false], budget=0.3)
    assert last.status is not Status.PROVED
