"""Writes the node tests of the `onnx` package as folders: python onnx_node_cases.py FOLDER

Each case becomes FOLDER/NAME.onnx and FOLDER/NAME.json: the sets of inputs and outputs, arrays in base64. Cases whose values are no
arrays (sequences, optionals) have "skip" in their place.
"""
import base64
import json
import pathlib
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.backend.test.case.node import collect_testcases  # noqa: E402

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


def encoded(value):
    if isinstance(value, TensorProto):
        value = numpy_helper.to_array(value)
    array = np.asarray(value)
    if array.dtype == object or array.dtype.kind in "US":
        return {"dtype": "string", "dims": list(array.shape), "data": [str(x) for x in array.flatten()]}
    return {
        "dtype": str(array.dtype),
        "dims": list(array.shape),
        "data": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
    }


for case in collect_testcases(None):
    if case.model is None:
        continue
    graph = case.model.graph
    record = {"rtol": case.rtol, "atol": case.atol, "ops": [f"{n.domain}:{n.op_type}".lstrip(":") for n in graph.node]}
    values = [v for inputs, outputs in case.data_sets for v in [*inputs, *outputs]]
    kinds = [v.type.WhichOneof("value") for v in [*graph.input, *graph.output]]
    if any(kind != "tensor_type" for kind in kinds) or any(isinstance(v, (list, dict)) or v is None for v in values):
        record["skip"] = "values that are no arrays"
    else:
        record["sets"] = [
            {
                "inputs": {info.name: encoded(v) for info, v in zip(graph.input, inputs)},
                "outputs": {info.name: encoded(v) for info, v in zip(graph.output, outputs)},
            }
            for inputs, outputs in case.data_sets
        ]
    (folder / f"{case.name}.onnx").write_bytes(case.model.SerializeToString())
    (folder / f"{case.name}.json").write_text(json.dumps(record))
print(len(list(folder.glob("*.json"))), "cases")
