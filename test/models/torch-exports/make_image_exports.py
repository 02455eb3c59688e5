"""A small fresh ConvNeXt by PyTorch's newer exporter, and by the older one in training mode: writes convnext_*.onnx and convnext.json.

    pip install torch torchvision onnx onnxscript
    python make_image_exports.py
"""
import json
import math
import pathlib
import warnings

import onnx
import torch
from torchvision.models.convnext import CNBlockConfig, ConvNeXt

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
torch.manual_seed(1)
model = ConvNeXt([CNBlockConfig(8, 12, 1), CNBlockConfig(12, None, 1)], num_classes=3, stochastic_depth_prob=0.3).eval()
pixels = torch.tensor([math.sin(0.7 * i) for i in range(2 * 3 * 32 * 32)]).reshape(2, 3, 32, 32)
logits = model(pixels)
torch.nn.functional.cross_entropy(logits, torch.tensor([1, 0])).backward()
gradients = {name: parameter.grad.norm().item() for name, parameter in model.named_parameters()}
(HERE / "convnext.json").write_text(json.dumps({"logits": logits.tolist(), "gradients": gradients}) + "\n")
names = dict(input_names=["pixel_values"], output_names=["logits"])
torch.onnx.export(
    model, (pixels,), str(HERE / "convnext_dynamo.onnx"), **names, dynamic_shapes=({0: torch.export.Dim("batch")},), dynamo=True,
    external_data=False, verbose=False,
)
torch.onnx.export(
    model, (pixels,), str(HERE / "convnext_training.onnx"), **names, dynamic_axes={"pixel_values": {0: "batch"}}, opset_version=17,
    dynamo=False, training=torch.onnx.TrainingMode.TRAINING,
)
for path in HERE.glob("convnext_*.onnx"):
    exported = onnx.load(path)
    for node in exported.graph.node:
        keep = [p for p in node.metadata_props if p.key in ("pkg.torch.onnx.fx_node", "pkg.torch.onnx.name_scopes")]
        del node.metadata_props[:]
        node.metadata_props.extend(keep)
        node.doc_string = ""
    del exported.graph.value_info[:]
    onnx.save(exported, path)
