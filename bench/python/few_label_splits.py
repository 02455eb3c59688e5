"""Splits of CLINC-OOS with few labels, by Python's own generator so that figures of other scripts with these seeds are of the same texts.

One JSON request on stdin: `clinc` (data_full.json), `domains` (domains.json), `task`, `shots` per class, `seeds`. One line of JSON on stdout: `labels`,
`test` and, seed by seed, `train`, each text with its label. `bank20`: ten intents of banking and ten of credit cards, 30 test texts each;
`all150`: all intents, 10 test texts each.
"""
import json
import random
import sys

request = json.load(sys.stdin)
with open(request["clinc"]) as file:
    rows = json.load(file)
with open(request["domains"]) as file:
    domains = json.load(file)

chooser = random.Random(7)
for intents in domains.values():
    chooser.sample(sorted(intents), 2)  # Drawn first by a task that is not used here.
banking = sorted(chooser.sample(sorted(domains["banking"]), 10) + chooser.sample(sorted(domains["credit_cards"]), 10))
labels, per_test = {"bank20": (banking, 30), "all150": (sorted({label for _, label in rows["train"]}), 10)}[request["task"]]

known = set(labels)
taken = dict.fromkeys(labels, 0)
test = []
for text, label in rows["test"]:
    if label in known and taken[label] < per_test:
        taken[label] += 1
        test.append((text, label))

pool = [(text, label) for text, label in rows["train"] if label in known]
train = []
for seed in request["seeds"]:
    generator = random.Random(1000 + seed)
    of_label = {label: [n for n, (_, other) in enumerate(pool) if other == label] for label in labels}
    for label in labels:
        generator.shuffle(of_label[label])
    train.append([pool[n] for label in labels for n in of_label[label][: request["shots"]]])
print(json.dumps({"labels": labels, "test": test, "train": train}))
