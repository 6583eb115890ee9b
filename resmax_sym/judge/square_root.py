r"""norm(A1 @ z)**2 with A1^T A1 = M is <z, M z>: a claim about every A2 A1 gives one about every A and every positive definite M.

For A and a symmetric M >= l I with l > 0 let A1 = M^{1/2}, which is invertible, and A2 = A A1^{-1}.  Then A2 A1 = A and A1^T A1 = M.  So
what holds in the model t = A2 A1 x for all A1 and A2, and speaks of them through A2 A1, A1^T A1 and norm(A1 z)^2 alone, holds in the model
t = A x with A, M and <z, M z> in their place.  M may be the Hessian at x: A1 and A2 are the same at all points, M is its value at x.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resmax_sym.judge.bounds.canonical import push, same
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.guards import guards
from resmax_sym.judge.square_root_check import agree
from resmax_sym.lang import Expr, LanguageError, Relation
from resmax_sym.models import Model

IDENTITY = "s"
"""The inner layer of a model with two factors and nothing between them."""


def usable_factors(claim: Claim, bases: Iterable[tuple[Claim, Iterable[str]]]) -> list[Claim]:
    """Those claims about t = A2 A1 x, for every size, shown wherever their statement and their assumptions are defined."""
    if claim.model.inner_layer is not None:
        return []
    factors, found = Model(claim.model.unit, claim.model.head, IDENTITY), []
    for base, where in bases:
        try:
            own = guards(Relation("all", (base.relation, *base.assumptions)), base.model)
            if base.model == factors and {*where} <= {*own} and not base.sizes:
                found.append(base)
        except LanguageError:
            continue
    return found


def by_square_root(claim: Claim, statement: Relation, established: Sequence[Relation], bases: Sequence[Claim]) -> bool:
    """Whether one of `bases` says `statement` with A for A2 A1, and some positive definite M for A1^T A1; False means not seen.

    Parameters
    ----------
    established : relations
        They hold, and are defined, wherever the claim speaks.  What a base assumes has to be among them, but for M == A1^T A1.

    Raises
    ------
    Defect
        Values in the two models differ, though the formulas were read as the same.
    """
    for base in bases:
        for M in positive_definite(established):
            found = Root(base.model, claim.model, push(M)).carried_over(base, statement, established)
            if found is not None and agree(claim, base.model, M, found):
                return True
    return False


def positive_definite(established: Sequence[Relation]) -> Iterator[Expr]:
    """M where eigmin(M) >= l and l > 0 are known; that eigmin(M) is defined says that M is symmetric."""
    positive = [r.lhs for r in established if r.op == ">" and r.rhs == Expr("number", data=0)]
    for relation in established:
        if relation.op == ">=" and relation.lhs.op == "eigmin" and relation.rhs in positive:
            (M,) = relation.lhs.args
            if M.shape == ("d", "d"):
                yield M


Carried = list[tuple[Relation | Expr, Relation | Expr]]
"""Relations and formulas about two factors, each with the one about A and M that it becomes."""


class Root:
    """Relations about two factors beside those about A and M that are said to mean the same."""

    def __init__(self, factors: Model, linear: Model, M: Expr) -> None:
        A1, A2 = factors.names["A1"], factors.names["A2"]
        self.A1, self.product, self.gram, self.t = A1, A2 @ A1, A1.T @ A1, factors.names["t"]
        self.A, self.M, self.value = linear.names["A"], M, linear.names["t"]

    def carried_over(self, base: Claim, statement: Relation, established: Sequence[Relation]) -> Carried | None:
        """What the base says and assumes beside what it becomes, the statement first; None where it does not say it by its form."""
        found: Carried = [(base.relation, statement)]
        if not self.relation(base.relation, statement):
            return None
        for assumed in base.assumptions:
            if self.says_nothing(assumed):
                found += [(side, self.M) for side in assumed.args]
                continue
            known = next((known for known in established if self.relation(assumed, known)), None)
            if known is None:
                return None
            found.append((assumed, known))
        return found

    def says_nothing(self, assumed: Relation) -> bool:
        """M == A1^T A1, which the choice of A1 makes true."""
        if assumed.op != "==":
            return False
        a, b = map(push, assumed.args)
        return any(p == self.gram and self.formula(q, self.M) for p, q in ((a, b), (b, a)))

    def relation(self, a: Relation, b: Relation, moved: bool = False) -> bool:
        """Whether b is a with A and M; `moved` where it is about other points than x."""
        if a.op != b.op or len(a.args) != len(b.args):
            return False
        moved = moved or a.op == "on_segment"
        pairs = zip(a.args, b.args, strict=True)
        return all(
            self.relation(p, q, moved) if isinstance(p, Relation) else self.formula(push(p), push(q), moved)
            for p, q in pairs
        )

    def formula(self, a: Expr, b: Expr, moved: bool = False) -> bool:
        """Whether b is a with A for A2 A1, M for A1^T A1 and <z, M z> for norm(A1 z)^2."""
        if a == self.product:
            return b == self.A
        if a == self.t or b == self.value:
            return a == self.t and b == self.value
        if a == self.gram:
            return not moved and same(b, self.M)
        z = self.squared(a)
        if z is not None:
            return not moved and b.op == "inner" and b.args[1] == self.M @ b.args[0] and self.formula(z, b.args[0])
        if a.op == "named" or b.op == "named":
            return self.formula(*(push(e.args[0]) if e.op == "named" else e for e in (a, b)), moved)
        if (a.op, a.data, a.shape, len(a.args)) != (b.op, b.data, b.shape, len(b.args)):
            return False
        moved = moved or a.op in ("D", "at")
        return all(self.formula(p, q, moved) for p, q in zip(a.args, b.args, strict=True))

    def squared(self, a: Expr) -> Expr | None:
        """z where a is norm(A1 @ z)**2."""
        if a.op != "pow" or a.args[1] != Expr("number", data=2) or a.args[0].op != "norm":
            return None
        (image,) = a.args[0].args
        return image.args[1] if image.op == "matmul" and image.args[0] == self.A1 else None
