"""Solutions of scikit-learn on small data, which the solved heads are compared with. usage: make_expected.py > expected.json
Features are rounded to float32, so that both sides read the same numbers."""
import json
import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

rng = np.random.default_rng(5)
N, D, C = 90, 12, 4
means = rng.normal(size=(C, D))
y = np.arange(N) % C
X = means[y] * 0.6 + rng.normal(size=(N, D))
X = (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)
T = rng.normal(size=(7, D))
T = (T / np.linalg.norm(T, axis=1, keepdims=True)).astype(np.float32)
rows = lambda w, b: np.column_stack([w, b]).tolist()


def solution(c, targets, weights=None):
    """To the last digit: the second start begins where the first ended."""
    m = LogisticRegression(C=c, tol=1e-13, max_iter=20000, solver="newton-cg", warm_start=True)
    for _ in range(3):
        m.fit(X.astype(np.float64), targets, sample_weight=weights)
    return m


weights = 1 + (np.arange(N) % 3)
softmax = []
for c, w in ((10, None), (0.5, None), (10, weights)):
    m = solution(c, y, w)
    softmax.append({"c": c, "weights": None if w is None else w.tolist(), "solution": rows(m.coef_, m.intercept_ - m.intercept_.mean()), "probs": m.predict_proba(T.astype(np.float64)).tolist()})

# Several labels: three tags, a fifth of them unknown.
tags = (X.astype(np.float64) @ rng.normal(size=(D, 3)) + 0.2 * rng.normal(size=(N, 3)) > 0.1).astype(float)
unknown = rng.random((N, 3)) < 0.2
solved, probs = [], []
for t in range(3):
    known = ~unknown[:, t]
    m = LogisticRegression(C=10, tol=1e-13, max_iter=20000, solver="newton-cg", warm_start=True)
    for _ in range(3):
        m.fit(X[known].astype(np.float64), tags[known, t])
    solved.append(rows(m.coef_, m.intercept_)[0])
    probs.append(m.predict_proba(T.astype(np.float64))[:, 1].tolist())
sigmoid = {"targets": [[None if unknown[n, t] else tags[n, t] for t in range(3)] for n in range(N)], "solution": solved, "probs": np.array(probs).T.tolist()}

numbers = X.astype(np.float64) @ rng.normal(size=(D, 2)) + np.array([3.0, -1.0]) + 0.1 * rng.normal(size=(N, 2))
ridge = []
for items in (N, 8):  # more items than features, and fewer
    for alpha in (0.1, 2.0):
        m = Ridge(alpha=alpha, solver="svd").fit(X[:items].astype(np.float64), numbers[:items])
        ridge.append({"items": items, "alpha": alpha, "solution": rows(m.coef_, m.intercept_), "values": m.predict(T.astype(np.float64)).tolist()})

print(json.dumps({"features": X.tolist(), "queries": T.tolist(), "classes": y.tolist(), "softmax": softmax, "sigmoid": sigmoid, "numbers": numbers.tolist(), "ridge": ridge}))
