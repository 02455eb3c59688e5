import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  type GraphProto,
  ModelProtoSchema,
  SparseTensorProtoSchema,
  TensorProto_DataLocation,
} from "onnx-buf";
import { afterAll, describe, expect, it } from "vitest";
import { int } from "../../../src/engine/onnx/builder.js";
import { decodeModel, NEWEST_IR_VERSION, readModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { floatTensor, int64Tensor, type Tensor } from "../../../src/engine/onnx/tensor.js";
import { modelFixtures } from "./fixtures.js";
import { floats, rawModel, runBytes, runGraph } from "./raw-model.js";

const folder = mkdtempSync(join(tmpdir(), "baaljs-decode-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** y = x + w, with `w` stored in the file as `edit` leaves it. */
function addModel(
  options: {
    readonly w?: Tensor;
    readonly edit?: (graph: GraphProto) => void;
    readonly irVersion?: number;
    readonly opset?: number;
  } = {},
) {
  return rawModel({
    opset: options.opset ?? 17,
    irVersion: options.irVersion ?? 8,
    nodes: [{ opType: "Add", inputs: ["x", "w"] }],
    inputs: [["x", { dtype: "float32", shape: [2] }]],
    outputs: ["y"],
    initializers: { w: options.w ?? floatTensor([1, 2]) },
    ...(options.edit ? { edit: options.edit } : {}),
  });
}

const error = (code: string, ...parts: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(new RegExp(parts.join(".*"), "s")) });

/** The file, with a seed in the Dropout nodes that an export in training mode has: else no two runs are equal. */
function seeded(path: string): Uint8Array {
  const model = fromBinary(ModelProtoSchema, readFileSync(path));
  for (const node of model.graph?.node ?? []) {
    if (node.opType === "Dropout") {
      node.attribute.push(create(AttributeProtoSchema, { name: "seed", type: AttributeProto_AttributeType.INT, i: 7n }));
    }
  }
  return toBinary(ModelProtoSchema, model);
}

describe("round trip", () => {
  it.each(modelFixtures())("$path: decoded, encoded and run gives bit-equal outputs", async ({ path, feeds }) => {
    const bytes = seeded(path);
    const { graph } = decodeModel(bytes);
    expect(await runBytes(encodeModel(graph), feeds)).toEqual(await runBytes(bytes, feeds));
    const again = decodeModel(encodeModel(graph)).graph;
    expect([...again.initializers.keys()]).toEqual([...graph.initializers.keys()]);
    expect(again.nodes).toEqual(graph.nodes);
    expect((await readModel(path)).graph.outputs).toEqual(graph.outputs);
  });
});

describe("tensors", () => {
  it("are views on the file's bytes where these are aligned", () => {
    let views = 0;
    for (let padding = 0; padding < 4; padding++) {
      const bytes = addModel({
        edit: (g) => {
          g.name = "n".repeat(padding + 1);
        },
      });
      const { graph } = decodeModel(bytes);
      const { data } = graph.initializers.get("w")!;
      expect(Array.from(data as Float32Array)).toEqual([1, 2]);
      if ((data as Float32Array).buffer === bytes.buffer) views++;
    }
    expect(views).toBe(1);
  });

  it("are aligned inside the reader's own bytes instead of copied", async () => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => i);
    for (let padding = 0; padding < 4; padding++) {
      const bytes = rawModel({
        opset: 17,
        nodes: [{ opType: "Add", inputs: ["x", "w"] }],
        inputs: [["x", { dtype: "float32", shape: [5000] }]],
        outputs: ["y"],
        initializers: { w: floatTensor(values) },
        edit: (g) => {
          g.name = "n".repeat(padding + 1);
        },
      });
      const { data } = decodeModel(bytes, { ownsBytes: true }).graph.initializers.get("w")!;
      expect((data as Float32Array).buffer).toBe(bytes.buffer);
      expect(data).toEqual(values);
    }
  });

  it("come from typed fields as well", async () => {
    const edit = (graph: GraphProto) => {
      graph.initializer[0]!.rawData = new Uint8Array();
      graph.initializer[0]!.floatData = [1, 2];
    };
    const { graph } = decodeModel(addModel({ edit }));
    expect(graph.initializers.get("w")).toEqual(floatTensor([1, 2]));
  });

  it("keep float16 as its raw bits", () => {
    const w: Tensor = { dtype: "float16", dims: [2], data: Uint16Array.of(0x3c00, 0xc000) };
    expect(decodeModel(addModel({ w })).graph.initializers.get("w")).toEqual(w);
  });

  it("are not inputs, even where an old file lists them there", async () => {
    const edit = (graph: GraphProto) => graph.input.push({ ...graph.input[0]!, name: "w" });
    const { graph } = decodeModel(addModel({ edit, irVersion: 3 }));
    expect([...graph.inputs.keys()]).toEqual(["x"]);
    expect((await runGraph(graph, { x: floats([1, 1]) })).get("y")?.data).toEqual(Float32Array.of(2, 3));
  });
});

