"""Writes narrow versions of torchvision's image classifiers as ONNX files, and what PyTorch computes for them.

Run with PyTorch 1.13 and torchvision 0.14 from this folder: python3 make_exports.py
Each model is exported in evaluation mode with two images and a dynamic batch axis; logits, loss and gradients are those of three images.
The exporter folds batch normalization into the convolution in front of it, unless the training mode is to be preserved: both occur. The
gradients of folded weights are those of a model that is folded in PyTorch. `expected.json` holds float32 arrays as base64.
"""
import base64
import copy
import json
import warnings

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision import models
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.densenet import DenseNet
from torchvision.models.efficientnet import EfficientNet, FusedMBConvConfig, MBConvConfig
from torchvision.models.mobilenetv3 import InvertedResidualConfig, MobileNetV3
from torchvision.models.regnet import BlockParams, RegNet
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
from torchvision.models.shufflenetv2 import ShuffleNetV2
from torchvision.models.swin_transformer import SwinTransformer
from torchvision.models.vision_transformer import VisionTransformer
from torchvision.ops.misc import Conv2dNormActivation

warnings.filterwarnings("ignore")
CLASSES, SIZE = 5, 32
LABELS = torch.tensor([1, 4, 0])


class NarrowResNet(ResNet):
    """All widths divided by 32."""

    def __setattr__(self, name, value):
        super().__setattr__(name, value // 32 if name == "inplanes" and "conv1" not in self._modules else value)

    def _make_layer(self, block, planes, blocks, **options):
        return super()._make_layer(block, planes // 32, blocks, **options)


def resnet(block, **options):
    model = NarrowResNet(block, [1, 1, 1, 1], num_classes=CLASSES, **options)
    model.fc = nn.Linear(16 * block.expansion, CLASSES)
    return model


def mobilenet_v2():
    settings = [[1, 8, 1, 1], [4, 8, 1, 2], [4, 16, 2, 2]]
    model = models.MobileNetV2(num_classes=CLASSES, width_mult=0.25, inverted_residual_setting=settings)
    last = model.features[-1][0]
    model.features[-1] = Conv2dNormActivation(last.in_channels, 24, kernel_size=1, activation_layer=nn.ReLU6)
    model.classifier[1] = nn.Linear(24, CLASSES)
    return model


def mobilenet_v3():
    settings = [
        InvertedResidualConfig(8, 3, 8, 8, True, "RE", 2, 1, 1),
        InvertedResidualConfig(8, 3, 24, 8, False, "RE", 1, 1, 1),
        InvertedResidualConfig(8, 5, 32, 16, True, "HS", 2, 1, 1),
        InvertedResidualConfig(16, 5, 32, 16, True, "HS", 1, 2, 1),
    ]
    return MobileNetV3(settings, last_channel=24, num_classes=CLASSES)


def efficientnet():
    settings = [MBConvConfig(1, 3, 1, 8, 8, 1), MBConvConfig(3, 3, 2, 8, 8, 2), MBConvConfig(3, 5, 2, 8, 16, 2)]
    return EfficientNet(settings, dropout=0.2, last_channel=24, num_classes=CLASSES)


def efficientnet_v2():
    settings = [FusedMBConvConfig(1, 3, 1, 8, 8, 1), FusedMBConvConfig(2, 3, 2, 8, 8, 1), MBConvConfig(3, 3, 2, 8, 16, 1)]
    return EfficientNet(settings, dropout=0.2, last_channel=24, num_classes=CLASSES)


def convnext():
    settings = [CNBlockConfig(8, 12, 1), CNBlockConfig(12, 16, 1), CNBlockConfig(16, None, 1)]
    return ConvNeXt(settings, num_classes=CLASSES)


def vit():
    return VisionTransformer(
        image_size=SIZE, patch_size=8, num_layers=2, num_heads=2, hidden_dim=16, mlp_dim=24, num_classes=CLASSES
    )


def swin(depths):
    return SwinTransformer([4, 4], 8, depths, [2, 2], [2, 2], mlp_ratio=2.0, num_classes=CLASSES)


def shufflenet():
    model = ShuffleNetV2([2, 1, 1], [8, 16, 24, 32, 24], num_classes=CLASSES)
    return model


def densenet():
    return DenseNet(growth_rate=4, block_config=(2, 2), num_init_features=8, bn_size=2, num_classes=CLASSES)


def regnet():
    parameters = BlockParams.from_init_params(depth=4, w_0=8, w_a=8.0, w_m=2.0, group_width=4, se_ratio=0.25)
    return RegNet(parameters, num_classes=CLASSES, stem_width=8)


def squeezenet():
    model = models.SqueezeNet("1_1", num_classes=CLASSES)
    fire = models.squeezenet.Fire
    model.features = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, ceil_mode=True), fire(8, 4, 8, 8), fire(16, 4, 8, 8),
        nn.MaxPool2d(3, 2, ceil_mode=True), fire(16, 6, 12, 12),
    )
    model.classifier[1] = nn.Conv2d(24, CLASSES, 1)
    return model


