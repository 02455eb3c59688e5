"""BADGE (Ash et al. 2020, arXiv:1906.03671) in numpy: the seeding of k-means++ over gradient embeddings, whose distances come from
the factors of the outer product."""
import numpy

from heuristics import softmax


def badge(logits_N_C, features_N_D, picks, seed=0):
    """Positions picked from logits `[N, C]` and features `[N, D]`; the first is the longest embedding, each other one is drawn in
    proportion to the squared distance to the nearest picked."""
    random = numpy.random.default_rng(seed)
    errors_N_C = softmax(logits_N_C)
    errors_N_C[numpy.arange(len(errors_N_C)), errors_N_C.argmax(axis=1)] -= 1
    norms_N = (errors_N_C**2).sum(axis=1) * (features_N_D**2).sum(axis=1)
    picked = [int(norms_N.argmax())]
    nearest_N = numpy.full(len(norms_N), numpy.inf)
    while len(picked) < picks:
        centre = picked[-1]
        inner_N = (errors_N_C @ errors_N_C[centre]) * (features_N_D @ features_N_D[centre])
        nearest_N = numpy.minimum(nearest_N, numpy.maximum(0, norms_N + norms_N[centre] - 2 * inner_N))
        nearest_N[picked] = 0
        picked.append(int(random.choice(len(nearest_N), p=nearest_N / nearest_N.sum(dtype=numpy.float64))))
    return picked
