"""jacobian, loss, gradient, Hessian and products with it, in a model with an inner layer: the row part at A2 and r, taken on to x."""

JACOBIAN = '''
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
'''

CURVATURE = '''
def layer_curvature(A1, r2, back):
    """A1.T @ diag(r2 * back) @ A1: what a curved layer adds to the Hessian, back being the gradient in r."""
    return products(A1, r2 * back, np.empty((len(back), 0)))[0]
'''

LOSS = '''
def loss(A1, A2, x, b, omega=0.0):
    """L_tot at x."""
    return loss_finish(*at(A2, layer(A1 @ x)[0], b, omega)[1])


def gradient(A1, A2, x, b, omega=0.0):
    """grad L_tot at x, shape (d,)."""
    r, r1, _ = layer(A1 @ x)
    return gradient_finish(A1, r1, gradient_at(A2, r, b, omega))
'''

HESSIAN = '''
def hessian(A1, A2, x, b, omega=0.0):
    """hess L_tot at x, shape (d, d)."""
    r, r1, {r2} = layer(A1 @ x)
    delta, W, scalars = curvature(A2, r, b, omega)
    gram, U = jacobian_products(A1, A2, r1, delta, W)
    return hessian_finish(gram, U, *scalars){full}


def hessian_vector_product(A1, A2, x, b, z, omega=0.0):
    """hess L_tot at x times z, without the Hessian and without G."""
    r, r1, {r2} = layer(A1 @ x)
    delta, W, scalars = curvature(A2, r, b, omega)
    y = r1 * (A1 @ z)
    back = product_finish(product_map(A2, delta, y), A2.T @ W, y, *scalars)
    return gradient_finish(A1, r1, back){along}
'''

STRAIGHT = {"r2": "_", "full": "", "along": ""}
"""The last function of a layer that is piecewise linear."""

CURVED = {
    "r2": "r2",
    "full": " + layer_curvature(A1, r2, gradient_at(A2, r, b, omega))",
    "along": " + product_map(A1, r2 * gradient_at(A2, r, b, omega), z)",
}
"""The terms that a curved layer adds."""