class Operators(nn.Module):
    """What classifiers outside torchvision are made of."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3, stride=2), nn.Conv2d(8, 8, 3, groups=4)
        self.group_norm, self.instance_norm = nn.GroupNorm(2, 8), nn.InstanceNorm2d(4, affine=True)
        self.prelu = nn.PReLU(8)
        self.up = nn.ConvTranspose2d(4, 4, 2, stride=2)
        self.query = nn.Parameter(torch.randn(2, 4))
        self.head = nn.Linear(8, CLASSES)

    def forward(self, x):
        x = F.pad(x, (1, 1, 1, 1), mode="reflect")
        x = self.prelu(self.group_norm(self.first(x)))
        x = F.interpolate(F.elu(x), scale_factor=0.5, mode="bilinear", align_corners=False)
        x = F.mish(self.second(F.pad(x, (2, 1, 0, 1), mode="replicate")))
        x = F.interpolate(x, size=(8, 10), mode="bicubic", align_corners=False)
        x = self.instance_norm(F.glu(x, dim=1))
        x = F.hardtanh(x, -1.5, 2) + F.selu(x) - F.softsign(x) + F.celu(x, 0.7) + F.leaky_relu(x, 0.2) + F.softplus(x) + F.logsigmoid(x)
        x = F.pixel_unshuffle(F.pixel_shuffle(F.interpolate(x, scale_factor=2.0, mode="nearest"), 2), 2)
        x = self.up(torch.roll(x, (1, -2), (2, 3)).flip(3))
        tokens = F.normalize(x.flatten(2), dim=1)
        weights = torch.einsum("qc,bcn->bqn", self.query, tokens).softmax(-1)
        x = torch.einsum("bqn,bcn->bqc", weights, x.flatten(2)).reshape(-1, 8)
        return self.head(x * torch.sigmoid(1.702 * x)) + x.std(1, keepdim=True) + x.logsumexp(1, keepdim=True) + x.amax(1, keepdim=True)


# name: model, opset, whether batch normalization is folded
CASES = {
    "resnet_opset11_folded": (lambda: resnet(BasicBlock), 11, True),
    "resnet_opset16": (lambda: resnet(BasicBlock), 16, False),
    "resnext_opset13": (lambda: resnet(Bottleneck, groups=2, width_per_group=64), 13, False),
    "mobilenet_v2_opset12_folded": (mobilenet_v2, 12, True),
    "mobilenet_v2_opset11": (mobilenet_v2, 11, False),
    "mobilenet_v3_opset11_folded": (mobilenet_v3, 11, True),
    "mobilenet_v3_opset15": (mobilenet_v3, 15, False),
    "efficientnet_opset12_folded": (efficientnet, 12, True),
    "efficientnet_v2_opset17": (efficientnet_v2, 17, False),
    "convnext_opset13": (convnext, 13, True),
    "convnext_opset17": (convnext, 17, True),
    "vit_opset11": (vit, 11, True),
    "vit_opset14": (vit, 14, True),
    "vit_opset17": (vit, 17, True),
    "swin_opset12": (lambda: swin([2]), 12, True),
    "swin_opset17": (lambda: swin([1, 1]), 17, False),
    "shufflenet_opset14_folded": (shufflenet, 14, True),
    "densenet_opset13_folded": (densenet, 13, True),
    "regnet_opset16_folded": (regnet, 16, True),
    "squeezenet_opset12": (squeezenet, 12, True),
    "operators_opset12": (Operators, 12, True),
    "operators_opset17": (Operators, 17, True),
}


def randomize(model):
    """Nothing stays at zero or one: it would hide a term of a gradient."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 2)
    for parameter in model.parameters():
        if parameter.dim() == 1 or parameter.std() < 1e-3:
            base = parameter.mean().round() if parameter.dim() == 1 else 0
            nn.init.normal_(parameter, float(base), 0.2)
        elif parameter.dim() >= 2:
            parameter.data *= 1.5


