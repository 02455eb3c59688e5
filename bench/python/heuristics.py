"""Heuristics over logits [N, C, K], straight from their formulas, in float32 as numpy users write them."""
import numpy


def softmax(logits_N_C_K):
    shifted = logits_N_C_K - logits_N_C_K.max(axis=1, keepdims=True)
    weights = numpy.exp(shifted)
    return weights / weights.sum(axis=1, keepdims=True)


def shannon_entropy(probs, axis):
    return -(probs * numpy.log(numpy.maximum(probs, 1e-38))).sum(axis=axis)


def entropy(logits_N_C_K):
    """Of the probabilities averaged over the draws."""
    return shannon_entropy(softmax(logits_N_C_K).mean(axis=2), axis=1)


def bald(logits_N_C_K):
    probs = softmax(logits_N_C_K)
    return shannon_entropy(probs.mean(axis=2), axis=1) - shannon_entropy(probs, axis=1).mean(axis=1)


def power_sampling(scores_N, picks, beta, seed):
    """Positions of a batch drawn without replacement in proportion to score^beta, by the Gumbel trick."""
    keys = beta * numpy.log(scores_N) + numpy.random.default_rng(seed).gumbel(size=len(scores_N))
    top = numpy.argpartition(-keys, picks)[:picks]
    return top[numpy.argsort(-keys[top])]
