"""Typed scalars, vectors and matrices over symbolic n and d: the language, its derivatives and its equality decision."""

from resmax_sym.lang.expr import Expr, LanguageError, ShapeError, named, symbol
from resmax_sym.lang.functions import FUNCTIONS, D, at, diag, eye, grad, hess, inner, ones, outer, phi, size, x
from resmax_sym.lang.index import Lowering, NotLowerable, S
from resmax_sym.lang.latex import to_latex
from resmax_sym.lang.normal import is_zero, normal
from resmax_sym.lang.parser import ParseError, nearest, parse, parse_relations
from resmax_sym.lang.relation import Relation, compare, eq, psd, simplex
from resmax_sym.lang.text import to_text
from resmax_sym.lang.unit import scalar_function

__all__ = [
    "FUNCTIONS", "D", "Expr", "LanguageError", "Lowering", "NotLowerable", "ParseError", "Relation", "S", "ShapeError",
    "at", "compare", "diag", "eq", "eye", "grad", "hess", "inner", "is_zero", "named", "nearest", "normal", "ones", "outer", "parse",
    "parse_relations", "phi", "psd", "scalar_function", "simplex", "size", "symbol", "to_latex", "to_text", "x",
]  # fmt: skip
