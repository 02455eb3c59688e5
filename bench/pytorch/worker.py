"""Runs PyTorch's side of the measurements: one JSON request per line on stdin, one JSON answer per line on stdout."""
import json
import resource
import sys
import time

import torch

from distilbert import Classifier, Dropout, load_safetensors


class Worker:
    model = None
    optimizer = None
    quantized = None

    def start(self, threads, classes):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.model = Classifier(classes)
        return {
            "parameters": sum(p.numel() for p in self.model.parameters()),
        }

    def logits(self, weights, ids, mask):
        """With given weights and dropout off: shows that both sides compute the same."""
        self.model.load_state_dict(load_safetensors(weights), strict=True)
        self.model.eval()
        Dropout.keep = False
        with torch.no_grad():
            return {"logits": self.model(torch.tensor(ids), torch.tensor(mask)).flatten().tolist()}

    def predict(self, ids, mask, draws):
        """Baal's way: each row of the batch repeated once per draw, dropout on, one pass."""
        self.model.eval()
        Dropout.keep = True
        begin = time.perf_counter()
        with torch.no_grad():
            repeated = [torch.tensor(x).repeat_interleave(draws, dim=0) for x in (ids, mask)]
            self.model(*repeated)
        return {"seconds": time.perf_counter() - begin}

    def predict_int8(self, ids, mask, draws):
        """As `predict`, the weights of linear layers as bytes, activations rounded as they come."""
        self.quantized = self.quantized or torch.ao.quantization.quantize_dynamic(self.model, {torch.nn.Linear}, dtype=torch.qint8)
        self.quantized.eval()
        Dropout.keep = True
        begin = time.perf_counter()
        with torch.no_grad():
            repeated = [torch.tensor(x).repeat_interleave(draws, dim=0) for x in (ids, mask)]
            self.quantized(*repeated)
        return {"seconds": time.perf_counter() - begin}

    def train(self, ids, mask, targets):
        """Forward, backward, clipping and AdamW."""
        self.model.train()
        self.optimizer = self.optimizer or torch.optim.AdamW(self.model.parameters(), lr=1e-5, weight_decay=0.01)
        ids, mask, targets = torch.tensor(ids), torch.tensor(mask), torch.tensor(targets)
        begin = time.perf_counter()
        self.optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(self.model(ids, mask), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return {"seconds": time.perf_counter() - begin, "loss": loss.item()}

    def export_onnx(self, weights, path, ids, mask):
        """As a user exports a classifier: TorchScript tracing, dropout gone, batch and length free."""
        self.model.load_state_dict(load_safetensors(weights), strict=True)
        self.model.eval()
        Dropout.keep = False
        names, axes = ["input_ids", "attention_mask"], {0: "batch_size", 1: "sequence_length"}
        torch.onnx.export(
            self.model,
            (torch.tensor(ids), torch.tensor(mask)),
            path,
            opset_version=14,
            input_names=names,
            output_names=["logits"],
            dynamic_axes={**{name: axes for name in names}, "logits": {0: "batch_size"}},
        )
        return {}

    def peak_memory(self):
        """Bytes; Linux counts in KiB."""
        return {"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


worker = Worker()
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = getattr(worker, request["command"])(**request["arguments"])
    except Exception as error:  # The other side decides what a failure means.
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
