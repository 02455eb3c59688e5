"""Small random image classifiers of transformers and timm: writes fixtures/images/NAME/{config.json, model.safetensors, expected.json}.

expected.json has PyTorch's logits; loss and gradients of a training pass with dropout off (two numbers of each gradient: its norm, and
its product with a wave) and the running statistics behind it; and the rates of all dropouts of a training pass.

    python test/reference/make_image_architectures.py [NAME ...]
"""
import json
import math
import re
import shutil
import sys
from pathlib import Path

import timm
import torch
import transformers
from safetensors.torch import save_file
from timm.layers import drop as timm_drop
from timm.layers import set_fused_attn
from transformers import AutoModelForImageClassification
from transformers.models.convnext import modeling_convnext

FOLDER = Path(__file__).parent / "fixtures" / "images"
RATES = dict(hidden_dropout_prob=0.11, attention_probs_dropout_prob=0.12)
VIT = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, image_size=32, patch_size=16)

TRANSFORMERS = {
    "vit": ("ViTConfig", 32, dict(**VIT, **RATES)),
    "deit": ("DeiTConfig", 32, dict(**{**VIT, "qkv_bias": False}, architectures=["DeiTForImageClassification"])),
    "deit-teacher": ("DeiTConfig", 32, dict(**VIT, **RATES, architectures=["DeiTForImageClassificationWithTeacher"])),
    "resnet-basic": ("ResNetConfig", 64, dict(embedding_size=8, hidden_sizes=[8, 16], depths=[2, 1], layer_type="basic",
                                              downsample_in_first_stage=True)),
    "resnet-bottleneck": ("ResNetConfig", 64, dict(embedding_size=8, hidden_sizes=[16, 24], depths=[1, 2], layer_type="bottleneck",
                                                   downsample_in_bottleneck=True)),
    "convnext": ("ConvNextConfig", 32, dict(hidden_sizes=[8, 12], depths=[1, 2], num_stages=2, drop_path_rate=0.2, image_size=32,
                                            layer_scale_init_value=0.5)),
    "mobilenet-v2": ("MobileNetV2Config", 48, dict(depth_multiplier=0.1, min_depth=4, depth_divisible_by=4, image_size=48,
                                                   finegrained_output=False, expand_ratio=2.0)),
}

TIMM = {
    "timm-vit": ("vit_tiny_patch16_224", 32, dict(img_size=32, embed_dim=16, depth=2, num_heads=2, drop_rate=0.1, pos_drop_rate=0.11,
                                                  proj_drop_rate=0.12, attn_drop_rate=0.13, drop_path_rate=0.2)),
    "timm-resnet18": ("resnet18", 64, dict(channels=(4, 4, 8, 8), layers=(1, 2, 1, 1), drop_rate=0.3, drop_path_rate=0.2)),
    "timm-resnext50": ("resnext50_32x4d", 64, dict(channels=(4, 4, 8, 8), layers=(1, 1, 1, 1), cardinality=2, base_width=32)),
    "timm-convnext": ("convnext_tiny", 32, dict(depths=(1, 2, 1, 1), dims=(4, 4, 8, 8), drop_path_rate=0.2, drop_rate=0.1)),
    "timm-convnext-pico": ("convnext_pico", 32, dict(depths=(1, 1, 1, 1), dims=(4, 4, 8, 8), conv_mlp=True)),
    "timm-mobilenetv2": ("mobilenetv2_010", 64, dict(drop_rate=0.2, drop_path_rate=0.2)),
    "timm-mobilenetv3-small": ("mobilenetv3_small_010", 64, dict(drop_rate=0.2)),
    "timm-mobilenetv3-large": ("mobilenetv3_large_010", 64, dict(drop_path_rate=0.1)),
}
COUNT = 3

# transformers renames these when it reads and writes; the files have the hub's names.
HUB_NAMES = [
    (r"(vit|deit)\.layers\.", r"\1.encoder.layer."), (r"\.attention\.o_proj\.", ".attention.output.dense."),
    (r"\.attention\.q_proj\.", ".attention.attention.query."), (r"\.attention\.k_proj\.", ".attention.attention.key."),
    (r"\.attention\.v_proj\.", ".attention.attention.value."), (r"\.mlp\.fc1\.", ".intermediate.dense."),
    (r"\.mlp\.fc2\.", ".output.dense."),
]


def hub_name(name):
    if name.startswith(("vit.", "deit.")):
        for pattern, replacement in HUB_NAMES:
            name = re.sub(pattern, replacement, name)
    return name


def wave(count):
    return torch.tensor([math.sin(1.7 * i + 0.3) for i in range(count)], dtype=torch.float64)


def pixels(size):
    return wave(COUNT * 3 * size * size).float().reshape(COUNT, 3, size, size)


def randomise(model):
    generator = torch.Generator().manual_seed(5)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 1:
            is_scale = name.endswith("weight")
            parameter.data = noise * 0.2 + (1 if is_scale or "gamma" in name or "scale" in name else 0)
        else:
            parameter.data = noise * (0.5 if parameter.shape[0] == 1 else 1.3 / math.sqrt(parameter[0].numel()))
    for name, buffer in model.named_buffers():
        if name.endswith("running_mean"):
            buffer.data = torch.randn(buffer.shape, generator=generator) * 0.2
        elif name.endswith("running_var"):
            buffer.data = 0.5 + torch.rand(buffer.shape, generator=generator)
    # As the files keep them.
    model.half().float()