describe("omitted inputs", () => {
  const normalization = (inputs: string[]) =>
    rawModel({
      opset: 17,
      nodes: [{ opType: "LayerNormalization", inputs }],
      inputs: [["x", { dtype: "float32", shape: [2, 2] }]],
      outputs: ["y"],
      initializers: { w: floatTensor([1, 2]) },
    });

  // An empty third name ends the process of ONNX Runtime 1.30.
  it("at the end go, in files that are read and in those that are written", async () => {
    const { graph } = decodeModel(normalization(["x", "w", ""]));
    expect(graph.nodes[0]!.inputs).toEqual(["x", "w"]);
    graph.nodes[0]!.inputs.push("", "");
    const { data } = (await runGraph(graph, { x: floats([1, 3, 5, 5], [2, 2]) })).get("y")!;
    [-1, 2, 0, 0].forEach((value, i) => {
      expect(Number(data[i])).toBeCloseTo(value, 4);
    });
  });

  it("in front of others stay", () => {
    const clip = rawModel({
      opset: 17,
      nodes: [{ opType: "Clip", inputs: ["x", "", "w"] }],
      inputs: [["x", { dtype: "float32", shape: [2] }]],
      outputs: ["y"],
      initializers: { w: floatTensor([1], []) },
    });
    expect(decodeModel(clip).graph.nodes[0]!.inputs).toEqual(["x", "", "w"]);
  });
});

describe("external data", () => {
  function external(entries: Readonly<Record<string, string>>) {
    return (graph: GraphProto) => {
      const tensor = graph.initializer[0]!;
      tensor.rawData = new Uint8Array();
      tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
      tensor.externalData = Object.entries(entries).map(([key, value]) => ({
        $typeName: "onnx.StringStringEntryProto",
        key,
        value,
      }));
    };
  }
  const path = join(folder, "model.onnx");
  const write = (entries: Readonly<Record<string, string>>) => writeFileSync(path, addModel({ edit: external(entries) }));
  writeFileSync(join(folder, "weights.bin"), new Uint8Array(Float32Array.of(0, 0, 5, 6).buffer));

  it("is read from beside the model at its offset", async () => {
    write({ location: "weights.bin", offset: "8", length: "8" });
    expect((await readModel(path)).graph.initializers.get("w")).toEqual(floatTensor([5, 6]));
  });

  it("names the file that is missing", async () => {
    write({ location: "gone.bin" });
    await expect(readModel(path)).rejects.toThrow(error("E_FILE_NOT_FOUND", "model.onnx", "gone.bin"));
  });

  it("must be long enough", async () => {
    write({ location: "weights.bin", offset: "12", length: "8" });
    await expect(readModel(path)).rejects.toThrow(error("E_MODEL_FORMAT", "model.onnx", "weights.bin", "too short"));
    write({ location: "weights.bin", length: "4" });
    await expect(readModel(path)).rejects.toThrow(error("E_MODEL_FORMAT", '"w"', "needs 8 bytes"));
  });

  it.each(["../weights.bin", "/etc/hostname", "sub/../../x"])("stays in the model's folder: %s", async (location) => {
    write({ location });
    await expect(readModel(path)).rejects.toThrow(error("E_MODEL_FORMAT", "model.onnx", "outside"));
  });

  it("does not follow a link out of the folder", async () => {
    symlinkSync("/etc/hostname", join(folder, "link.bin"));
    write({ location: "link.bin" });
    await expect(readModel(path)).rejects.toThrow(error("E_MODEL_FORMAT", "link.bin", "leads out"));
  });

  it("follows the links of the Hugging Face cache", async () => {
    const snapshot = join(folder, "models--a--b", "snapshots", "main", "onnx");
    const blobs = join(folder, "models--a--b", "blobs");
    mkdirSync(snapshot, { recursive: true });
    mkdirSync(blobs);
    writeFileSync(join(blobs, "1"), addModel({ edit: external({ location: "weights.bin" }) }));
    writeFileSync(join(blobs, "2"), new Uint8Array(Float32Array.of(7, 8).buffer));
    symlinkSync(join(blobs, "1"), join(snapshot, "model.onnx"));
    symlinkSync(join(blobs, "2"), join(snapshot, "weights.bin"));
    expect((await readModel(join(snapshot, "model.onnx"))).graph.initializers.get("w")).toEqual(floatTensor([7, 8]));
  });

  it("needs the model's path", () => {
    expect(() => decodeModel(addModel({ edit: external({ location: "weights.bin" }) }))).toThrow(
      error("E_MODEL_FORMAT", "weights.bin", "path"),
    );
  });
});

