"""Softmax-ReLU regression for the unit phi(s) = exp(s), with t = A2 r,
r = rho(A1 x), rho(s) = max(s, 0), and omega the weights of the regulariser.

Made by `resmax-sym generate` from the proved claims relu-total-gradient and relu-total-hessian; do not edit.
u, v, w and with them alpha are scaled by exp(-shift), which changes nothing else (claims scaling-*).
Operations per row: 30 of + - * / and 1 elementary functions for all row quantities together; besides them
t = A2 r and A2.T q take 2 m each, G = A2 diag(rho'(A1 x)) A1 takes 2 m d, G.T W 4 d, G.T diag(delta) G d (2 d + 1).

A block is (t, b, omega) for some rows.  Each sweep gives partial sums (or maxima) of a block; `reduce` combines blocks
and returns the scalars that the maps and finishes take.  A whole array is one block.

Functions of A serve any A with t = A x: A2 and r in place of A and x give derivatives in r, G in place of A those in x.
"""

import numpy as np

UNIT = 'exp(s)'
SCALARS = ('shift', 'alpha', 'sq_omega_t', 'sq_c', 'sigma', 'sq_f')
INNER = 'max(s, 0)'
KINKS = (0.0,)


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
    """Gradient of L_tot in t, shape (k,) (claim relu-total-gradient)."""
    e = np.exp(t - shift)
    u = e
    f = u/alpha
    c = f - b
    v = e
    psi = c - sigma
    q = psi*v/alpha
    return omega**2*t + q


def hessian_rows(t, b, omega, shift, alpha, sq_omega_t, sq_c, sigma, sq_f):
    """delta (k,) and W (k, r): the Hessian of L_tot in t is diag(delta) + W K W.T (claim relu-total-hessian)."""
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
    """K (r, r), symmetric (claim relu-total-hessian)."""
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


def gradient_at(A, x, b, omega=0.0):
    """A.T @ q at x, shape (d,)."""
    parts, scalars = at(A, x, b, omega)
    return A.T @ np.concatenate([gradient_rows(*part, *scalars) for part in parts])


def curvature(A, x, b, omega):
    """delta (n,), W (n, r) and the scalars at x."""
    parts, scalars = at(A, x, b, omega)
    delta, W = (np.concatenate(rows) for rows in zip(*(hessian_rows(*part, *scalars) for part in parts), strict=True))
    return delta, W, scalars


def layer(s):
    """rho and rho' of s = A1 @ x, shape (m,); rho'' is 0 (None).  At a kink rho' is the slope on one side."""
    return (np.maximum(s, 0), np.heaviside(s, 0.0), None,)


def layer_range(lo, hi):
    """An enclosure of rho over [lo, hi], up to rounding."""
    return (np.maximum(lo, 0), np.maximum(hi, 0),)


def jacobian(A1, A2, r1):
    """G = A2 @ diag(r1) @ A1 of a block of rows of A2: the Jacobian of t, sparse if both are."""
    return A2 @ (r1[:, None] * A1)


def jacobian_products(A1, A2, r1, weights, W):
    """G.T @ diag(weights) @ G and G.T @ W of a block of rows of A2, with some rows of G at a time; blocks add."""
    rows = max(1, 2**19 // (max(A1.shape) if isinstance(A2, np.ndarray) else A1.shape[1]))
    gram = U = 0.0
    for part in (slice(k, k + rows) for k in range(0, len(weights), rows)):
        more, columns = products(jacobian(A1, A2[part], r1), weights[part], W[part])
        gram, U = gram + more, U + columns
    return gram, U


def gradient_finish(A1, r1, back):
    """A1.T @ diag(r1) @ back: from derivatives in r, shape (m,) or (m, k), to those in x."""
    return A1.T @ (r1 * back.T).T


def loss(A1, A2, x, b, omega=0.0):
    """L_tot at x."""
    return loss_finish(*at(A2, layer(A1 @ x)[0], b, omega)[1])


def gradient(A1, A2, x, b, omega=0.0):
    """grad L_tot at x, shape (d,)."""
    r, r1, _ = layer(A1 @ x)
    return gradient_finish(A1, r1, gradient_at(A2, r, b, omega))


def hessian(A1, A2, x, b, omega=0.0):
    """hess L_tot at x, shape (d, d)."""
    r, r1, _ = layer(A1 @ x)
    delta, W, scalars = curvature(A2, r, b, omega)
    gram, U = jacobian_products(A1, A2, r1, delta, W)
    return hessian_finish(gram, U, *scalars)


def hessian_vector_product(A1, A2, x, b, z, omega=0.0):
    """hess L_tot at x times z, without the Hessian and without G."""
    r, r1, _ = layer(A1 @ x)
    delta, W, scalars = curvature(A2, r, b, omega)
    y = r1 * (A1 @ z)
    back = product_finish(product_map(A2, delta, y), A2.T @ W, y, *scalars)
    return gradient_finish(A1, r1, back)
