"""Small image classifiers of transformers, timm and torchvision by both of PyTorch's exporters, in evaluation mode, which leaves their dropout out.

    python make_exports.py [NAME ...]

Writes NAME_legacy.onnx, NAME_dynamo.onnx and expected.json. For each model the latter has its config.json; the module, the rate and the
kind ("item": stochastic depth) of each dropout that a training pass of the source applies, in their order; and the logits of a pass in which
the n-th of them multiplies by 1 + n / 16 in place of a mask, which tells where each stands. published.json has the rates of torchvision's
published networks.
"""
import json
import math
import pathlib
import sys
import warnings

import onnx
import timm
import torch
import torchvision
import transformers
from timm.layers import drop as timm_drop
from timm.layers import set_fused_attn
from torch import nn
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.efficientnet import EfficientNet, FusedMBConvConfig, MBConvConfig
from torchvision.models.swin_transformer import PatchMergingV2, SwinTransformer, SwinTransformerBlockV2
from torchvision.models.vision_transformer import VisionTransformer
from torchvision.ops import StochasticDepth

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
SIZE, BATCH, CLASSES = 32, 2, 3
PIXELS = torch.tensor([math.sin(0.7 * i) for i in range(BATCH * 3 * SIZE * SIZE)]).reshape(BATCH, 3, SIZE, SIZE)
RATES = dict(hidden_dropout_prob=0.11, attention_probs_dropout_prob=0.12)
PLAIN = dict(hidden_size=12, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, image_size=SIZE, patch_size=16)
WINDOWS = dict(image_size=SIZE, patch_size=4, embed_dim=8, depths=[2, 1], num_heads=[1, 2], window_size=4, mlp_ratio=2.0)

