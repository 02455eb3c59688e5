"""Opens the folders that save-fixtures.ts wrote with transformers, timm and sentence-transformers; their results must be ours to 1e-4.

    npx tsx test/reference/save-fixtures.ts FOLDER && python test/reference/reopen.py FOLDER
"""
import json
import sys
from pathlib import Path

import timm
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForImageClassification, AutoModelForSequenceClassification, DeiTForImageClassificationWithTeacher

from make_image_architectures import create_timm, pixels

FOLDER = Path(sys.argv[1])
wrong = 0


def check(folder, ours, theirs):
    global wrong
    ours = torch.tensor(ours, dtype=torch.float32).flatten()
    difference = (ours - theirs.detach().flatten()).abs().max().item() / ours.abs().max().item()
    wrong += difference > 1e-4
    print(f"{'WRONG' if difference > 1e-4 else 'right'} {folder.parent.name}/{folder.name} {difference:.1e}", flush=True)


def check_names(folder, report):
    """A counter of batches, which nothing reads, is not written."""
    missing = [name for name in report["missing_keys"] if not name.endswith("num_batches_tracked")]
    assert not missing and not report["unexpected_keys"], (folder, missing, report["unexpected_keys"])


def ours_of(folder):
    return json.loads((folder / "ours.json").read_text())


for folder in sorted((FOLDER / "text").iterdir()):
    ours = ours_of(folder)
    model, report = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    check_names(folder, report)
    rows = [model.eval()(input_ids=torch.tensor([ids])).logits for ids in ours["inputIds"]]
    check(folder, ours["logits"], torch.cat(rows))

for folder in sorted((FOLDER / "images").iterdir()):
    ours = ours_of(folder)
    x = pixels(ours["size"])[:1]
    if folder.name.startswith("timm-"):
        from safetensors.torch import load_file
        config = json.loads((folder / "config.json").read_text())
        model = create_timm(config["architecture"], config.get("model_args", {}))
        model.load_state_dict(load_file(folder / "model.safetensors"))
        check(folder, ours["logits"], model.eval()(x))
    else:
        architecture = (json.loads((folder / "config.json").read_text()).get("architectures") or [""])[0]
        kind = DeiTForImageClassificationWithTeacher if "WithTeacher" in architecture else AutoModelForImageClassification
        model, report = kind.from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
        check_names(folder, report)
        check(folder, ours["logits"], model.eval()(x).logits)

for folder in sorted((FOLDER / "sentences").iterdir()):
    ours = ours_of(folder)
    check(folder, ours["embeddings"], torch.tensor(SentenceTransformer(str(folder), device="cpu").encode(ours["texts"])))

sys.exit(wrong)
