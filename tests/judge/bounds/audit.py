"""Every fact of an engine evaluated at points that meet the assumptions: none may be violated."""

from collections import Counter
from fractions import Fraction

import numpy as np

from resmax_sym.judge.arithmetic import SearchFloats
from resmax_sym.judge.bounds.engine import Engine
from resmax_sym.judge.bounds.record import LOWER, TEXT
from resmax_sym.judge.domain import NORMS, Domain
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.margin import Margins
from resmax_sym.lang import Expr, Relation

TOLERANCE = 1e-7
"""Relative to the sizes of both sides; rounding of exponentials up to exp(30) and of eigenvalues stays below it."""
NORM_OF = {**NORMS, "abs": np.abs}
STRETCH = (0.0, 0.3, 1.0)


def points(claim, sizes, count, seed):
    """Points of one size that meet the assumptions."""
    variables = [*claim.model.variables.values(), *(claim.names[p] for p in claim.parameters)]
    domain = Domain(claim.model, variables, claim.assumptions)
    rng = np.random.default_rng(seed)
    batch = domain.decode(domain.random(sizes, count, rng), sizes)
    margins = Margins(claim.model, sizes)
    keep = np.ones(count, dtype=bool)
    for assumption in claim.assumptions:
        keep &= margins.violation(assumption, batch) <= 0
    return {name: value[keep] for name, value in batch.items()}


def all_facts(engine: Engine):
    """Every fact of the engine and of what they rest on."""
    seen = {}
    for table in (*engine.done.values(), *engine.changes.values()):
        for facts in table.values():
            for fact in facts:
                for step in fact.walk():
                    seen[step.rule, step.kind, step.subject, step.bound] = step
    return list(seen.values())


def without_hull(e: Expr, share: float) -> Expr:
    """hull(a, b) read as one of the values between a and b."""
    s = Fraction(share)
    return e.rebuild(lambda node: s * node.args[0] + (1 - s) * node.args[1] if node.op == "hull" else None)


class Audit:
    """Counts the checks of each rule, and keeps the violations."""

    def __init__(self):
        self.checked, self.violations = Counter(), []

    def facts(self, model, sizes, batch, facts):
        evaluator = Evaluator(model, sizes, batch, SearchFloats(), batched=True)
        with np.errstate(all="ignore"):
            for fact in facts:
                if isinstance(fact.subject, Relation):
                    continue
                hulls = any(node.op == "hull" for node in fact.subject.walk())
                for share in STRETCH if hulls else (0.0,):
                    subject = without_hull(fact.subject, share) if hulls else fact.subject
                    self.check(fact, evaluator(subject), self.bound(fact, evaluator), sizes)

    def bound(self, fact, evaluator):
        def value(atom):
            match atom:
                case ("size", name):
                    return float(evaluator.sizes[name])
                case ("par", name):
                    return evaluator.point[name]
                case ("norm", kind, e):
                    return NORM_OF[kind](evaluator(e))
                case ("exp", m):
                    return np.exp(self.monomial(m, value))
                case ("num", p):
                    return float(p)
            return np.pi

        total = 0.0
        for m, c in fact.bound.items:
            total = total + float(c) * self.monomial(m, value)
        return np.asarray(total, dtype=float)

    def monomial(self, m, value):
        result = 1.0
        for atom, exponent in m:
            result = result * np.asarray(value(atom), dtype=float) ** float(exponent)
        return result

    def check(self, fact, subject, bound, sizes):
        kind = fact.kind
        bound = bound.reshape(bound.shape + (1,) * (subject.ndim - bound.ndim)) if bound.ndim else bound
        if kind in ("qlo", "qhi"):
            finite = np.isfinite(subject).all(axis=(1, 2))
            values = np.full(len(subject), np.nan)
            form = (subject[finite] + subject[finite].swapaxes(1, 2)) / 2
            if len(form):
                values[finite] = np.linalg.eigvalsh(form)[:, 0 if kind == "qlo" else -1]
            bound = bound.reshape(bound.shape[:1]) if bound.ndim else bound
        elif kind in ("lo", "hi", "pos"):
            values = subject
        elif kind == "inv":
            values = np.abs(1 / subject)
        elif kind == "total":
            values = subject.sum(axis=1)
            bound = bound.reshape(bound.shape[:1]) if bound.ndim else bound
        else:
            finite = np.isfinite(subject.reshape(len(subject), -1)).all(axis=1)
            values = np.full(len(subject), np.nan)
            if finite.any():
                values[finite] = NORM_OF[kind](subject[finite])
            bound = bound.reshape(bound.shape[:1]) if bound.ndim else bound
        gap = {"total": np.abs(values - bound), "pos": -values}.get(
            kind, bound - values if kind in LOWER else values - bound
        )
        size = np.abs(subject).reshape(len(subject), -1).max(axis=1) if kind[0] == "q" or kind == "total" else 0.0
        scale = 1 + np.abs(values) + np.abs(bound) + size
        inside = np.isfinite(gap) & np.isfinite(bound)
        self.checked[fact.rule] += int(inside.sum())
        worst = np.max(np.where(inside, gap / scale, -1.0), initial=-1.0)
        if worst > TOLERANCE:
            self.violations.append((fact.rule, fact.conclusion, float(worst), dict(sizes)))


assert set(TEXT) == {"lo", "hi", "pos", "total", "qlo", "qhi", "inv"}  # a new kind needs a check here
