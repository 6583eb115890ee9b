"""Proved closed forms in, straight-line NumPy out."""

from resmax_sym.codegen.module import write_module
from resmax_sym.codegen.sync import difference

__all__ = ["difference", "write_module"]
