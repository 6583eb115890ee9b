"""What the meter says is what the data were read."""

from types import MappingProxyType

import pytest

from benchmarks.problem import generate
from resmax_sym.solve import EstimatedLeverage, ExactLeverage, Uniform, solve_problem


class Reads:
    """Counts reads of A: each method by the number of times it has every row in hand."""

    COSTS = MappingProxyType({"matvec": 1, "gradient_map": 1, "curvature_map": 1, "product_map": 2, "gram": 1})

    def __init__(self, data, monkeypatch):
        self.passes, self.inside = 0.0, 0
        for name, cost in self.COSTS.items():
            monkeypatch.setattr(data, name, self.counted(getattr(data, name), lambda *_, cost=cost: cost))
        monkeypatch.setattr(data, "rows", self.counted(data.rows, lambda indices: len(indices) / data.n))
        part = self.counted(data.dense_block, lambda rows: (rows.stop - rows.start) / data.n)
        monkeypatch.setattr(data, "dense_block", part)

    def counted(self, function, cost):
        def call(*args, **kwargs):
            self.passes += 0 if self.inside else cost(*args, **kwargs)
            self.inside += 1
            try:
                return function(*args, **kwargs)
            finally:
                self.inside -= 1

        return call


@pytest.mark.parametrize("sketch", [Uniform(), ExactLeverage(), EstimatedLeverage(), EstimatedLeverage(rows=3000)])
@pytest.mark.parametrize("method", ["sampled", "plain"])
def test_gradients_are_counted(sketch, method, monkeypatch):
    problem = generate(3000, 12, 1e2)
    reads = Reads(problem.data, monkeypatch)
    result = solve_problem(problem, method=method, sketch=sketch, maxiter=12)
    assert result.gradients > 10
    # Not counted are the rows of the pilot, about 4 d; a sample that is all of A is read once for each sum.
    assert reads.passes / 2 == pytest.approx(result.gradients, abs=0.03)
