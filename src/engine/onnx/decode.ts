import { readFile } from "node:fs/promises";
import { fromBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type ValueInfoProto,
} from "onnx-buf";
import { BaalError, errorMessage } from "../../core/errors.js";
import { decodeTensor, type TensorSource } from "./decode-tensor.js";
import { externalDataReader } from "./external-data.js";
import {
  type Attribute,
  createGraph,
  type Graph,
  type GraphNode,
  sortTopologically,
  type ValueType,
  withoutTrailingEmpty,
} from "./graph.js";
import { type Dim, dtypeFromOnnx } from "./tensor.js";
import { type ExportSignature, exportSignature, nodeOrigin } from "./torch-origin.js";
import { unrollControlFlow } from "./unroll.js";
import { NEWEST_OPSET, OLDEST_OPSET, upgradeGraph } from "./upgrade.js";

/** The newest file format that the ONNX Runtime installed with this library reads. */
export const NEWEST_IR_VERSION = 13;

/** A model file: its graph, and what else it says. */
export interface DecodedModel {
  /** The graph in the internal opset, weights still as initializers, types inferred. */
  readonly graph: Graph;
  /** The opset that the file was written in. */
  readonly opset: number;
  readonly irVersion: number;
  /** Who wrote the file: "pytorch 1.13.0". */
  readonly producer: string;
  /** The file's free key-value pairs. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Where the bytes of a model come from, and whether they may be changed. */
export interface DecodeOptions {
  /** Where the bytes come from: named in messages, and the place where external data are looked for. */
  readonly path?: string | undefined;
  /** Whether `bytes` may be changed: weights are then aligned in place instead of copied. Off by default. */
  readonly ownsBytes?: boolean | undefined;
}

/**
 * Reads a model from a file (and the data files beside it) or from bytes. Throws as {@link decodeModel}, and `E_FILE_NOT_FOUND`.
 *
 * @example
 * ```ts with=engine
 * import { readModel } from "baaljs/engine";
 *
 * const { graph, opset } = await readModel("model.onnx");
 * console.log(opset, [...graph.inputs], graph.outputs, [...graph.initializers.keys()]);
 * ```
 */
export async function readModel(source: string | Uint8Array): Promise<DecodedModel> {
  if (typeof source !== "string") return decodeModel(source);
  const path = source;
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code === "ENOENT" ? "E_FILE_NOT_FOUND" : "E_MODEL_FORMAT";
    throw new BaalError(code, `The model file "${path}" cannot be read: ${errorMessage(error)}.`, { cause: error });
  }
  return decodeModel(bytes, { path, ownsBytes: true });
}

