"""Exports small models of many architectures in the ways that people export them, and writes down what PyTorch computes for them.

    python3 make_matrix.py FOLDER [--only PART_OF_NAME] [--opsets 14,17,18,23]
    BAALJS_MATRIX=FOLDER npx vitest run test/reference

Needs PyTorch 2.15 (or later), transformers 5, torchvision, onnx and onnxscript. Each model has random weights and is in evaluation mode. For each
there are the logits, the loss, the norm of each gradient that PyTorch has, and the losses of three steps of AdamW.
"""
import argparse
import json
import warnings
from pathlib import Path

import torch
from torch import nn

warnings.filterwarnings("ignore")
BATCH, LENGTH, CLASSES, VOCABULARY, SIZE = 3, 7, 4, 40, 32
TEXT = dict(vocab_size=VOCABULARY, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, num_labels=CLASSES)


def transformers_model(kind, **config):
    import transformers

    settings = {**TEXT, "max_position_embeddings": 24, **config}
    model = getattr(transformers, f"{kind}ForSequenceClassification")(getattr(transformers, f"{kind}Config")(**settings))
    return Logits(model)


class Logits(nn.Module):
    """The logits alone, as an exporter wants them."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


class Pixels(nn.Module):
    """A network of images whose input has the name that exports of transformers have."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        return self.model(pixel_values)


class EncoderMean(nn.Module):
    """A bare encoder with mean pooling and a linear layer, as sentence encoders are used."""

    def __init__(self, encoder, width):
        super().__init__()
        self.encoder, self.classifier = encoder, nn.Linear(width, CLASSES)

    def forward(self, input_ids, attention_mask):
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return self.classifier((states * mask).sum(1) / mask.sum(1).clamp(min=1e-9))


class Recurrent(nn.Module):
    def __init__(self, cell, **options):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 12)
        self.layer = cell(12, 8, batch_first=True, **options)
        self.classifier = nn.Linear(8 * (2 if options.get("bidirectional") else 1), CLASSES)

    def forward(self, input_ids, attention_mask):
        states, _ = self.layer(self.embedding(input_ids))
        return self.classifier((states * attention_mask.unsqueeze(-1).to(states.dtype)).mean(1))


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 12)
        self.layers = nn.ModuleList(nn.Conv1d(12, 8, width, padding=1) for width in (2, 3))
        self.classifier = nn.Linear(16, CLASSES)

    def forward(self, input_ids, attention_mask):
        x = (self.embedding(input_ids) * attention_mask.unsqueeze(-1)).transpose(1, 2)
        return self.classifier(torch.cat([torch.relu(layer(x)).amax(-1) for layer in self.layers], 1))


def t5():
    import transformers

    config = transformers.T5Config(vocab_size=VOCABULARY, d_model=16, d_kv=8, d_ff=24, num_layers=2, num_heads=2)
    return EncoderMean(transformers.T5EncoderModel(config), 16)


def sentence_encoder():
    import transformers

    config = transformers.BertConfig(**{**TEXT, "max_position_embeddings": 24})
    return EncoderMean(transformers.BertModel(config, add_pooling_layer=False), 16)


def distilbert():
    import transformers

    config = transformers.DistilBertConfig(vocab_size=VOCABULARY, dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=24, num_labels=CLASSES)
    return Logits(transformers.DistilBertForSequenceClassification(config))


TEXTS = {
    "bert": lambda: transformers_model("Bert"),
    "distilbert": distilbert,
    "roberta": lambda: transformers_model("Roberta", type_vocab_size=1, max_position_embeddings=26),
    "xlm-roberta": lambda: transformers_model("XLMRoberta", type_vocab_size=1, max_position_embeddings=26),
    "mpnet": lambda: transformers_model("MPNet", max_position_embeddings=26),
    "albert": lambda: transformers_model("Albert", embedding_size=8),
    "electra": lambda: transformers_model("Electra", embedding_size=8),
    "deberta-v2": lambda: transformers_model(
        "DebertaV2", relative_attention=True, position_buckets=8, pos_att_type=["p2c", "c2p"], norm_rel_ebd="layer_norm", share_att_key=True
    ),
    "modernbert": lambda: transformers_model("ModernBert", global_attn_every_n_layers=2, local_attention=4, pad_token_id=0, cls_token_id=1, sep_token_id=2, bos_token_id=1, eos_token_id=2),
    "t5-encoder": t5,
    "cnn": Convolutional,
    "lstm": lambda: Recurrent(nn.LSTM, bidirectional=True, num_layers=1),
    "gru": lambda: Recurrent(nn.GRU),
    "sentence-encoder": sentence_encoder,
}


def vision(name, **options):
    import torchvision

    return lambda: getattr(torchvision.models, name)(weights=None, num_classes=CLASSES, **options)


def small_vit():
    from torchvision.models.vision_transformer import VisionTransformer

    return VisionTransformer(image_size=SIZE, patch_size=8, num_layers=2, num_heads=2, hidden_dim=16, mlp_dim=24, num_classes=CLASSES)


def small_swin():
    from torchvision.models.swin_transformer import PatchMergingV2, SwinTransformer, SwinTransformerBlockV2

    return SwinTransformer([2, 2], 8, [1, 1], [1, 2], [4, 4], num_classes=CLASSES, block=SwinTransformerBlockV2, downsample_layer=PatchMergingV2)


def small_convnext():
    from torchvision.models.convnext import CNBlockConfig, ConvNeXt

    return ConvNeXt([CNBlockConfig(8, 16, 1), CNBlockConfig(16, None, 1)], num_classes=CLASSES)


