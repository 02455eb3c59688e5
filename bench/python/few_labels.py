"""What Python's users do with few labels and frozen vectors, on the vectors and splits of the other side: scikit-learn's logistic
regression, and scikit-activeml's strategies with it."""
import warnings

import numpy
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")


def regression():
    return LogisticRegression(C=10, max_iter=300)


def logistic_regression(train_N_D, targets_N, test_N_D):
    """The predicted class of each test item."""
    return regression().fit(train_N_D, targets_N).predict(test_N_D)


STRATEGIES = ["random", "margin", "entropy", "typiclust", "badge"]


def active_curve(pool_N_D, targets_N, test_N_D, test_targets_N, strategy, seed, first, query, budget):
    """Accuracy after each round of a strategy (an index of STRATEGIES); TypiClust picks the first items itself, others begin at random."""
    from skactiveml import pool as pools
    from skactiveml.classifier import SklearnClassifier

    name, classes = STRATEGIES[int(strategy)], numpy.unique(targets_N)
    random = numpy.random.default_rng(int(seed))
    none = numpy.full(len(pool_N_D), numpy.nan)
    if name == "typiclust":
        labelled = list(pools.TypiClust(random_state=int(seed)).query(pool_N_D, none, batch_size=int(first)))
    else:
        labelled = list(random.choice(len(pool_N_D), int(first), replace=False))
    curve = []
    while True:
        fitted = regression().fit(pool_N_D[labelled], targets_N[labelled])
        curve.append((fitted.predict(test_N_D) == test_targets_N).mean())
        if len(labelled) >= budget:
            return curve
        rest = numpy.setdiff1d(numpy.arange(len(pool_N_D)), labelled)
        if name in ("margin", "entropy"):
            probs = fitted.predict_proba(pool_N_D[rest])
            top = numpy.sort(probs, axis=1)
            score = top[:, -2] - top[:, -1] if name == "margin" else -(probs * numpy.log(probs + 1e-12)).sum(axis=1)
            labelled += [int(i) for i in rest[numpy.argsort(-score)[: int(query)]]]
        elif name == "random":
            labelled += [int(i) for i in random.choice(rest, int(query), replace=False)]
        else:
            known = none.copy()
            known[labelled] = targets_N[labelled]
            key = int(seed) * 1000 + len(labelled)
            if name == "typiclust":
                picked = pools.TypiClust(random_state=key).query(pool_N_D, known, batch_size=int(query))
            else:
                model = SklearnClassifier(regression(), classes=classes, missing_label=numpy.nan)
                picked = pools.Badge(random_state=key).query(pool_N_D, known, clf=model, batch_size=int(query))
            labelled += [int(i) for i in picked]
