"""Writes one-layer classifiers in the forms that BERT and RoBERTa exports have, and what PyTorch computes for them.

Run with PyTorch 1.13 from this folder: python3 make_exports.py
Each gradient is recorded as its norm and its sum weighted with cos(1), cos(2), ...: enough to tell a wrong one.
"""
import json
import math
import warnings

import torch
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")
VOCABULARY, POSITIONS, DIM, HEADS, HIDDEN, CLASSES = 20, 12, 8, 2, 12, 3


class Embeddings(nn.Module):
    def __init__(self, roberta):
        super().__init__()
        self.roberta = roberta
        self.word_embeddings = nn.Embedding(VOCABULARY, DIM)
        self.position_embeddings = nn.Embedding(POSITIONS, DIM)
        self.token_type_embeddings = nn.Embedding(2, DIM)
        self.LayerNorm = nn.LayerNorm(DIM, eps=1e-12)
        self.dropout = nn.Dropout(0.1)
        self.register_buffer("position_ids", torch.arange(POSITIONS).expand((1, -1)))
        self.register_buffer("token_types", torch.zeros(1, POSITIONS, dtype=torch.long))

    def forward(self, ids, token_types=None):
        batch, length = ids.size()
        if token_types is None:
            token_types = self.token_types[:, :length].expand(batch, length)
        if self.roberta:
            mask = ids.ne(1).int()
            positions = (torch.cumsum(mask, dim=1).type_as(mask) * mask).long() + 1
        else:
            positions = self.position_ids[:, 0:length]
        embedded = self.word_embeddings(ids) + self.token_type_embeddings(token_types)
        return self.dropout(self.LayerNorm(embedded + self.position_embeddings(positions)))


ACTIVATIONS = {
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "gelu_new": lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * torch.pow(x, 3)))),
    "relu": F.relu,
}


class Layer(nn.Module):
    def __init__(self, activation, einsum):
        super().__init__()
        self.activation, self.einsum = ACTIVATIONS[activation], einsum
        self.query, self.key, self.value, self.dense = (nn.Linear(DIM, DIM) for _ in range(4))
        self.attention_norm, self.output_norm = nn.LayerNorm(DIM, eps=1e-12), nn.LayerNorm(DIM, eps=1e-12)
        self.inner, self.outer = nn.Linear(DIM, HIDDEN), nn.Linear(HIDDEN, DIM)
        self.dropout = nn.Dropout(0.1)
        for norm in (self.attention_norm, self.output_norm):
            nn.init.normal_(norm.weight, 1, 0.2)
            nn.init.normal_(norm.bias, 0, 0.2)

    def heads(self, x):
        return x.view(x.size()[:-1] + (HEADS, DIM // HEADS)).permute(0, 2, 1, 3)

    def forward(self, x, bias):
        query, key, value = (self.heads(linear(x)) for linear in (self.query, self.key, self.value))
        if self.einsum:
            scores = torch.einsum("bhid,bhjd->bhij", query, key)
        else:
            scores = torch.matmul(query, key.transpose(-1, -2))
        weights = self.dropout(F.softmax(scores / math.sqrt(DIM // HEADS) + bias, dim=-1))
        context = torch.einsum("bhij,bhjd->bhid", weights, value) if self.einsum else torch.matmul(weights, value)
        context = context.permute(0, 2, 1, 3).contiguous()
        context = context.view(context.size()[:-2] + (DIM,))
        x = self.attention_norm(self.dropout(self.dense(context)) + x)
        return self.output_norm(self.dropout(self.outer(self.activation(self.inner(x)))) + x)


class Classifier(nn.Module):
    def __init__(self, roberta=False, activation="gelu", einsum=False, tied=False):
        super().__init__()
        self.tied = tied
        self.embeddings, self.layer = Embeddings(roberta), Layer(activation, einsum)
        if not tied:
            self.pooler, self.dropout, self.classifier = nn.Linear(DIM, DIM), nn.Dropout(0.1), nn.Linear(DIM, CLASSES)

    def forward(self, ids, attention_mask, token_types=None):
        x = self.embeddings(ids, token_types)
        mask = attention_mask[:, None, None, :].to(x.dtype)
        x = self.layer(x, (1.0 - mask) * torch.finfo(x.dtype).min)
        if self.tied:
            scores = F.linear(x, self.embeddings.word_embeddings.weight) * attention_mask[:, :, None].float()
            return scores.sum(1) / attention_mask.sum(1, keepdim=True).float()
        return self.classifier(self.dropout(torch.tanh(self.pooler(x[:, 0]))))


IDS = torch.tensor([[5, 7, 9, 4, 13, 1, 1], [8, 9, 10, 11, 12, 13, 14], [6, 3, 1, 1, 1, 1, 1]])
TYPES = torch.tensor([[0, 0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1, 1], [0, 1, 0, 0, 0, 0, 0]])
LABELS = torch.tensor([1, 2, 0])
CASES = {
    "bert_opset11": dict(opset=11, types=True),
    "bert_gelu_new_opset13": dict(opset=13, types=False, activation="gelu_new"),
    "bert_einsum_relu_opset14": dict(opset=14, types=True, activation="relu", einsum=True),
    "roberta_opset12": dict(opset=12, types=False, roberta=True),
    "roberta_gelu_tanh_opset17": dict(opset=17, types=False, roberta=True, activation="gelu_tanh"),
    "bert_tied_opset15": dict(opset=15, types=True, tied=True, fold=False),
}


def main():
    expected = {}
    for seed, (name, case) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        opset, types, fold = case.pop("opset"), case.pop("types"), case.pop("fold", True)
        model = Classifier(**case).eval()
        inputs = {"input_ids": IDS, "attention_mask": IDS.ne(1).long(), **({"token_type_ids": TYPES} if types else {})}
        logits = model(*inputs.values())
        loss = F.cross_entropy(logits, LABELS)
        loss.backward()
        gradients = {
            key: [p.grad.norm().item(), (p.grad.flatten() * torch.cos(torch.arange(1, p.numel() + 1.0))).sum().item()]
            for key, p in model.named_parameters()
        }
        axes = {key: {0: "batch", 1: "sequence"} for key in inputs}
        torch.onnx.export(
            model, tuple(inputs.values()), f"{name}.onnx", opset_version=opset, do_constant_folding=fold,
            input_names=list(inputs), output_names=["logits"], dynamic_axes=axes,
        )
        expected[name] = {
            "inputs": {key: value.tolist() for key, value in inputs.items()}, "labels": LABELS.tolist(),
            "logits": logits.tolist(), "loss": loss.item(), "gradients": gradients,
        }
    with open("expected.json", "w") as file:
        json.dump(expected, file, indent=1)


main()
