"""Small random models of each text architecture, by transformers: writes fixtures/text/NAME/{config.json, model.safetensors, expected.json}.

expected.json has the inputs, PyTorch's logits and loss with dropout off, two numbers of each gradient (its norm, and its product with a wave),
and the rates of all dropouts that a training pass applies, in their order.

    python test/reference/make_text_architectures.py [NAME ...]
"""
import json
import math
import shutil
import sys
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForSequenceClassification

FOLDER = Path(__file__).parent / "fixtures" / "text"
SHAPE = dict(vocab_size=37, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2)
RATES = dict(hidden_dropout_prob=0.11, attention_probs_dropout_prob=0.12, classifier_dropout=0.13)
BERT = dict(**SHAPE, **RATES, max_position_embeddings=24)
LABELS = dict(num_labels=3)

MODELS = {
    "bert": ("BertConfig", BERT),
    "distilbert": ("DistilBertConfig", dict(vocab_size=37, dim=16, hidden_dim=24, n_layers=2, n_heads=2, max_position_embeddings=24,
                                            dropout=0.11, attention_dropout=0.12, seq_classif_dropout=0.13)),
    "roberta": ("RobertaConfig", dict(**BERT, type_vocab_size=1, layer_norm_eps=1e-5)),
    "xlm-roberta": ("XLMRobertaConfig", dict(**BERT, type_vocab_size=1, pad_token_id=1)),
    "camembert": ("CamembertConfig", dict(**{**BERT, "classifier_dropout": None}, type_vocab_size=2)),
    "mpnet": ("MPNetConfig", dict(**SHAPE, hidden_dropout_prob=0.11, attention_probs_dropout_prob=0.12, max_position_embeddings=24)),
    "electra": ("ElectraConfig", dict(**BERT, embedding_size=8)),
    "electra-wide": ("ElectraConfig", dict(**{**BERT, "hidden_act": "relu"}, embedding_size=16)),
    "albert": ("AlbertConfig", dict(**{**SHAPE, "num_hidden_layers": 4}, hidden_dropout_prob=0.11, attention_probs_dropout_prob=0.12,
                                    classifier_dropout_prob=0.13, embedding_size=8, num_hidden_groups=2, inner_group_num=2,
                                    max_position_embeddings=24)),
    "deberta-v3": ("DebertaV2Config", dict(**{k: v for k, v in BERT.items() if k != "classifier_dropout"}, cls_dropout=0.13,
                                           pooler_dropout=0.14, relative_attention=True, position_buckets=8, norm_rel_ebd="layer_norm",
                                           share_att_key=True, pos_att_type="p2c|c2p", position_biased_input=False, type_vocab_size=0,
                                           max_relative_positions=-1, conv_kernel_size=0)),
    "deberta-v2": ("DebertaV2Config", dict(**{k: v for k, v in BERT.items() if k != "classifier_dropout"}, pooler_dropout=0.14,
                                           relative_attention=True, share_att_key=False, pos_att_type=["c2p", "p2c"], type_vocab_size=2,
                                           embedding_size=8)),
    "modernbert": ("ModernBertConfig", dict(**{**SHAPE, "num_hidden_layers": 4}, max_position_embeddings=24, attention_dropout=0.12,
                                            embedding_dropout=0.11, mlp_dropout=0.15, classifier_dropout=0.13, local_attention=6,
                                            pad_token_id=0, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2)),
    "modernbert-mean": ("ModernBertConfig", dict(**SHAPE, max_position_embeddings=24, classifier_pooling="mean", norm_bias=True,
                                                 attention_bias=True, mlp_bias=True, classifier_bias=True, pad_token_id=0, bos_token_id=1,
                                                 eos_token_id=2, cls_token_id=1, sep_token_id=2)),
    "nomic-bert": ("NomicBertConfig", BERT),
    "gte": ("GteConfig", {**BERT, "pad_token_id": 0}),
}

LENGTHS = [13, 4, 9]


def wave(count):
    return torch.tensor([math.sin(1.7 * i + 0.3) for i in range(count)], dtype=torch.float64)


def inputs(pad):
    ids = torch.full((len(LENGTHS), max(LENGTHS)), pad)
    mask = torch.zeros_like(ids)
    for row, length in enumerate(LENGTHS):
        ids[row, :length] = torch.tensor([3 + (row * 11 + i * 7) % 33 for i in range(length)])
        mask[row, :length] = 1
    return ids, mask


def randomise(model):
    """Weights large enough to tell: norms about 1, everything else of the size 1 / sqrt(inputs)."""
    generator = torch.Generator().manual_seed(5)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 1:
            parameter.data = noise * 0.2 + (1 if "norm" in name.lower() and name.endswith("weight") else 0)
        else:
            parameter.data = noise * (0.5 if "embeddings" in name or "relative" in name else 1.3 / math.sqrt(parameter.shape[1]))


def applied_rates(model, arguments):
    """The rate of each dropout that a training pass applies, whether by a module or by a function."""
    rates = []
    original = torch.nn.functional.dropout

    def record(x, p=0.5, training=True, inplace=False):
        if training and p > 0:
            rates.append(p)
        return original(x, p, training, inplace)

    torch.nn.functional.dropout = record
    try:
        model.train()
        model(**arguments)
    finally:
        torch.nn.functional.dropout = original
        model.eval()
    return rates


def make(name):
    config_class, values = MODELS[name]
    config = getattr(transformers, config_class)(**values, **LABELS)
    model = AutoModelForSequenceClassification.from_config(config, attn_implementation="eager").eval()
    randomise(model)
    ids, mask = inputs(config.pad_token_id)
    arguments = dict(input_ids=ids, attention_mask=mask)
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    # Padding rows are never trained, and are kept as they are on loading: as transformers has them, zero.
    model = AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="eager").eval()
    targets = torch.tensor([0, 2, 1])
    logits = model(**arguments).logits
    loss = torch.nn.functional.cross_entropy(logits, targets)
    loss.backward()
    gradients = {}
    for parameter_name, parameter in model.named_parameters():
        if parameter.grad is not None:
            values = parameter.grad.double().flatten()
            gradients[parameter_name] = [values.norm().item(), (values @ wave(values.numel())).item()]
    expected = dict(
        inputIds=[ids[row, :length].tolist() for row, length in enumerate(LENGTHS)],
        targets=targets.tolist(),
        logits=logits.flatten().tolist(),
        loss=loss.item(),
        gradients=gradients,
        rates=applied_rates(model, arguments),
    )
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(name, logits.detach().numpy().round(3).tolist(), expected["rates"])


if __name__ == "__main__":
    for chosen in sys.argv[1:] or MODELS:
        make(chosen)
