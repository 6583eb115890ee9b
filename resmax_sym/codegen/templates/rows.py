"""reduce, products, maps and finishes: the part of a module in which A is any matrix with t = A x."""

REDUCE = '''
SWEEPS = ({sweeps})


def reduce(blocks):
    """All scalars, from a list of blocks (t, b, omega)."""
    scalars = ()
    for sweep, kind in SWEEPS:
        parts = zip(*(sweep(*block, *scalars) for block in blocks), strict=True)
        scalars += tuple(max(part) if kind == "max" else sum(part) for part in parts)
    return scalars
'''

PRODUCTS = '''
def products(A, weights, W):
    """A.T @ diag(weights) @ A and A.T @ W, by blocks of rows with at most 2**19 numbers of scratch.

    Rows whose weights have one sign, times the roots of these, make a block S with S.T @ S, which BLAS knows to be symmetric.
    """
    if not isinstance(A, np.ndarray):
        return (A.T @ (weights[:, None] * A)).toarray(), A.T @ W  # sparse
    rows = max(1, 2**19 // A.shape[1])
    scratch = np.empty((min(rows, A.shape[0]), A.shape[1]))
    gram, U = np.zeros((A.shape[1], A.shape[1])), np.zeros((A.shape[1], W.shape[1]))
    for k in range(0, A.shape[0], rows):
        block, part = np.asarray(A[k : k + rows], dtype=float), weights[k : k + rows]
        root, negative = np.sqrt(abs(part))[:, None], part < 0
        for sign, kept in (1, np.flatnonzero(~negative)), (-1, np.flatnonzero(negative)):
            S = np.take(block, kept, axis=0, out=scratch[: len(kept)], mode="clip")
            S *= root[kept]
            gram += sign * (S.T @ S)
        U += block.T @ W[k : k + rows]
    return gram, U
'''

MAPS = '''
def gradient_map(A, t, b, omega, *scalars):
    """A.T @ q of a block; blocks add."""
    return A.T @ gradient_rows(t, b, omega, *scalars)


def hessian_map(A, t, b, omega, *scalars):
    """A.T @ diag(delta) @ A and A.T @ W of a block; blocks add."""
    delta, W = hessian_rows(t, b, omega, *scalars)
    return products(A, delta, W)


def hessian_finish(gram, U, *scalars):
    """A.T @ diag(delta) @ A + U K U.T from the sums of `hessian_map`, U = A.T @ W."""
    return gram + U @ hessian_core(*scalars) @ U.T


def product_map(A, delta, z):
    """A.T @ diag(delta) @ A @ z of a block."""
    return A.T @ (delta * (A @ z))


def product_finish(partial, U, z, *scalars):
    """Hessian times z from the sum of `product_map`."""
    return partial + U @ (hessian_core(*scalars) @ (U.T @ z))
'''

BLOCKS = '''
def blocks(t, b, omega):
    """(t, b, omega) in blocks of 2**14 rows, whose row quantities stay in the cache."""
    b, omega = np.broadcast_to(b, t.shape), np.broadcast_to(omega, t.shape)
    return [(t[k : k + 2**14], b[k : k + 2**14], omega[k : k + 2**14]) for k in range(0, len(t), 2**14)]


def at(A, x, b, omega):
    """Blocks of rows and the scalars at x."""
    parts = blocks(A @ x, b, omega)
    return parts, reduce(parts)
'''

GRADIENT = '''
def {name}(A, x, b, omega=0.0):
    """{what}, shape (d,)."""
    parts, scalars = at(A, x, b, omega)
    return A.T @ np.concatenate([gradient_rows(*part, *scalars) for part in parts])
'''

CURVATURE = '''
def curvature(A, x, b, omega):
    """delta (n,), W (n, r) and the scalars at x."""
    parts, scalars = at(A, x, b, omega)
    delta, W = (np.concatenate(rows) for rows in zip(*(hessian_rows(*part, *scalars) for part in parts), strict=True))
    return delta, W, scalars
'''
