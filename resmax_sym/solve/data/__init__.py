"""The data A of a regression: in memory, sparse, memory-mapped or on a Dask cluster, behind one contract."""

from resmax_sym.solve.data.base import Data, DataLost, row_slices
from resmax_sym.solve.data.checks import as_vector, as_weights
from resmax_sym.solve.data.chunked import DaskData
from resmax_sym.solve.data.csr import CsrData
from resmax_sym.solve.data.dense import DenseData

__all__ = ["CsrData", "DaskData", "Data", "DataLost", "DenseData", "as_vector", "as_weights", "row_slices"]