def folded(model, images):
    """A copy with each batch normalization folded into the convolution that feeds it."""
    model = copy.deepcopy(model)
    made_by, pairs = {}, []

    def watch(name, module):
        def hook(_, inputs, output):
            made_by[id(output)] = (name, output)
            if isinstance(module, nn.BatchNorm2d) and id(inputs[0]) in made_by:
                pairs.append((made_by[id(inputs[0])][0], name))

        return hook

    hooks = [
        module.register_forward_hook(watch(name, module))
        for name, module in model.named_modules() if isinstance(module, (nn.Conv2d, nn.BatchNorm2d))
    ]
    model(images)
    for hook in hooks:
        hook.remove()
    for conv, norm in pairs:
        replace(model, conv, fuse_conv_bn_eval(model.get_submodule(conv), model.get_submodule(norm)))
        replace(model, norm, nn.Identity())
    return model


def replace(model, name, module):
    parent, _, key = name.rpartition(".")
    setattr(model.get_submodule(parent), key, module)


initializers = {}
to_graph = torch.onnx.utils._model_to_graph


def to_graph_and_remember(*arguments, **options):
    result = to_graph(*arguments, **options)
    initializers.update(result[1])
    return result


torch.onnx.utils._model_to_graph = to_graph_and_remember
# PyTorch until 1.12 numbered its values, later ones are named after their modules: older opsets come from older versions.
name_by_module = torch._C._jit_pass_onnx_assign_scoped_names_for_node_and_value


def encoded(tensor):
    return base64.b64encode(tensor.detach().contiguous().numpy().astype("<f4").tobytes()).decode()


def exported_names(model, initializers):
    """How the exporter calls each parameter that it renamed, and whether it transposed it: found by the values."""
    aliases = {}
    for key, value in model.named_parameters():
        if key in initializers and torch.allclose(initializers[key], value):
            continue
        for alias, tensor in initializers.items():
            for transposed in (False, True):
                candidate = tensor.t() if transposed and tensor.dim() == 2 else tensor
                if value.dim() == 1 and tensor.numel() == value.numel():
                    candidate = tensor.flatten()
                if candidate.shape == value.shape and torch.allclose(candidate, value, atol=1e-6):
                    aliases.setdefault(key, [alias, transposed and tensor.dim() == 2])
        # Swin's bias table is folded into what is gathered from it.
        assert key in aliases or key.endswith("relative_position_bias_table"), f"the export has no {key}"
    return aliases


def export(name, make, opset, fold, seed, images):
    torch.manual_seed(seed)
    model = make().eval()
    randomize(model)
    mode = torch.onnx.TrainingMode.EVAL if fold else torch.onnx.TrainingMode.PRESERVE
    initializers.clear()
    torch._C._jit_pass_onnx_assign_scoped_names_for_node_and_value = name_by_module if opset > 14 else lambda graph: None
    torch.onnx.export(
        model, (images[:2],), f"{name}.onnx", opset_version=opset, training=mode, do_constant_folding=fold,
        input_names=["pixel_values"], output_names=["logits"], dynamic_axes={"pixel_values": {0: "batch"}, "logits": {0: "batch"}},
    )
    has_norms = any(isinstance(module, nn.BatchNorm2d) for module in model.modules())
    reference = folded(model, images) if fold and has_norms else model
    logits = reference(images)
    assert torch.allclose(logits, model(images), atol=1e-4), "folding changed the logits"
    loss = F.cross_entropy(logits, LABELS)
    loss.backward()
    return {
        "logits": logits.tolist(), "loss": loss.item(),
        "gradients": {key: encoded(value.grad) for key, value in reference.named_parameters()},
        "aliases": exported_names(reference, initializers),
    }


def main():
    images = torch.randn(3, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1))
    expected = {}
    for seed, (name, case) in enumerate(CASES.items()):
        expected[name] = export(name, *case, seed, images)
    with open("expected.json", "w") as file:
        json.dump({"images": encoded(images), "labels": LABELS.tolist(), "models": expected}, file, indent=1)


main()
