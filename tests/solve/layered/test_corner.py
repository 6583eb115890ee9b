"""Norms of rows, whatever their scale; the rest of a corner is tested by the runs that meet it."""

import numpy as np
import pytest
import scipy.sparse as sps

from resmax_sym.solve.layered.corner import row_norms


@pytest.mark.parametrize("scale", [5e-324, 1e-300, 1.0, 1e300])
def test_norms_of_rows(scale):
    rows = scale * np.array([[3.0, 4.0], [0.0, 0.0], [0.0, 1.0]])
    for matrix in (rows, sps.csr_array(rows)):
        # A number near 5e-324 has one digit.
        np.testing.assert_allclose(row_norms(matrix), scale * np.array([5.0, 0.0, 1.0]), rtol=1e-15, atol=5e-324)


def test_no_columns():
    assert row_norms(np.zeros((2, 0))).tolist() == [0, 0]