/**
 * Decodes an ONNX ModelProto (https://onnx.ai/onnx/repo-docs/IR.html) of opset 7 to 26 and converts it to the internal opset.
 * Initializers are views on `bytes` or on the external files: keep both unchanged.
 * Throws `E_MODEL_FORMAT`, `E_FILE_NOT_FOUND` (external data), `E_OP_UNSUPPORTED` (no upgrade known) or `E_QUANTIZED`
 * (weights of a type that only quantized models have).
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): DecodedModel {
  const label = options.path === undefined ? "The model" : `"${options.path}"`;
  const model = parse(bytes, label);
  const opset = checkVersions(model, label);
  const source: TensorSource = { label, readExternal: externalDataReader(options.path), ownsBytes: options.ownsBytes ?? false };
  const graph = decodeGraph(model.graph!, source);
  checkReferences(graph, label);
  sortTopologically(graph);
  upgradeGraph(graph, opset, { label });
  unrollControlFlow(graph);
  return {
    graph,
    opset,
    irVersion: Number(model.irVersion),
    producer: `${model.producerName} ${model.producerVersion}`.trim(),
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

function parse(bytes: Uint8Array, label: string): ModelProto {
  if (bytes.length === 0) throw new BaalError("E_MODEL_FORMAT", `${label} is empty: the download or copy of the model failed.`);
  if (Buffer.from(bytes.subarray(0, 40)).toString("latin1").startsWith("version https://git-lfs")) {
    throw new BaalError("E_MODEL_FORMAT", `${label} is a Git LFS pointer, not the model itself: fetch it with "git lfs pull".`);
  }
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${label} is no ONNX model, or is truncated (${bytes.length} bytes): ${errorMessage(error)}.`,
      {
        cause: error,
      },
    );
  }
  if (model.irVersion <= 0n || !model.graph) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${label} is no ONNX model, or is truncated (${bytes.length} bytes): it contains no graph.`,
    );
  }
  return model;
}

function checkVersions(model: ModelProto, label: string): number {
  if (model.irVersion > NEWEST_IR_VERSION) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${label} has ONNX IR version ${model.irVersion}; up to ${NEWEST_IR_VERSION} is supported. Export it again with an older onnx package.`,
    );
  }
  const standard = model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  if (!standard) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${label} names no operator set: it is truncated, or was not written by an ONNX exporter.`,
    );
  }
  const opset = Number(standard.version);
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${label} uses opset ${opset}; ${OLDEST_OPSET} to ${NEWEST_OPSET} are supported. Export it again with opset_version=17.`,
    );
  }
  if (model.functions.length > 0) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${label} defines functions of its own ("${model.functions[0]!.name}"), which are not supported. Inline them with onnx.inliner.`,
    );
  }
  return opset;
}

function decodeGraph(proto: GraphProto, source: TensorSource): Graph {
  const signature = exportSignature(proto.metadataProps);
  const graph: Graph = { ...createGraph(proto.name), module: signature };
  if (proto.sparseInitializer.length > 0) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${source.label} has sparse initializers ("${proto.sparseInitializer[0]!.values?.name}"), which are not supported: store them dense.`,
    );
  }
  graph.nodes = proto.node.map((node, i) => decodeNode(node, i, { source, signature }));
  // Every name is registered before anything is made up, so that fresh names collide with none.
  for (const node of graph.nodes) {
    for (const output of node.outputs) if (output) graph.types.set(output, { dtype: "float32", shape: undefined });
  }
  for (const info of [...proto.valueInfo, ...proto.output]) {
    const type = decodeValue(info, source);
    if (type && graph.types.has(info.name)) graph.types.set(info.name, type);
  }
  for (const tensor of proto.initializer) graph.initializers.set(tensor.name, decodeTensor(tensor, source));
  for (const info of proto.input) {
    // Files of IR version 3 list initializers among the inputs, as values that the caller may override.
    if (graph.initializers.has(info.name)) continue;
    graph.inputs.set(info.name, decodeValue(info, source) ?? { dtype: "float32", shape: undefined });
  }
  graph.outputs = proto.output.map(({ name }) => name);
  return graph;
}

interface NodeSource {
  readonly source: TensorSource;
  readonly signature: ExportSignature | undefined;
}

function decodeNode(proto: NodeProto, index: number, { source, signature }: NodeSource): GraphNode {
  const name = proto.name || `${proto.opType}_${index}`;
  const origin = nodeOrigin({ name, properties: proto.metadataProps }, signature);
  return {
    opType: proto.opType,
    domain: proto.domain === "ai.onnx" ? "" : proto.domain,
    name,
    inputs: withoutTrailingEmpty(proto.input),
    outputs: [...proto.output],
    attributes: Object.fromEntries(
      proto.attribute.map((attribute) => [attribute.name, decodeAttribute(attribute, name, source)]),
    ),
    ...(origin ? { origin } : {}),
  };
}

type AttributeDecoder = (proto: AttributeProto, source: TensorSource) => Attribute;

const ATTRIBUTES: Partial<Readonly<Record<AttributeType, AttributeDecoder>>> = {
  [AttributeType.INT]: ({ i }) => ({ kind: "int", value: toInt(i) }),
  [AttributeType.FLOAT]: ({ f }) => ({ kind: "float", value: f }),
  [AttributeType.STRING]: ({ s }) => ({ kind: "string", value: Buffer.from(s).toString("utf8") }),
  [AttributeType.INTS]: ({ ints }) => ({ kind: "ints", value: ints.map(toInt) }),
  [AttributeType.FLOATS]: ({ floats }) => ({ kind: "floats", value: floats }),
  [AttributeType.STRINGS]: ({ strings }) => ({ kind: "strings", value: strings.map((s) => Buffer.from(s).toString("utf8")) }),
  [AttributeType.TENSOR]: ({ t }, source) => ({ kind: "tensor", value: decodeTensor(t!, source) }),
  [AttributeType.GRAPH]: ({ g }, source) => ({ kind: "graph", value: decodeGraph(g!, source) }),
};

function decodeAttribute(proto: AttributeProto, node: string, source: TensorSource): Attribute {
  const decode = ATTRIBUTES[proto.type];
  if (!decode) {
    const kind = AttributeType[proto.type] ?? proto.type;
    throw new BaalError(
      "E_MODEL_FORMAT",
      `${source.label}: attribute "${proto.name}" of node "${node}" is of the unsupported kind ${kind}.`,
    );
  }
  return decode(proto, source);
}

/** Exporters write the largest int64 for "to the end"; the largest exact number says the same. */
function toInt(value: bigint): number {
  return Math.min(Math.max(Number(value), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

function decodeValue(info: ValueInfoProto, source: TensorSource): ValueType | undefined {
  const type = info.type?.value;
  if (type?.case !== "tensorType") return undefined;
  let unnamed = 0;
  try {
    return {
      dtype: dtypeFromOnnx(type.value.elemType),
      shape: type.value.shape?.dim.map(({ value }): Dim => {
        if (value.case === "dimValue") return Number(value.value);
        return value.case === "dimParam" && value.value !== "" ? value.value : `?${info.name}.${unnamed++}`;
      }),
    };
  } catch (error) {
    throw new BaalError("E_MODEL_FORMAT", `${source.label}: value "${info.name}": ${errorMessage(error)}`, { cause: error });
  }
}

/** A value that nothing makes, or that two nodes make, is what damaged and hand-edited files show first. */
function checkReferences(graph: Graph, label: string): void {
  const made = new Set([...graph.inputs.keys(), ...graph.initializers.keys()]);
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      if (output === "") continue;
      if (made.has(output))
        throw new BaalError("E_MODEL_FORMAT", `${label}: value "${output}" of node "${node.name}" is made twice.`);
      made.add(output);
    }
  }
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input !== "" && !made.has(input)) {
        throw new BaalError(
          "E_MODEL_FORMAT",
          `${label}: node "${node.name}" (${node.opType}) reads "${input}", which nothing makes.`,
        );
      }
    }
  }
  for (const output of graph.outputs) {
    if (!made.has(output)) throw new BaalError("E_MODEL_FORMAT", `${label}: the output "${output}" is made by no node.`);
  }
}
