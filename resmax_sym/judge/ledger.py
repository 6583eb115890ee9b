"""claims -> graph: what a lemma rests on, and what falls with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import networkx as nx

from resmax_sym.judge.claim import Claim
from resmax_sym.lang import nearest


class LedgerError(ValueError):
    """The claims do not make a ledger; the message says which of them, and why."""


class Ledger:
    """Claims by id, in an order in which each stands after what it depends on.

    Parameters
    ----------
    claims : iterable of Claim
    papers : id -> arXiv id, optional
        The paper whose subject a claim belongs to.

    Raises
    ------
    LedgerError
        An id occurs twice, a claim rests on one that is not there, or on itself through others.
    """

    def __init__(self, claims: Iterable[Claim], papers: Mapping[str, str] | None = None) -> None:
        claims = list(claims)
        self.claims = {claim.id: claim for claim in claims}
        self.papers = dict(papers or {})
        if len(self.claims) < len(claims):
            twice = next(c.id for k, c in enumerate(claims) if c.id in {other.id for other in claims[:k]})
            raise LedgerError(f"expected ids that are unique, got {twice!r} twice; rename one")
        for claim in claims:
            for name in claim.depends:
                if name not in self.claims:
                    raise LedgerError(f"{claim.id} depends on {name!r}, which is not in the ledger; add it or drop it")
        if not nx.is_directed_acyclic_graph(self.graph):
            names = [name for name, _ in nx.find_cycle(self.graph)][::-1]
            circle = " rests on ".join([*names, names[0]])
            raise LedgerError(f"expected claims that rest on earlier ones, got a circle: {circle}")

    @cached_property
    def graph(self) -> nx.DiGraph:
        """An edge from each claim to those that depend on it."""
        graph = nx.DiGraph()
        graph.add_nodes_from(self.claims)
        graph.add_edges_from((base, claim.id) for claim in self.claims.values() for base in claim.depends)
        return graph

    def order(self) -> list[Claim]:
        """Each claim after what it depends on, otherwise as they were given."""
        place = {name: k for k, name in enumerate(self.claims)}
        return [self.claims[name] for name in nx.lexicographical_topological_sort(self.graph, key=place.__getitem__)]

    def rests_on(self, name: str) -> list[str]:
        """Everything that a claim depends on, at any distance."""
        return self._sorted(nx.ancestors(self.graph, name))

    def impact(self, name: str) -> list[str]:
        """Every claim that falls if this one is false."""
        return self._sorted(nx.descendants(self.graph, name))

    def part(self, names: Iterable[str]) -> Ledger:
        """Some claims with everything they rest on, a ledger of its own.

        Raises
        ------
        LedgerError
            One of them is not in this ledger.
        """
        names = set(names)
        for name in sorted(names - self.claims.keys()):
            raise LedgerError(f"expected the id of a claim, got {name!r}" + nearest(name, self.claims))
        kept = names.union(*(nx.ancestors(self.graph, name) for name in names))
        return Ledger([claim for claim in self.order() if claim.id in kept], self.papers)

    def depth(self) -> dict[str, int]:
        """For each claim the length of the longest chain below it; 0 for a root."""
        layers = enumerate(nx.topological_generations(self.graph))
        return {name: k for k, layer in layers for name in layer}

    def roots(self) -> list[str]:
        """Claims that depend on no other."""
        return [name for name in self.claims if not self.graph.in_degree(name)]

    def leaves(self) -> list[str]:
        """Claims on which no other depends."""
        return [name for name in self.claims if not self.graph.out_degree(name)]

    def _sorted(self, names: Iterable[str]) -> list[str]:
        chosen = set(names)
        return [name for name in self.claims if name in chosen]
