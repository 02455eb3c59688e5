"""Small text classifiers of transformers by both of PyTorch's exporters: writes NAME_legacy.onnx, NAME_dynamo.onnx and expected.json.

    pip install torch transformers onnx onnxscript
    python make_exports.py
"""
import json
import pathlib
import warnings

import onnx
import torch
import transformers as t

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
shape = dict(
    vocab_size=60, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12, max_position_embeddings=24, num_labels=3
)
rates = dict(hidden_dropout_prob=0.15, attention_probs_dropout_prob=0.12)

MODELS = {
    "bert": lambda: t.BertForSequenceClassification(t.BertConfig(**shape, **rates)),
    "roberta": lambda: t.RobertaForSequenceClassification(t.RobertaConfig(**shape, **rates, pad_token_id=0, type_vocab_size=1)),
    "electra": lambda: t.ElectraForSequenceClassification(t.ElectraConfig(**shape, **rates, embedding_size=4)),
    "mpnet": lambda: t.MPNetForSequenceClassification(t.MPNetConfig(**shape, **rates, pad_token_id=0)),
    "albert": lambda: t.AlbertForSequenceClassification(
        t.AlbertConfig(**shape, **rates, embedding_size=4, classifier_dropout_prob=0.2)
    ),
    "deberta-v2": lambda: t.DebertaV2ForSequenceClassification(
        t.DebertaV2Config(
            **shape, **rates, relative_attention=True, position_buckets=4, pos_att_type=["c2p", "p2c"], norm_rel_ebd="layer_norm",
            share_att_key=True, max_relative_positions=-1, position_biased_input=False, type_vocab_size=0, pooler_dropout=0,
        )
    ),
    "modernbert": lambda: t.ModernBertForSequenceClassification(
        t.ModernBertConfig(
            **shape, pad_token_id=0, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2, global_attn_every_n_layers=2,
            local_attention=8, embedding_dropout=0.1, attention_dropout=0.12, mlp_dropout=0.14, classifier_dropout=0.2,
        )
    ),
}
ids = torch.tensor([[2, 5, 17, 40, 33, 3], [2, 9, 33, 3, 0, 0]])
mask = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]])
labels = torch.tensor([2, 0])


def count_dropouts(model):
    """Calls of dropout with a rate above 0 in one training pass, attention's included."""
    found = []
    original, attention = torch.nn.functional.dropout, torch.nn.functional.scaled_dot_product_attention

    def dropout(x, p=0.5, training=True, inplace=False):
        if p > 0 and training:
            found.append(round(p, 6))
        return original(x, p, training, inplace)

    def sdpa(*args, dropout_p=0.0, **kwargs):
        if dropout_p > 0:
            found.append(round(dropout_p, 6))
        return attention(*args, dropout_p=dropout_p, **kwargs)

    torch.nn.functional.dropout, torch.nn.functional.scaled_dot_product_attention = dropout, sdpa
    model.train()
    model(input_ids=ids, attention_mask=mask)
    model.eval()
    torch.nn.functional.dropout, torch.nn.functional.scaled_dot_product_attention = original, attention
    return sorted(found)


def slim(path):
    """Without the traces of the exporter's own calls, which are most of the file."""
    model = onnx.load(path)
    for node in model.graph.node:
        keep = [p for p in node.metadata_props if p.key in ("pkg.torch.onnx.fx_node", "pkg.torch.onnx.name_scopes")]
        del node.metadata_props[:]
        node.metadata_props.extend(keep)
        node.doc_string = ""
    del model.graph.value_info[:]
    onnx.save(model, path)


expected = {"input_ids": ids.tolist(), "attention_mask": mask.tolist(), "labels": labels.tolist(), "models": {}}
for name, make in MODELS.items():
    torch.manual_seed(1)
    model = make().eval()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.3)
    output = model(input_ids=ids, attention_mask=mask, labels=labels)
    output.loss.backward()
    gradients = {n: p.grad.norm().item() for n, p in model.named_parameters() if p.grad is not None}
    expected["models"][name] = {
        "config": {k: v for k, v in model.config.to_dict().items() if v is not None},
        "logits": output.logits.tolist(),
        "loss": output.loss.item(),
        "gradients": gradients,
        "dropout": count_dropouts(model),
    }
    names = dict(input_names=["input_ids", "attention_mask"], output_names=["logits"])
    axes = {0: "batch", 1: "sequence"}
    path = str(HERE / f"{name}_legacy.onnx")
    torch.onnx.export(
        model, (ids, mask), path, **names, dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}},
        opset_version=17, dynamo=False,
    )
    slim(path)
    path = str(HERE / f"{name}_dynamo.onnx")
    dims = {0: torch.export.Dim("batch"), 1: torch.export.Dim("sequence", max=24)}
    torch.onnx.export(
        model, (ids, mask), path, **names, dynamic_shapes=(dims, dims), dynamo=True, external_data=False, verbose=False, opset_version=18
    )
    slim(path)
    print(name, len(gradients), len(expected["models"][name]["dropout"]), flush=True)
(HERE / "expected.json").write_text(json.dumps(expected) + "\n")
