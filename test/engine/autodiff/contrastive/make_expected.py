"""Contrastive losses of a few vectors and their gradients, by PyTorch and sentence-transformers: writes expected.json.

`cosinePairs` is sentence-transformers' CosineSimilarityLoss over every pair of the batch, those of a class and those of two classes weighing
half each; `onePair` is that loss over the pairs (0, 1), (2, 3), (4, 5) as it stands. `supervisedContrastive` is L_out of Khosla et al. 2020.
"""
import json
import math
from pathlib import Path

import torch
from sentence_transformers import util

N, D = 7, 4
classes = [0, 1, 0, 2, 1, 0, 3]
vectors = [[round(math.sin(1.7 * (i * D + j) + 0.4) * (1 + i / 5), 4) for j in range(D)] for i in range(N)]


def differentiated(loss_of):
    x = torch.tensor(vectors, dtype=torch.float64, requires_grad=True)
    loss = loss_of(x)
    loss.backward()
    return {"loss": loss.item(), "gradient": x.grad.flatten().tolist()}


def pairs_loss(x, pairs):
    first, second = (x[[pair[k] for pair in pairs]] for k in (0, 1))
    wanted = torch.tensor([float(classes[i] == classes[j]) for i, j in pairs], dtype=torch.float64)
    return torch.nn.functional.mse_loss(util.pairwise_cos_sim(first, second), wanted)


def cosine_pairs(x):
    pairs = [(i, j) for i in range(N) for j in range(i + 1, N)]
    same = [pair for pair in pairs if classes[pair[0]] == classes[pair[1]]]
    return (pairs_loss(x, same) + pairs_loss(x, [pair for pair in pairs if pair not in same])) / 2


def supervised_contrastive(x, temperature):
    z = torch.nn.functional.normalize(x, dim=1)
    terms = []
    for i in range(N):
        mates = [p for p in range(N) if p != i and classes[p] == classes[i]]
        if not mates:
            continue
        others = [a for a in range(N) if a != i]
        log_sum = torch.logsumexp(torch.stack([z[i] @ z[a] / temperature for a in others]), 0)
        terms.append(-sum(z[i] @ z[p] / temperature - log_sum for p in mates) / len(mates))
    return sum(terms) / len(terms)


expected = {
    "vectors": vectors,
    "classes": classes,
    "cosinePairs": differentiated(cosine_pairs),
    "onePair": differentiated(lambda x: pairs_loss(x, [(0, 1), (2, 3), (4, 5)])),
    "supervisedContrastive": {
        str(temperature): differentiated(lambda x, t=temperature: supervised_contrastive(x, t)) for temperature in (0.05, 0.5)
    },
}
Path(__file__).with_name("expected.json").write_text(json.dumps(expected, indent=1) + "\n")