TRANSFORMERS = {
    "vit": ("ViT", dict(**PLAIN, **RATES)),
    "beit": ("Beit", dict(**PLAIN, **RATES, drop_path_rate=0.2, layer_scale_init_value=0.5, use_relative_position_bias=True)),
    "dinov2": ("Dinov2", dict(hidden_size=12, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=2, image_size=SIZE, patch_size=16,
                              drop_path_rate=0.2, hidden_dropout_prob=0.11)),
    "swin": ("Swin", dict(**WINDOWS)),
    "swin-v2": ("Swinv2", dict(**WINDOWS, drop_path_rate=0.3, hidden_dropout_prob=0.11)),
    "convnext-v2": ("ConvNextV2", dict(hidden_sizes=[8, 12], depths=[1, 2], num_stages=2, drop_path_rate=0.2, image_size=SIZE)),
    "efficientnet-hf": ("EfficientNet", dict(width_coefficient=0.25, depth_coefficient=0.5, image_size=SIZE, hidden_dim=320, num_hidden_layers=7,
                                             dropout_rate=0.3, kernel_sizes=[3, 3], in_channels=[8, 8], out_channels=[8, 16], strides=[1, 2],
                                             num_block_repeats=[3, 4], expand_ratios=[1, 4], depthwise_padding=[])),
    "mobilenet-v2": ("MobileNetV2", dict(depth_multiplier=0.1, min_depth=4, depth_divisible_by=4, image_size=SIZE, finegrained_output=False,
                                         expand_ratio=2.0, classifier_dropout_prob=0.7)),
    "resnet-hf": ("ResNet", dict(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic")),
}
TIMM = {
    "timm-vit": ("vit_tiny_patch16_224", dict(img_size=SIZE, embed_dim=12, depth=2, num_heads=2, drop_rate=0.1, pos_drop_rate=0.11,
                                              proj_drop_rate=0.12, attn_drop_rate=0.13, drop_path_rate=0.2)),
    "timm-swin": ("swin_tiny_patch4_window7_224", dict(img_size=SIZE, window_size=4, embed_dim=8, depths=(2, 1), num_heads=(1, 2), drop_rate=0.1)),
    "timm-convnext": ("convnext_tiny", dict(depths=(1, 2, 1, 1), dims=(4, 4, 8, 8), drop_path_rate=0.2)),
    "timm-resnet": ("resnet18", dict(channels=(4, 4, 8, 8), layers=(1, 2, 1, 1), drop_rate=0.3, drop_path_rate=0.2)),
}
PREPARED = dict(input_size=[3, SIZE, SIZE], interpolation="bicubic", crop_pct=0.9, mean=[0.5] * 3, std=[0.5] * 3)
TORCHVISION = {
    "convnext": lambda: ConvNeXt([CNBlockConfig(8, 12, 1), CNBlockConfig(12, None, 2)], num_classes=CLASSES),
    "efficientnet": lambda: EfficientNet([MBConvConfig(1, 3, 1, 8, 8, 2), MBConvConfig(4, 3, 2, 8, 16, 2)], 0.2, last_channel=32, num_classes=CLASSES),
    "efficientnet-v2": lambda: EfficientNet([FusedMBConvConfig(1, 3, 1, 8, 8, 2), MBConvConfig(4, 3, 2, 8, 16, 2)], 0.2, last_channel=32,
                                            num_classes=CLASSES),
    "swin-tv": lambda: SwinTransformer([4, 4], 8, [2, 1], [1, 2], [4, 4], num_classes=CLASSES),
    "swin-v2-tv": lambda: SwinTransformer([4, 4], 8, [1, 2], [1, 2], [4, 4], num_classes=CLASSES, block=SwinTransformerBlockV2,
                                          downsample_layer=PatchMergingV2),
    "vit-tv": lambda: VisionTransformer(SIZE, 16, 2, 2, 12, 16, num_classes=CLASSES),
}

# Files of some size are kept by one exporter.
KEPT = {"beit": ["dynamo"], "mobilenet-v2": ["dynamo"], "swin": ["legacy"], "swin-v2": ["legacy"], "swin-v2-tv": ["legacy"]}


class Pixels(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        found = self.model(pixel_values)
        return found if isinstance(found, torch.Tensor) else found.logits


def randomise(model):
    generator = torch.Generator().manual_seed(5)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        one = 1 if name.endswith("weight") or "gamma" in name or "scale" in name or "lambda" in name else 0
        parameter.data = noise * 0.2 + one if parameter.dim() == 1 else noise * (0.5 if parameter.shape[0] == 1 else 1.3 / math.sqrt(parameter[0].numel()))
    for name, buffer in model.named_buffers():
        if name.endswith("running_mean"):
            buffer.data = torch.randn(buffer.shape, generator=generator) * 0.2
        elif name.endswith("running_var"):
            buffer.data = 0.5 + torch.rand(buffer.shape, generator=generator)


def training_pass(model):
    """The dropouts of a training pass whose normalizations stay in evaluation mode, and its logits with the factors above in place of masks."""
    applied, stack = [], []
    hooks = []

    def leave(_module, _inputs, _output):
        stack.pop()

    for name, module in model.named_modules():
        hooks.append(module.register_forward_pre_hook(lambda _m, _i, name=name: stack.append(name)))
        hooks.append(module.register_forward_hook(leave))

    def site(x, rate, unit):
        if rate == 0:
            return x
        applied.append(dict(module=stack[-1].removeprefix("model."), rate=float(f"{rate:.6g}"), unit=unit))
        return x * (1 + len(applied) / 16)

    def dropout(x, p=0.5, training=True, inplace=False):
        return site(x, p, "element") if training else x

    def drop_path(x, drop_prob=0.0, training=False, scale_by_keep=True, **_):
        return site(x, drop_prob, "item") if training else x

    kept = nn.functional.dropout, timm_drop.drop_path, StochasticDepth.forward
    paths = {type(m) for m in model.modules() if type(m).__name__.endswith("DropPath") and "transformers" in type(m).__module__}
    forwards = {kind: kind.forward for kind in paths}
    nn.functional.dropout, timm_drop.drop_path = dropout, drop_path
    StochasticDepth.forward = lambda self, x: site(x, self.p, "item") if self.training else x
    for kind in paths:
        kind.forward = lambda self, x: site(x, self.drop_prob, "item") if self.training else x
    try:
        model.train()
        for module in model.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.eval()
        with torch.no_grad():
            logits = model(PIXELS)
    finally:
        nn.functional.dropout, timm_drop.drop_path, StochasticDepth.forward = kept
        for kind, forward in forwards.items():
            kind.forward = forward
        for hook in hooks:
            hook.remove()
        model.eval()
    return applied, logits.flatten().tolist()


def export(model, path, dynamo):
    names = dict(input_names=["pixel_values"], output_names=["logits"])
    if dynamo:
        torch.onnx.export(model, (PIXELS,), str(path), **names, dynamo=True, opset_version=18, external_data=False, verbose=False,
                          dynamic_shapes=({0: torch.export.Dim("batch")},))
    else:
        torch.onnx.export(model, (PIXELS,), str(path), **names, dynamo=False, opset_version=17, dynamic_axes={"pixel_values": {0: "batch"}})
    exported = onnx.load(path)
    for node in exported.graph.node:
        kept = [p for p in node.metadata_props if p.key in ("pkg.torch.onnx.fx_node", "pkg.torch.onnx.name_scopes")]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
        node.doc_string = ""
    del exported.graph.value_info[:]
    onnx.save(exported, path)


def made(name):
    if name in TRANSFORMERS:
        kind, values = TRANSFORMERS[name]
        config = getattr(transformers, f"{kind}Config")(**values, num_labels=CLASSES)
        model = getattr(transformers, f"{kind}ForImageClassification")._from_config(config, attn_implementation="eager")
        return model, json.loads(config.to_json_string(use_diff=False))
    if name in TIMM:
        architecture, arguments = TIMM[name]
        set_fused_attn(False)
        config = dict(architecture=architecture, num_classes=CLASSES, model_args=arguments, pretrained_cfg=PREPARED)
        return timm.create_model(architecture, num_classes=CLASSES, **arguments), config
    return TORCHVISION[name](), {}


def published():
    """Rates of torchvision's networks, and the facts that they are told apart by."""
    found = {}
    for name in torchvision.models.list_models(module=torchvision.models):
        if not name.startswith(("convnext", "efficientnet", "swin")):
            continue
        with torch.device("meta"):
            model = getattr(torchvision.models, name)()
        rates = [float(f"{m.p:.6g}") for m in model.modules() if isinstance(m, StochasticDepth)]
        width = [p.shape[-1] for n, p in model.named_parameters() if n.endswith("weight") and p.dim() == 2][-1]
        dropout = [m.p for m in model.modules() if isinstance(m, nn.Dropout)]
        found[name] = dict(last=rates[-1], blocks=len({r for r in rates}), width=width, dropout=dropout[-1] if dropout else 0)
    (HERE / "published.json").write_text(json.dumps(found, indent=1) + "\n")


def main():
    path = HERE / "expected.json"
    expected = json.loads(path.read_text()) if path.exists() else {}
    for name in sys.argv[1:] or [*TRANSFORMERS, *TIMM, *TORCHVISION]:
        torch.manual_seed(1)
        model, config = made(name)
        model = Pixels(model.eval())
        randomise(model)
        sites, logits = training_pass(model)
        expected[name] = dict(config=config, sites=sites, logits=logits)
        for exporter in KEPT.get(name, ("legacy", "dynamo")):
            try:
                export(model, HERE / f"{name}_{exporter}.onnx", exporter == "dynamo")
            except Exception as error:  # what cannot be exported is nobody's to read
                print(name, exporter, "not exported:", str(error).splitlines()[0][:80])
        print(name, [(s["module"], s["rate"], s["unit"]) for s in sites], flush=True)
        path.write_text("{\n" + ",\n".join(f'"{key}": {json.dumps(value)}' for key, value in expected.items()) + "\n}\n")


if __name__ == "__main__":
    published()
    main()
