"""loss, gradient, Hessian and products with it, of whole arrays in the linear model."""

LOSS = '''
def loss(A, x, b, omega=0.0):
    """L_tot at x."""
    return loss_finish(*at(A, x, b, omega)[1])
'''

HESSIAN = '''
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
'''
