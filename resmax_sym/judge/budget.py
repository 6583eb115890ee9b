"""A budget in operations: array operations stand for seconds, so that a seed and not the clock decides a verdict."""

OPERATIONS_PER_SECOND = 60_000
"""Array operations of a search on a batch of points that take about a second."""

SPECTRAL_COST = 60
"""Operations that eigenvalues of a batch count for."""

BALL_COST = 2
"""Operations that one operation on balls counts for."""
