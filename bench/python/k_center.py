"""Greedy k-center (Sener and Savarese 2018, arXiv:1708.00489) in numpy: one matrix-vector product per pick."""
import numpy


def k_center(features_N_D, picks, first=None):
    """Positions picked from features `[N, D]`: each is the item farthest from those picked before; `first` is the one nearest to the
    mean by default."""
    norms_N = numpy.einsum("nd,nd->n", features_N_D, features_N_D)
    if first is None:
        mean_D = features_N_D.mean(axis=0)
        first = int((norms_N - 2 * features_N_D @ mean_D).argmin())
    picked = [first]
    nearest_N = numpy.full(len(norms_N), numpy.inf, dtype=features_N_D.dtype)
    while True:
        centre = picked[-1]
        squared_N = norms_N + norms_N[centre] - 2 * (features_N_D @ features_N_D[centre])
        numpy.minimum(nearest_N, squared_N, out=nearest_N)
        nearest_N[centre] = -1
        if len(picked) == picks:
            return picked
        picked.append(int(nearest_N.argmax()))
