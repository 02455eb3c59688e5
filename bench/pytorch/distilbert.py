"""DistilBERT for sequence classification in plain PyTorch, with the module names and dropout places of Hugging Face's transformers."""
import json
import math

import numpy
import torch
from torch import nn

VOCABULARY, POSITIONS, WIDTH, INNER, HEADS, LAYERS = 30522, 512, 768, 3072, 12, 6
DROPOUT, HEAD_DROPOUT = 0.1, 0.2


class Dropout(nn.Dropout):
    """Stays random in evaluation mode once `keep` is set, as Baal's patched module does."""

    keep = False

    def forward(self, x):
        return nn.functional.dropout(x, self.p, self.training or Dropout.keep)


class Embeddings(nn.Module):
    def __init__(self):
        super().__init__()
        self.word_embeddings = nn.Embedding(VOCABULARY, WIDTH, padding_idx=0)
        self.position_embeddings = nn.Embedding(POSITIONS, WIDTH)
        self.LayerNorm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = Dropout(DROPOUT)

    def forward(self, ids):
        positions = torch.arange(ids.shape[1])
        return self.dropout(self.LayerNorm(self.word_embeddings(ids) + self.position_embeddings(positions)))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_lin, self.k_lin, self.v_lin, self.out_lin = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.dropout = Dropout(DROPOUT)

    def forward(self, x, mask):
        rows, length, _ = x.shape
        q, k, v = (lin(x).view(rows, length, HEADS, -1).transpose(1, 2) for lin in (self.q_lin, self.k_lin, self.v_lin))
        scores = torch.matmul(q / math.sqrt(q.shape[-1]), k.transpose(2, 3))
        scores = scores.masked_fill((mask == 0)[:, None, None, :], torch.finfo(scores.dtype).min)
        context = torch.matmul(self.dropout(torch.softmax(scores, dim=-1)), v)
        return self.out_lin(context.transpose(1, 2).reshape(rows, length, WIDTH))


class FeedForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin1, self.lin2, self.dropout = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH), Dropout(DROPOUT)

    def forward(self, x):
        return self.dropout(self.lin2(nn.functional.gelu(self.lin1(x))))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention, self.sa_layer_norm = Attention(), nn.LayerNorm(WIDTH, eps=1e-12)
        self.ffn, self.output_layer_norm = FeedForward(), nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x, mask):
        x = self.sa_layer_norm(self.attention(x, mask) + x)
        return self.output_layer_norm(self.ffn(x) + x)


class Classifier(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.distilbert = nn.Module()
        self.distilbert.embeddings = Embeddings()
        self.distilbert.transformer = nn.Module()
        self.distilbert.transformer.layer = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pre_classifier, self.classifier = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, classes)
        self.dropout = Dropout(HEAD_DROPOUT)

    def forward(self, ids, mask):
        x = self.distilbert.embeddings(ids)
        for layer in self.distilbert.transformer.layer:
            x = layer(x, mask)
        return self.classifier(self.dropout(torch.relu(self.pre_classifier(x[:, 0]))))


def load_safetensors(path):
    """The float32 tensors of a safetensors file: 8 bytes of header length, a JSON header, the numbers."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        start = file.tell()
        numbers = numpy.fromfile(file, dtype="<f4")
    table = {}
    for name, entry in header.items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            table[name] = torch.from_numpy(numbers[first // 4 : last // 4].reshape(entry["shape"]).copy())
    assert start % 4 == 0
    return table