describe("what is no usable model", () => {
  const whole = addModel();
  const write = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it("a missing file", async () => {
    await expect(readModel(join(folder, "none.onnx"))).rejects.toThrow(error("E_FILE_NOT_FOUND", "none.onnx"));
  });

  it("a folder", async () => {
    await expect(readModel(folder)).rejects.toThrow(error("E_MODEL_FORMAT", "baaljs-decode"));
  });

  it("an empty file", async () => {
    await expect(readModel(write("empty.onnx", ""))).rejects.toThrow(error("E_MODEL_FORMAT", "empty.onnx", "is empty"));
  });

  it("a file truncated anywhere", () => {
    for (let length = 1; length < whole.length; length++) {
      expect(() => decodeModel(whole.subarray(0, length), { path: "cut.onnx" }), `${length} bytes`).toThrow(
        error("E_MODEL_FORMAT", "cut.onnx"),
      );
    }
  });

  it.each([
    ["text", "this is not a model at all, only words\n".repeat(3)],
    ["JSON", JSON.stringify({ model: [1, 2, 3] })],
    ["HTML", "<!doctype html><html><body>Not found</body></html>"],
    ["zip", "PK\u0003\u0004 and so on and on"],
    ["zeros", new Uint8Array(64)],
  ])("%s", async (name, content) => {
    await expect(readModel(write(`${name}.onnx`, content))).rejects.toThrow(
      error("E_MODEL_FORMAT", `${name}.onnx`, "no ONNX model"),
    );
  });

  it("a Git LFS pointer", async () => {
    const pointer = write("pointer.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    await expect(readModel(pointer)).rejects.toThrow(error("E_MODEL_FORMAT", "pointer.onnx", "Git LFS"));
  });

  it("a newer IR version", () => {
    const bytes = addModel({ irVersion: NEWEST_IR_VERSION + 1 });
    expect(() => decodeModel(bytes, { path: "new.onnx" })).toThrow(
      error("E_MODEL_FORMAT", "new.onnx", "IR version 14", "up to 13"),
    );
  });

  it("an opset that is too old or too new", () => {
    expect(() => decodeModel(addModel({ opset: 6 }), { path: "old.onnx" })).toThrow(
      error("E_MODEL_FORMAT", "old.onnx", "opset 6"),
    );
    expect(() => decodeModel(addModel({ opset: 27 }), { path: "new.onnx" })).toThrow(
      error("E_MODEL_FORMAT", "new.onnx", "opset 27"),
    );
  });

  it("sparse initializers", () => {
    const sparse = addModel({ edit: (graph) => graph.sparseInitializer.push(create(SparseTensorProtoSchema, { dims: [1n] })) });
    expect(() => decodeModel(sparse, { path: "s.onnx" })).toThrow(error("E_MODEL_FORMAT", "s.onnx", "sparse"));
  });

  it("functions of its own", () => {
    const model = fromBinary(ModelProtoSchema, whole);
    model.functions.push(create(FunctionProtoSchema, { name: "my_function" }));
    const bytes = toBinary(ModelProtoSchema, model);
    expect(() => decodeModel(bytes, { path: "f.onnx" })).toThrow(error("E_MODEL_FORMAT", "f.onnx", "my_function"));
  });

  it("tensors that do not fit their shape", () => {
    const edit = (graph: GraphProto) => {
      graph.initializer[0]!.dims = [3n];
    };
    expect(() => decodeModel(addModel({ edit }), { path: "m.onnx" })).toThrow(
      error("E_MODEL_FORMAT", "m.onnx", '"w"', "needs 12 bytes, 8 came"),
    );
  });

  it("tensors of a quantized or unknown type", () => {
    const typed = (dataType: number) =>
      addModel({
        edit: (g) => {
          g.initializer[0]!.dataType = dataType;
        },
      });
    expect(() => decodeModel(typed(22), { path: "q.onnx" })).toThrow(error("E_QUANTIZED", "q.onnx", "INT4"));
    expect(() => decodeModel(typed(99), { path: "q.onnx" })).toThrow(error("E_MODEL_FORMAT", "q.onnx", "99"));
  });

  it("values that nothing makes, or that are made twice", () => {
    const missing = addModel({
      edit: (g) => {
        g.node[0]!.input = ["x", "nowhere"];
      },
    });
    expect(() => decodeModel(missing, { path: "m.onnx" })).toThrow(error("E_MODEL_FORMAT", "m.onnx", "nowhere"));
    const twice = addModel({
      edit: (g) => {
        g.node[0]!.output = ["x"];
      },
    });
    expect(() => decodeModel(twice, { path: "m.onnx" })).toThrow(error("E_MODEL_FORMAT", "m.onnx", "twice"));
    const output = addModel({
      edit: (g) => {
        g.output[0]!.name = "z";
      },
    });
    expect(() => decodeModel(output, { path: "m.onnx" })).toThrow(error("E_MODEL_FORMAT", "m.onnx", '"z"'));
  });
});

it("sorts nodes that were stored in another order, and tells what the file says of itself", () => {
  const bytes = rawModel({
    opset: 14,
    nodes: [
      { opType: "Neg", inputs: ["h"], outputs: ["y"] },
      { opType: "Gather", inputs: ["x", "i"], outputs: ["h"], attributes: { axis: int(0) } },
    ],
    inputs: [["x", { dtype: "float32", shape: ["batch", 2] }]],
    outputs: ["y"],
    initializers: { i: int64Tensor([0], []) },
  });
  const { graph, opset, irVersion, producer } = decodeModel(bytes);
  expect(graph.nodes.map((node) => node.opType)).toEqual(["Gather", "Neg"]);
  expect({ opset, irVersion, producer }).toEqual({ opset: 14, irVersion: 7, producer: "baaljs" });
});
