"""SetFit (Tunstall et al. 2022, arXiv:2209.11055) on one task: a JSON request on stdin, one line of JSON on stdout.

A request has the encoder's folder, the labels, `train` as pairs of text and label, `test` as texts, and `iterations`, `batch`, `rate`, `seed` and
`threads`. The answer has the predicted labels, the steps, and the seconds of wall clock and of the processor that training took, loading not
counted. The head is SetFit's own: logistic regression on the vectors of the trained encoder.
"""
import json
import os
import sys
import tempfile
import time

request = json.load(sys.stdin)
os.environ["OMP_NUM_THREADS"] = str(request["threads"])
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch  # noqa: E402
from datasets import Dataset  # noqa: E402
from setfit import SetFitModel, Trainer, TrainingArguments  # noqa: E402

torch.set_num_threads(request["threads"])
labels = request["labels"]
train = Dataset.from_dict(
    {"text": [text for text, _ in request["train"]], "label": [labels.index(label) for _, label in request["train"]]}
)
with tempfile.TemporaryDirectory() as folder:
    model = SetFitModel.from_pretrained(request["encoder"])
    arguments = TrainingArguments(
        output_dir=folder,
        batch_size=(request["batch"], 16),
        num_epochs=(1, 16),
        body_learning_rate=(request["rate"], 1e-5),
        num_iterations=request["iterations"],
        seed=request["seed"],
        save_strategy="no",
        report_to="none",
        show_progress_bar=False,
        logging_strategy="no",
    )
    wall, processor = time.perf_counter(), time.process_time()
    trainer = Trainer(model=model, args=arguments, train_dataset=train)
    trainer.train()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    predicted = [labels[int(label)] for label in model.predict(request["test"], show_progress_bar=False)]
steps = -(-2 * request["iterations"] * len(request["train"]) // request["batch"])
print(json.dumps({"predicted": predicted, "steps": steps, "seconds": wall, "processorSeconds": processor}))
