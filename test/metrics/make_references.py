"""Values of scikit-learn and SciPy for the metrics of several labels and of numbers: python3 make_references.py > references.json"""

import json
import warnings

import numpy as np
from scipy.stats import spearmanr
from sklearn import metrics as m

warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)


def label_case(items, labels, rate, decimals, unknown, empty):
    targets = (rng.random((items, labels)) < rate).astype(float)
    probs = np.round(np.clip(0.55 * targets + 0.6 * rng.random((items, labels)) - 0.1, 0, 1), decimals)
    targets[:, empty] = 0
    known = rng.random((items, labels)) >= unknown
    known[0, :] = True
    return probs, targets, known


def per_item(probs, targets, known, metric):
    rows = [i for i in range(len(probs)) if known[i].any()]
    return float(np.mean([metric(targets[i : i + 1, known[i]], probs[i : i + 1, known[i]]) for i in rows]))


def samples_f1(targets, probs):
    t, p = targets[0], probs[0] >= 0.5
    return m.f1_score(t, p, zero_division=0)


def one_label(metric, where_single):
    # scikit-learn takes a single column for a binary problem, which the ranking metrics refuse.
    def of(targets, probs):
        return where_single(targets, probs) if targets.shape[1] == 1 else metric(targets, probs)

    return of


def label_values(probs, targets, known):
    columns = [(targets[known[:, c], c], probs[known[:, c], c]) for c in range(targets.shape[1])]
    f1 = [m.f1_score(t, p >= 0.5, zero_division=0) for t, p in columns]
    support = [t.sum() for t, _ in columns]
    flat_t, flat_p = targets[known], probs[known]
    with_both = [(t, p) for t, p in columns if 0 < t.sum() < len(t)]
    return {
        "macroF1": float(np.mean(f1)),
        "weightedF1": float(np.average(f1, weights=support)),
        "microF1": m.f1_score(flat_t, flat_p >= 0.5),
        "samplesF1": per_item(probs, targets, known, samples_f1),
        "subsetAccuracy": per_item(probs, targets, known, lambda t, p: float((t == (p >= 0.5)).all())),
        "hammingLoss": m.hamming_loss(flat_t, flat_p >= 0.5),
        "meanAveragePrecision": float(np.mean([m.average_precision_score(t, p) for t, p in columns if t.sum() > 0])),
        "macroAuroc": float(np.mean([m.roc_auc_score(t, p) for t, p in with_both])),
        "labelRankingLoss": per_item(probs, targets, known, one_label(m.label_ranking_loss, lambda t, p: 0.0)),
        "coverageError": per_item(probs, targets, known, one_label(m.coverage_error, lambda t, p: t.sum())),
        "labelRankingAveragePrecision": per_item(
            probs, targets, known, one_label(m.label_ranking_average_precision_score, lambda t, p: 1.0)
        ),
    }


def check_whole(probs, targets, values):
    """Where everything is known, the parts above are what scikit-learn gives in one call."""
    predicted = probs >= 0.5
    for average in ("macro", "micro", "weighted", "samples"):
        assert abs(m.f1_score(targets, predicted, average=average, zero_division=0) - values[average + "F1"]) < 1e-12
    assert abs(m.accuracy_score(targets, predicted) - values["subsetAccuracy"]) < 1e-12
    assert abs(m.hamming_loss(targets, predicted) - values["hammingLoss"]) < 1e-12
    assert abs(m.label_ranking_loss(targets, probs) - values["labelRankingLoss"]) < 1e-12
    assert abs(m.coverage_error(targets, probs) - values["coverageError"]) < 1e-12
    assert abs(m.label_ranking_average_precision_score(targets, probs) - values["labelRankingAveragePrecision"]) < 1e-12


labels = []
for name, items, count, rate, decimals, unknown, empty in [
    ("plain", 40, 5, 0.4, 6, 0, []),
    ("ties", 40, 6, 0.3, 1, 0, []),
    ("rare and empty labels", 50, 8, 0.06, 2, 0, [2, 5]),
    ("unknown entries", 40, 5, 0.4, 2, 0.5, []),
    ("unknown entries and empty labels", 40, 6, 0.15, 1, 0.7, [4]),
]:
    probs, targets, known = label_case(items, count, rate, decimals, unknown, empty)
    values = label_values(probs, targets, known)
    if unknown == 0:
        check_whole(probs, targets, values)
    shown = [[t if k else None for t, k in zip(tr, kr)] for tr, kr in zip(targets.astype(int).tolist(), known)]
    labels.append({"name": name, "labels": count, "probs": probs.ravel().tolist(), "targets": sum(shown, []), "values": values})

numbers = []
for name, items, outputs, decimals in [("plain", 30, 1, 6), ("ties", 30, 1, 0), ("three outputs", 30, 3, 1)]:
    targets = np.round(rng.normal(2, 3, (items, outputs)), decimals)
    found = np.round(targets + rng.normal(0.5, 2, (items, outputs)), decimals)
    values = {
        "meanAbsoluteError": m.mean_absolute_error(targets, found),
        "rootMeanSquaredError": float(np.mean([np.sqrt(m.mean_squared_error(targets[:, c], found[:, c])) for c in range(outputs)])),
        "r2": m.r2_score(targets, found),
        "spearman": float(np.mean([spearmanr(targets[:, c], found[:, c])[0] for c in range(outputs)])),
    }
    numbers.append({"name": name, "outputs": outputs, "found": found.ravel().tolist(), "targets": targets.ravel().tolist(), "values": values})

classes = []
for name, count, classes_count, present in [("plain", 40, 4, 4), ("a class without items", 30, 5, 3)]:
    probs = np.round(rng.dirichlet(np.ones(classes_count), count), 3)
    targets = rng.integers(0, present, count)
    predicted = probs.argmax(1)
    values = {"balancedAccuracy": m.balanced_accuracy_score(targets, predicted), "macroF1": m.f1_score(targets, predicted, average="macro")}
    classes.append({"name": name, "probs": probs.ravel().tolist(), "targets": targets.tolist(), "values": values})

print(json.dumps({"labels": labels, "numbers": numbers, "classes": classes}))
