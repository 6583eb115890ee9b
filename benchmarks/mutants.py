"""python -m benchmarks.mutants: every false neighbour of every proved identity is refuted, with an exact witness.

A neighbour differs in one place: a sign, a term, a factor, a power, a divisor, a transposition, one quantity for another.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from derivations import CLAIMS
from resmax_sym.judge import BUDGET, Claim, Status, judge
from resmax_sym.lang import Expr, to_text
from resmax_sym.lang.expr import as_expr

CLOSED_FORMS = {"q", "J", "B", "delta", "p", "kappa", "psi"}
"""Names that stand for a result; every other name is a definition that all statements share, and stays as it is."""

EXCHANGES = (
    ("v", "u"),
    ("v", "w"),
    ("w", "v"),
    ("u", "v"),
    ("f", "u"),
    ("c", "f"),
    ("f", "c"),
    ("L", "L_tot"),
    ("q", "c"),
)


def sites(e: Expr) -> list[Expr]:
    """The nodes of a formula in reading order, each once; a formula that is one closed form is looked into."""
    found: dict[Expr, None] = {}
    inside = CLOSED_FORMS if e.op == "named" else set()

    def go(node: Expr) -> None:
        if node not in found:
            found[node] = None
            for arg in node.args if node.op != "named" or node.data in inside else ():
                go(arg)

    go(e)
    return list(found)


def changes(e: Expr, names: Mapping[str, Expr]) -> Iterator[tuple[str, Expr]]:
    """Kind of change, and the formula with it made: first as a whole, then at each place where it can be."""
    yield "one added", e + 1
    yield "factor 2", 2 * e
    yield "sign of all", -e
    if e.ndim == 2 and e.shape[0] == e.shape[1]:
        yield "transposed", e.T
    for site in sites(e):
        exchanges = ((f"{new} for {old}", names[new]) for old, new in EXCHANGES if site == names[old])
        for kind, new in (*neighbours(site), *exchanges):
            if new.shape == site.shape and new != site:
                yield kind, e.rebuild(lambda node, site=site, new=new: new if node == site else None)


def neighbours(node: Expr) -> Iterator[tuple[str, Expr]]:
    """What could have been written for one node by mistake."""
    args = node.args
    match node.op:
        case "add" | "sub":
            yield "sign", args[0] - args[1] if node.op == "add" else args[0] + args[1]
            yield "first term dropped", args[1]
            yield "second term dropped", args[0]
        case "neg":
            yield "sign", args[0]
        case "mul":
            yield "first factor dropped", args[1]
            yield "second factor dropped", args[0]
        case "pow" if args[1].op == "number":
            yield "power", args[0] ** as_expr(args[1].data + 1)
        case "div":
            yield "divisor dropped", args[0]
            yield "divisor squared", node / args[1]
        case "outer":
            yield "outer product turned", Expr("outer", args[::-1], node.shape)


@dataclass(frozen=True)
class Mutant:
    """A proved claim with one side changed; `claim` states the change."""

    claim: Claim
    kind: str


def mutants(claim: Claim) -> list[Mutant]:
    """The changes of either side, each statement once."""
    left, right = claim.relation.args
    pairs = [(f"left, {kind}", new, right) for kind, new in changes(left, claim.model.names)]
    pairs += [(f"right, {kind}", left, new) for kind, new in changes(right, claim.model.names)]
    found: dict[str, Mutant] = {}
    for kind, a, b in pairs:
        statement = f"{to_text(a)} == {to_text(b)}"
        found.setdefault(statement, Mutant(dataclasses.replace(claim, statement=statement, depends=()), kind))
    return list(found.values())


def fate(mutant: Mutant, budget: float) -> tuple[Status, str]:
    """The verdict on a mutant, and how it came about; proved means that the change changed nothing."""
    verdict = judge(mutant.claim, budget)
    return verdict.status, str(verdict.evidence.get("reason") or verdict.method)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--budget", type=float, default=BUDGET, metavar="SECONDS", help="for each mutant (%(default)s)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="mutants at a time (%(default)s)"
    )
    args = parser.parse_args()
    proved = [c for c in CLAIMS if Status.PROVED in c.expect and c.relation.op == "=="]
    work = [mutant for claim in proved for mutant in mutants(claim)]
    fates: dict[Status, int] = {}
    with ProcessPoolExecutor(args.jobs) as pool:
        futures = {pool.submit(fate, mutant, args.budget): mutant for mutant in work}
        for count, future in enumerate(as_completed(futures), start=1):
            mutant, (status, how) = futures[future], future.result()
            fates[status] = fates.get(status, 0) + 1
            print(f"{count}/{len(work)} {mutant.claim.id} ({mutant.kind}): {status}", file=sys.stderr, flush=True)
            if status not in (Status.REFUTED, Status.PROVED):
                print(f"{mutant.claim.id} ({mutant.kind}): {status} ({how}): {mutant.claim.statement}")
    refuted, equivalent = fates.get(Status.REFUTED, 0), fates.get(Status.PROVED, 0)
    different = len(work) - equivalent
    share = 100 * refuted / different if different else 0.0
    shown = "100" if refuted == different else f"{min(share, 99.9):.1f}"  # never rounded up to a full score
    print(f"{len(work)} mutants, {equivalent} equivalent, {refuted} refuted ({shown} %)")
    return int(refuted < different or not refuted)


if __name__ == "__main__":
    sys.exit(main())
