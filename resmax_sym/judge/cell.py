"""t = G x inside an activation cell: what holds of the linear model for every A holds there of a layered one, with A = G.

rho is to be linear on each side of 0 and to vanish there, as max(s, 0), max(s, s/10) and s do.  Off the kinks, where no entry of
A1 @ x is 0, the points z with the signs of A1 @ x are an open convex set, the cell of x, on which t(z) = G z with one matrix
G = D(t).  A formula that speaks of A1 and A2 through t and G alone is therefore the same function of z on the cell as the formula of the
linear model t = A x in which A has the value G, and so are its derivatives in x.  A claim about every A gives a claim about the cell:
its relations are walked beside those of the layered claim, A against a form of G, and everything else against its like.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from resmax_sym.judge.bounds.canonical import push, same, shift
from resmax_sym.judge.cell_check import agree
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.guards import conditions, guards
from resmax_sym.judge.identity import Equal, equal
from resmax_sym.lang import D, Expr, LanguageError, Relation, eq, parse, symbol
from resmax_sym.models import Model

S = symbol("s")


def linear_model(model: Model) -> Model | None:
    """The model without the inner layer, where that is linear on each side of 0 and vanishes there; None otherwise."""
    if model.inner_layer is None or not homogeneous(parse(model.inner_layer, {"s": S}), S):
        return None
    return Model(model.unit, model.head)


def homogeneous(e: Expr, s: Expr) -> bool:
    """Whether e is a s for s > 0 and c s for s < 0 with numbers a and c, seen from how it is made of s (entry by entry)."""
    if e == s:
        return True
    match e.op, e.args:
        case "number", _:
            return e.data == 0
        case ("neg", (a,)) | ("call", (a,)):
            return (e.op == "neg" or e.data == "abs") and homogeneous(a, s)
        case ("add" | "sub", (a, b)) | ("call", (a, b)):
            return (e.op != "call" or e.data in ("max", "min")) and homogeneous(a, s) and homogeneous(b, s)
        case "mul", (a, b):
            return (a.op == "number" and homogeneous(b, s)) or (b.op == "number" and homogeneous(a, s))
        case "div", (a, b):
            return b.op == "number" and b.data != 0 and homogeneous(a, s)
    return False


def is_linear(model: Model) -> bool:
    """Whether rho has no kink at all: one cell is the whole space."""
    return not any(node.op == "call" for node in parse(model.inner_layer, {"s": S}).walk())


def usable_cells(claim: Claim, bases: Iterable[tuple[Claim, Iterable[str]]]) -> list[Claim]:
    """Those claims about the linear model of a layered one, shown wherever their statement and their assumptions are defined."""
    linear, found = linear_model(claim.model), []
    for base, where in bases if linear is not None else ():
        try:
            own = guards(Relation("all", (base.relation, *base.assumptions)), base.model)
            if base.model == linear and {*where} <= {*own} and of_these_sizes(base, claim):
                found.append(base)
        except LanguageError:
            continue
    return found


def of_these_sizes(base: Claim, claim: Claim) -> bool:
    """Whether base is about each size that the claim is about."""
    return all(name in claim.sizes and {*claim.sizes[name]} <= {*values} for name, values in base.sizes.items())


Carried = list[tuple[Relation, Relation]]
"""Relations of the linear model, each with the one of the layered model that it becomes with A = G."""


def in_cell(claim: Claim, statement: Relation, established: Sequence[Relation], bases: Sequence[Claim]) -> bool:
    """Whether one of `bases`, claims about the linear model, says `statement` with A = G; False means not seen.

    Parameters
    ----------
    established : relations
        They hold, and are defined, wherever the claim speaks.  What a base assumes has to be among them, again with A = G.
        `at` and `on_segment` are read only if one of them says that x and y are in one cell.

    Raises
    ------
    Defect
        Values in the two models differ, though the formulas were read as the same.
    """
    found = carried_over(claim, statement, established, bases)
    return found is not None and agree(claim, linear_model(claim.model), found)


def carried_over(
    claim: Claim, statement: Relation, established: Sequence[Relation], bases: Sequence[Claim]
) -> Carried | None:
    """The relations of a base beside what they become, the statement first; None where no base says it by its form."""
    linear = linear_model(claim.model) if bases else None
    if linear is None:
        return None
    together = is_linear(claim.model) or any(is_one_cell(claim.model, relation) for relation in established)
    if not (together or off_kinks(claim, statement)):
        return None
    image = Image(claim.model, linear, together)
    for base in bases:
        if not image.relation(base.relation, statement):
            continue
        met = [next((r for r in established if image.relation(assumed, r)), None) for assumed in base.assumptions]
        if None not in met:
            return [(base.relation, statement), *zip(base.assumptions, met, strict=True)]
    return None


def one_cell_again(claim: Claim, statement: Relation, established: Sequence[Relation]) -> bool:
    """Whether statement and an established relation both say that x and y are in one cell, each in its way."""
    if claim.model.inner_layer is None or not is_one_cell(claim.model, statement):
        return False
    return any(is_one_cell(claim.model, relation) for relation in established)


def is_one_cell(model: Model, relation: Relation) -> bool:
    """step(A1 @ x) == step(A1 @ y) or (A1 @ x) * (A1 @ y) > 0: the entries have the same signs, and none is 0."""
    if relation.op not in ("==", ">", "<") or len(relation.args) != 2:
        return False
    a, b = map(push, relation.args)
    if relation.op == "==":
        return {a, b} == {Expr("call", (s,), s.shape, "step") for s in layers(model)}
    product, zero = (a, b) if relation.op == ">" else (b, a)
    return zero == Expr("number", data=0) and product.op == "mul" and {*product.args} == {*layers(model)}


def layers(model: Model) -> tuple[Expr, Expr]:
    """A1 @ x and A1 @ y."""
    return model.names["A1"] @ model.names["x"], model.names["A1"] @ model.names["y"]


def off_kinks(claim: Claim, statement: Relation) -> bool:
    """Whether no entry of A1 @ x is 0 wherever the claim speaks and the statement is defined: a guard says so."""
    s, _ = layers(claim.model)
    needed = conditions(Relation("all", (statement, claim.relation, *claim.given)), claim.model)
    return any(
        guard.needed and guard.op in ("!=", ">") and guard.subject.shape == s.shape and homogeneous(guard.subject, s)
        for guard in needed
    )


@dataclass
class Image:
    """Relations and formulas of the linear model beside those of the layered one that are said to mean the same in a cell.

    Attributes
    ----------
    together : bool
        x and y are in one cell.
    """

    model: Model
    linear: Model
    together: bool
    done: dict[tuple[Expr, Expr, str], bool] = field(default_factory=dict)

    def relation(self, a: Relation, b: Relation) -> bool:
        """Whether b is a with A = G."""
        if a.op != b.op or len(a.args) != len(b.args) or (a.op == "on_segment" and not self.together):
            return False
        pairs = zip(a.args, b.args, strict=True)
        return all(self.relation(p, q) if isinstance(p, Relation) else self.formula(push(p), push(q)) for p, q in pairs)

    def formula(self, a: Expr, b: Expr, below: str = "") -> bool:
        """Whether b is a with A = G; `below` names the variable of a derivative that both stand under."""
        key = (a, b, below)
        if key not in self.done:
            self.done[key] = self._formula(a, b, below)
        return self.done[key]

    def _formula(self, a: Expr, b: Expr, below: str) -> bool:
        if a in self.slopes:
            return self.is_slope(b, below)
        if a == self.linear.names["t"] and b == self.model.names["t"]:
            return True
        if below == "t" and (a.op == "at" or a.data in ("A", "x", "y")):
            return False  # as a function of t nothing else moves
        if below == "t" and self.linear.names["t"] in (a, b):
            return False
        for value, image in self.values:
            if same(a, value) and not below and same(b, image):
                return True
        if a.op == "named" or b.op == "named":
            return self.formula(*(push(e.args[0]) if e.op == "named" else e for e in (a, b)), below)
        if a.op == "at" and (below or not self.together):
            return False
        return self.alike(a, b, below)

    @property
    def slopes(self) -> tuple[Expr, ...]:
        """A as the linear model has it: it is the same at every point."""
        slope = D(self.linear.names["t"])
        return self.linear.names["A"], slope, shift(slope)

    @property
    def values(self) -> list[tuple[Expr, Expr]]:
        """A x and A y, each with t at that point; t at y is read if x and y are in one cell."""
        here, there = self.linear.names["t"], self.model.names["t"]
        return [(here, there), (shift(here), shift(there))][: 2 if self.together else 1]

    def alike(self, a: Expr, b: Expr, below: str) -> bool:
        """One operation, on operands that mean the same."""
        if (a.op, a.data, a.shape, len(a.args)) != (b.op, b.data, b.shape, len(b.args)):
            return False
        inside = a.data if a.op == "D" else below
        if below and below != inside:
            return False
        return all(self.formula(p, q, inside) for p, q in zip(a.args, b.args, strict=True))

    def is_slope(self, b: Expr, below: str) -> bool:
        """Whether b is G, or G at y where both are in one cell; below a derivative only D(t) is read."""
        slope = D(self.model.names["t"])
        there = shift(slope)
        if below:
            return below == "x" and b == slope
        if b == slope or (b == there and self.together):
            return True
        if b.shape != slope.shape or b.op in ("named", "symbol"):
            return False
        forms = (slope, there) if self.together else (slope,)
        return any(isinstance(equal(self.model, eq(b, form)), Equal) for form in forms)
