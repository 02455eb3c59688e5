"""BatchBALD (Kirsch et al. 2019, arXiv:1906.08158) in numpy, straight from the paper: the brute force that results are checked
against, and the greedy selection, every candidate evaluated for every pick, that times are compared with."""
import itertools

import numpy

from heuristics import bald, softmax


def joint_mutual_information(probs_B_C_K):
    """I[y_1 ... y_B; w] in nats of a batch, over all C^B ways of labelling it, in float64."""
    probs_B_C_K = numpy.asarray(probs_B_C_K, dtype=numpy.float64)
    _, classes, _ = probs_B_C_K.shape
    joint_entropy = 0.0
    for labels in itertools.product(range(classes), repeat=len(probs_B_C_K)):
        probability = numpy.prod([probs_C_K[label] for probs_C_K, label in zip(probs_B_C_K, labels)], axis=0).mean()
        if probability > 0:
            joint_entropy -= probability * numpy.log(probability)
    conditional = -(probs_B_C_K * numpy.log(numpy.maximum(probs_B_C_K, 1e-300))).sum(axis=1).mean(axis=1)
    return joint_entropy - conditional.sum()


def batch_bald(logits_N_C_K, picks, max_configurations=1024, seed=0, block_numbers=2**22):
    """Positions picked from logits `[N, C, K]`, in greedy order. Exact while C^b <= max_configurations, then from that many labels
    sampled from the joint distribution and weighted by its inverse (equation 14 of the paper). Blocks of candidates keep
    `[block, configurations, C]` under `block_numbers`."""
    random = numpy.random.default_rng(seed)
    probs_N_C_K = softmax(logits_N_C_K)
    items, classes, draws = probs_N_C_K.shape
    conditional_N = -(probs_N_C_K * numpy.log(numpy.maximum(probs_N_C_K, 1e-38))).sum(axis=1).mean(axis=1)
    picked = [int(numpy.argmax(bald(logits_N_C_K)))]
    while len(picked) < picks:
        batch_B_C_K = probs_N_C_K[picked]
        if classes ** len(picked) <= max_configurations:
            joint_S_K = numpy.ones((1, draws), dtype=probs_N_C_K.dtype)
            for probs_C_K in batch_B_C_K:
                joint_S_K = (joint_S_K[:, None, :] * probs_C_K[None]).reshape(-1, draws)
            weights_S = numpy.ones(len(joint_S_K), dtype=probs_N_C_K.dtype)
        else:
            draw_S = numpy.arange(max_configurations) % draws
            joint_S_K = numpy.ones((max_configurations, draws), dtype=probs_N_C_K.dtype)
            for probs_C_K in batch_B_C_K:
                cumulative_S_C = probs_C_K.T.cumsum(axis=1)[draw_S]
                label_S = (random.random((max_configurations, 1)) > cumulative_S_C).sum(axis=1).clip(max=classes - 1)
                joint_S_K *= probs_C_K[label_S]
            weights_S = 1 / (joint_S_K.mean(axis=1) * max_configurations)
        gains_N = numpy.empty(items)
        block = max(1, block_numbers // (len(joint_S_K) * classes))
        for start in range(0, items, block):
            probs_M_C_K = probs_N_C_K[start : start + block]
            joint_M_C_S = (probs_M_C_K.reshape(-1, draws) @ joint_S_K.T / draws).reshape(-1, classes, len(joint_S_K))
            terms_M_C_S = joint_M_C_S * numpy.log(numpy.maximum(joint_M_C_S, 1e-38))
            gains_N[start : start + block] = -(terms_M_C_S @ weights_S).sum(axis=1) - conditional_N[start : start + block]
        gains_N[picked] = -numpy.inf
        picked.append(int(numpy.argmax(gains_N)))
    return picked
