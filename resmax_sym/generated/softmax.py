"""Softmax regression for the unit phi(s) = exp(s), with t = A x and omega the weights of the regulariser.

Made by `resmax-sym generate` from the proved claims total-gradient and total-hessian; do not edit.
u, v, w and with them alpha are scaled by exp(-shift), which changes nothing else (claims scaling-*).
Operations per row: 30 of + - * / and 1 elementary functions for all row quantities together; besides them
t = A x and A.T q take 2 d each, A.T W takes 4 d, A.T diag(delta) A takes d (2 d + 1).

A block is (t, b, omega) for some rows.  Each sweep gives partial sums (or maxima) of a block; `reduce` combines blocks
and returns the scalars that the maps and finishes take.  A whole array is one block.
"""

import numpy as np

UNIT = 'exp(s)'
SCALARS = ('shift', 'alpha', 'sq_omega_t', 'sq_c', 'sigma', 'sq_f')


def unit_range(lo, hi):
    """An enclosure of phi over [lo, hi], up to rounding."""
    return (np.exp(lo), np.exp(hi),)


def sweep_1(t, b, omega):
    """Of a block: the largest rows shift."""
    return (t.max(),)


def sweep_2(t, b, omega, shift):
    """Of a block: the sums alpha, sq_omega_t."""
    e = np.exp(t - shift)
    u = e
    return (u.sum(), ((omega*t)**2).sum(),)


def sweep_3(t, b, omega, shift, alpha, sq_omega_t):
    """Of a block: the sums sq_c, sigma, sq_f."""
    e = np.exp(t - shift)
    u = e
    f = u/alpha
    c = f - b
    return ((c**2).sum(), (c*f).sum(), (f**2).sum(),)


SWEEPS = ((sweep_1, "max"), (sweep_2, "sum"), (sweep_3, "sum"))


def reduce(blocks):
    """All scalars, from a list of blocks (t, b, omega)."""
    scalars = ()
    for sweep, kind in SWEEPS:
        parts = zip(*(sweep(*block, *scalars) for block in blocks), strict=True)
        scalars += tuple(max(part) if kind == "max" else sum(part) for part in parts)
    return scalars


def loss_finish(shift, alpha, sq_omega_t, sq_c, sigma, sq_f):
    """L_tot from the scalars."""
    L = 0.5*sq_c
    L_reg = 0.5*sq_omega_t
    L_tot = L + L_reg
    return L_tot


def gradient_rows(t, b, omega, shift, alpha, sq_omega_t, sq_c, sigma, sq_f):
    """Gradient of L_tot in t, shape (k,) (claim total-gradient)."""
    e = np.exp(t - shift)
    u = e
    f = u/alpha
    c = f - b
    v = e
    psi = c - sigma
    q = psi*v/alpha
    return omega**2*t + q


def hessian_rows(t, b, omega, shift, alpha, sq_omega_t, sq_c, sigma, sq_f):
    """delta (k,) and W (k, r): the Hessian of L_tot in t is diag(delta) + W K W.T (claim total-hessian)."""
    e = np.exp(t - shift)
    u = e
    f = u/alpha
    c = f - b
    v = e
    psi = c - sigma
    w = e
    delta = psi*w/alpha + v**2/alpha**2
    p = v*(c + f)
    return (delta + omega**2, np.column_stack([p, v]),)


def hessian_core(shift, alpha, sq_omega_t, sq_c, sigma, sq_f):
    """K (r, r), symmetric (claim total-hessian)."""
    kappa = 2*sigma + sq_f
    return np.array([[0, -1/alpha**2], [-1/alpha**2, kappa/alpha**2]])


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


def blocks(t, b, omega):
    """(t, b, omega) in blocks of 2**14 rows, whose row quantities stay in the cache."""
    b, omega = np.broadcast_to(b, t.shape), np.broadcast_to(omega, t.shape)
    return [(t[k : k + 2**14], b[k : k + 2**14], omega[k : k + 2**14]) for k in range(0, len(t), 2**14)]


def at(A, x, b, omega):
    """Blocks of rows and the scalars at x."""
    parts = blocks(A @ x, b, omega)
    return parts, reduce(parts)


def loss(A, x, b, omega=0.0):
    """L_tot at x."""
    return loss_finish(*at(A, x, b, omega)[1])


def gradient(A, x, b, omega=0.0):
    """grad L_tot at x, shape (d,)."""
    parts, scalars = at(A, x, b, omega)
    return A.T @ np.concatenate([gradient_rows(*part, *scalars) for part in parts])


def curvature(A, x, b, omega):
    """delta (n,), W (n, r) and the scalars at x."""
    parts, scalars = at(A, x, b, omega)
    delta, W = (np.concatenate(rows) for rows in zip(*(hessian_rows(*part, *scalars) for part in parts), strict=True))
    return delta, W, scalars


def hessian(A, x, b, omega=0.0):
    """hess L_tot at x, shape (d, d)."""
    delta, W, scalars = curvature(A, x, b, omega)
    return hessian_finish(*products(A, delta, W), *scalars)


def hessian_factors(A, x, b, omega=0.0):
    """delta (n,), U (d, r) and K (r, r): the Hessian is A.T @ diag(delta) @ A + U K U.T."""
    delta, W, scalars = curvature(A, x, b, omega)
    return delta, A.T @ W, hessian_core(*scalars)


def hessian_vector_product(A, x, b, z, omega=0.0):
    """hess L_tot at x times z, without the Hessian."""
    delta, U, K = hessian_factors(A, x, b, omega)
    return product_map(A, delta, z) + U @ (K @ (U.T @ z))