def small_vgg():
    from torchvision.models.vgg import VGG, make_layers

    network = VGG(make_layers([8, "M", 16, "M"]), num_classes=CLASSES)
    network.avgpool = nn.AdaptiveAvgPool2d((2, 2))
    network.classifier = nn.Sequential(nn.Linear(64, 16), nn.ReLU(True), nn.Dropout(), nn.Linear(16, CLASSES))
    return network


def small_resnet():
    from torchvision.models.resnet import BasicBlock, ResNet

    return ResNet(BasicBlock, [1, 1, 1, 1], num_classes=CLASSES)


def small_efficientnet():
    from torchvision.models.efficientnet import EfficientNet, MBConvConfig

    return EfficientNet([MBConvConfig(1, 3, 1, 8, 8, 1), MBConvConfig(4, 3, 2, 8, 16, 2)], dropout=0.2, last_channel=32, num_classes=CLASSES)


IMAGES = {
    "vgg": small_vgg,
    "resnet": small_resnet,
    "mobilenet-v3": vision("mobilenet_v3_small", width_mult=0.25),
    "efficientnet": small_efficientnet,
    "convnext": small_convnext,
    "swin-v2": small_swin,
    "vit": small_vit,
}


def inputs_of(name):
    generator = torch.Generator().manual_seed(3)
    if name in IMAGES:
        return {"pixel_values": torch.randn(BATCH, 3, SIZE, SIZE, generator=generator)}
    ids = torch.randint(5, VOCABULARY, (BATCH, LENGTH), generator=generator)
    mask = torch.ones(BATCH, LENGTH, dtype=torch.long)
    for row, length in enumerate((LENGTH, LENGTH - 2, LENGTH - 3)):
        mask[row, length:] = 0
        ids[row, length:] = 1 if "roberta" in name or name == "mpnet" else 0
    return {"input_ids": ids, "attention_mask": mask}


def export(model, inputs, path, dynamo, opset):
    names = list(inputs)
    axes = {name: {0: "batch"} | ({1: "length"} if value.dim() == 2 else {}) for name, value in inputs.items()}
    if not dynamo:
        torch.onnx.export(
            model, tuple(inputs.values()), path, dynamo=False, opset_version=opset, input_names=names, output_names=["logits"],
            dynamic_axes={**axes, "logits": {0: "batch"}}, do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE,
        )
        return
    Dim = torch.export.Dim
    dims = {"batch": Dim.DYNAMIC, "length": Dim.DYNAMIC}
    shapes = {name: {axis: dims[label] for axis, label in table.items()} for name, table in axes.items()}
    torch.onnx.export(
        model, (), path, kwargs=inputs, dynamo=True, opset_version=opset, input_names=names, output_names=["logits"],
        dynamic_shapes=shapes, external_data=False, verbose=False,
    )


def without_traces(path):
    """Where a node came from in the source of a library says nothing about what it computes, and takes half of the file."""
    import onnx

    model = onnx.load(path)
    for node in model.graph.node:
        kept = [entry for entry in node.metadata_props if entry.key in ("pkg.torch.onnx.name_scopes", "pkg.torch.onnx.fx_node")]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
        node.ClearField("doc_string")
    onnx.save(model, path)


def reference(model, inputs):
    labels = torch.arange(BATCH) % CLASSES
    with torch.no_grad():
        logits = model(**inputs)
    parameters = list(model.named_parameters())
    optimizer = torch.optim.AdamW([p for _, p in parameters], lr=1e-3, weight_decay=0.0)
    losses, gradients = [], {}
    for step in range(4):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(**inputs), labels)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            gradients = {name: float(p.grad.norm()) for name, p in parameters if p.grad is not None}
        optimizer.step()
    norms = sum(isinstance(m, nn.BatchNorm2d) for m in model.modules())
    return dict(logits=logits.tolist(), labels=labels.tolist(), losses=losses, gradients=gradients, batchNorms=norms)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--opsets", default="14,17,18,20,23")
    parser.add_argument("--exporters", default="legacy,dynamo")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, make in {**TEXTS, **IMAGES}.items():
        if args.only and args.only not in name:
            continue
        for exporter in args.exporters.split(","):
            for opset in map(int, args.opsets.split(",")):
                # The old exporter ends at 20, the new one begins at 18.
                if (exporter == "legacy" and opset > 20) or (exporter == "dynamo" and opset < 18):
                    continue
                case = f"{name}-{exporter}-{opset}"
                torch.manual_seed(1)
                model = (Pixels(make()) if name in IMAGES else make()).eval()
                with torch.no_grad():
                    for key, parameter in model.named_parameters():
                        if parameter.dim() < 2:  # a bias of zeros and a scale of ones would hide what is left out
                            parameter.add_(0.1 * torch.randn_like(parameter))
                inputs = inputs_of(name)
                path = args.folder / f"{case}.onnx"
                try:
                    export(model, inputs, str(path), exporter == "dynamo", opset)
                except Exception as error:  # what cannot be exported is nobody's to read
                    print(f"{case}: not exported: {type(error).__name__}: {str(error)[:200]}", flush=True)
                    path.unlink(missing_ok=True)
                    continue
                without_traces(path)
                fed = {key: dict(dims=list(value.shape), data=value.flatten().tolist()) for key, value in inputs.items()}
                path.with_suffix(".json").write_text(json.dumps(dict(inputs=fed, **reference(model, inputs))))
                print(case, path.stat().st_size, flush=True)


if __name__ == "__main__":
    main()