def logits_of(output):
    return output if isinstance(output, torch.Tensor) else output.logits


def summary(tensor):
    values = tensor.double().flatten()
    return [values.norm().item(), (values @ wave(values.numel())).item()]


def applied_rates(model, x):
    rates = []
    originals = torch.nn.functional.dropout, timm_drop.drop_path, modeling_convnext.ConvNextDropPath.forward

    def dropout(x, p=0.5, training=True, inplace=False):
        if training and p > 0:
            rates.append(p)
        return x

    def drop_path(x, drop_prob=0.0, training=False, scale_by_keep=True, **_):
        if training and drop_prob > 0:
            rates.append(drop_prob)
        return x

    torch.nn.functional.dropout = dropout
    timm_drop.drop_path = drop_path
    modeling_convnext.ConvNextDropPath.forward = lambda self, x: drop_path(x, self.drop_prob, self.training)
    try:
        model.train()
        model(x)
    finally:
        torch.nn.functional.dropout, timm_drop.drop_path, modeling_convnext.ConvNextDropPath.forward = originals
        model.eval()
    return [float(f"{rate:.6g}") for rate in rates]


def expected_of(model, size, names):
    model.eval()
    x = pixels(size)
    targets = torch.tensor([0, 2, 1])
    rates = applied_rates(model, x)
    model.load_state_dict(names.pop("state"))
    logits = logits_of(model(x))
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.train()
    loss = torch.nn.functional.cross_entropy(logits_of(model(x)), targets)
    loss.backward()
    if hasattr(model, "distillation_classifier"):
        as_one_head(model)
    return dict(
        size=size,
        targets=targets.tolist(),
        logits=logits.flatten().tolist(),
        loss=loss.item(),
        gradients={hub_name(name): summary(p.grad) for name, p in model.named_parameters() if p.grad is not None},
        statistics={name: summary(b) for name, b in model.named_buffers() if "running_" in name},
        rates=rates,
    )


class OneHead(torch.nn.Module):
    """Two averaged heads as one layer over both tokens, which is how they are trained here."""

    def __init__(self, heads):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.cat([head.weight.data / 2 for head in heads], 1))
        self.bias = torch.nn.Parameter(sum(head.bias.data for head in heads) / 2)
        self.weight.grad = 2 * torch.cat([head.weight.grad for head in heads], 1)
        self.bias.grad = 2 * heads[0].bias.grad


def as_one_head(model):
    model.classifier = OneHead([model.cls_classifier, model.distillation_classifier])
    del model.cls_classifier, model.distillation_classifier


def make_transformers(name):
    config_class, size, values = TRANSFORMERS[name]
    config = getattr(transformers, config_class)(**values, num_labels=3)
    make = AutoModelForImageClassification.from_config
    if name == "deit-teacher":
        make = transformers.DeiTForImageClassificationWithTeacher._from_config
    model = make(config, attn_implementation="eager").eval()
    randomise(model)
    state = {key: value.clone() for key, value in model.state_dict().items()}
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    expected = expected_of(model, size, {"state": state})
    if name == "deit-teacher":
        model = make(config, attn_implementation="eager").eval()
    model.load_state_dict(state)
    model.half().save_pretrained(folder)
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(name, [round(v, 3) for v in expected["logits"]], expected["rates"])


def create_timm(name, arguments):
    # timm registers the published widths only.
    for module in (timm.models.mobilenetv3, timm.models.efficientnet):
        original = getattr(module, "_original_build", module.build_model_with_cfg)
        module._original_build = original
        module.build_model_with_cfg = lambda cls, variant, pretrained, original=original, **k: original(
            cls, variant, False, **{**k, "pretrained_cfg": {"url": ""}}) if variant.endswith("_010") else original(cls, variant, pretrained, **k)
    if name.startswith("mobilenetv3") and name.endswith("010"):
        return timm.models.mobilenetv3._gen_mobilenet_v3(name, 0.1, num_classes=3, **arguments)
    if name == "mobilenetv2_010":
        return timm.models.efficientnet._gen_mobilenet_v2(name, 0.1, fix_stem_head=False, num_classes=3, **arguments)
    return timm.create_model(name, num_classes=3, **arguments)


def make_timm(name):
    architecture, size, arguments = TIMM[name]
    set_fused_attn(False)
    model = create_timm(architecture, arguments).eval()
    randomise(model)
    state = {key: value.clone() for key, value in model.state_dict().items()}
    expected = expected_of(model, size, {"state": state})
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save_file({key: value.half() if value.is_floating_point() else value for key, value in state.items()}, folder / "model.safetensors",
              metadata={"format": "pt"})
    config = dict(architecture=architecture, num_classes=3, num_features=model.num_features, model_args=arguments,
                  pretrained_cfg=dict(input_size=[3, size, size], mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225],
                                      interpolation="bicubic", crop_pct=0.9, num_classes=3))
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(name, [round(v, 3) for v in expected["logits"]], expected["rates"])


if __name__ == "__main__":
    for chosen in sys.argv[1:] or [*TRANSFORMERS, *TIMM]:
        (make_transformers if chosen in TRANSFORMERS else make_timm)(chosen)
