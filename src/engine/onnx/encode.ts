import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { BaalError } from "../../core/errors.js";
import { writeFileAtomic } from "../../system/files.js";
import {
  type Attribute,
  type Graph,
  type GraphNode,
  INTERNAL_OPSET,
  MICROSOFT,
  typeOf,
  type ValueType,
  withoutTrailingEmpty,
} from "./graph.js";
import { bakeParameters, type Parameter } from "./parameters.js";
import { type Dim, dtypeToOnnx, type NumericArray, type Tensor } from "./tensor.js";

/** IR version 9 goes with opset 20; every ONNX Runtime that knows opset 20 reads it. */
const IR_VERSION = 9n;

/** Protocol buffers end at 2 GiB; this leaves room for the nodes. */
const MOST_BYTES = 2 ** 31 - 2 ** 24;

/** Version of each operator domain but the standard one; domains that are not here count from 1. */
const DOMAIN_VERSIONS: Readonly<Record<string, number>> = { [MICROSOFT]: 1, "ai.onnx.ml": 3 };

/**
 * Writes a graph as an ONNX file, which appears complete or not at all. With a table of parameters these become constants of
 * the file, which then runs anywhere; without it they are inputs like the others.
 * Throws `E_CHECKPOINT` when the table lacks a parameter or has it in another shape, `E_MODEL_FORMAT` as {@link encodeModel}.
 *
 * @example
 * ```ts with=engine
 * import { writeModel } from "baaljs/engine";
 *
 * await writeModel("fitted.onnx", graph, parameters);
 * ```
 */
export async function writeModel(path: string, graph: Graph, parameters?: ReadonlyMap<string, Parameter>): Promise<void> {
  await writeFileAtomic(path, encodeModel(parameters ? bakeParameters(graph, parameters) : graph));
}

/** What a file says beside its graph. */
export interface EncodeOptions {
  /** The file's free key-value pairs; none by default. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Serializes a graph as an ONNX ModelProto of opset 20. Parameters become graph inputs without a value.
 * Throws `E_MODEL_FORMAT` when the constants exceed the 2 GiB that an ONNX file can hold.
 *
 * @example
 * ```ts with=engine
 * import { encodeModel, readModel } from "baaljs/engine";
 *
 * const { graph: again } = await readModel(encodeModel(graph));
 * ```
 */
export function encodeModel(graph: Graph, { metadata = {} }: EncodeOptions = {}): Uint8Array {
  let bytes = 0;
  for (const { dtype, data } of graph.initializers.values()) if (dtype !== "string") bytes += (data as NumericArray).byteLength;
  if (bytes > MOST_BYTES) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `The graph "${graph.name}" has ${(bytes / 2 ** 30).toFixed(1)} GiB of constants; an ONNX file holds at most 2 GiB. Keep weights as parameters.`,
    );
  }
  const domains = new Set(["", ...graph.nodes.map((node) => node.domain)]);
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: "baaljs",
    metadataProps: Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    opsetImport: [...domains].map((domain) =>
      create(OperatorSetIdProtoSchema, {
        domain,
        version: BigInt(domain === "" ? INTERNAL_OPSET : (DOMAIN_VERSIONS[domain] ?? 1)),
      }),
    ),
    graph: encodeGraph(graph),
  });
  return toBinary(ModelProtoSchema, model);
}

function encodeGraph(graph: Graph): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    node: encodeNodes(graph.nodes),
    input: [...graph.inputs, ...graph.parameters].map(([name, type]) => encodeValue(name, type)),
    output: graph.outputs.map((name) => encodeValue(name, typeOf(graph, name))),
    initializer: [...graph.initializers].map(([name, tensor]) => encodeTensor(name, tensor)),
  });
}

/** Node names must differ within a graph; imports bring their own, which new nodes may repeat. */
function encodeNodes(nodes: readonly GraphNode[]) {
  const taken = new Set<string>();
  return nodes.map((node, i) => {
    const name = taken.has(node.name) ? `${node.name}#${i}` : node.name;
    if (name !== "") taken.add(name);
    return encodeNode(node, name);
  });
}

function encodeNode(node: GraphNode, name: string) {
  return create(NodeProtoSchema, {
    opType: node.opType,
    domain: node.domain,
    name,
    input: withoutTrailingEmpty(node.inputs),
    output: node.outputs,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
  });
}

function encodeAttribute(name: string, attribute: Attribute): AttributeProto {
  switch (attribute.kind) {
    case "int":
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(attribute.value) });
    case "float":
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: attribute.value });
    case "string":
      return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: utf8(attribute.value) });
    case "ints":
      return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: attribute.value.map(BigInt) });
    case "floats":
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...attribute.value] });
    case "strings":
      return create(AttributeProtoSchema, { name, type: AttributeType.STRINGS, strings: attribute.value.map(utf8) });
    case "tensor":
      return create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t: encodeTensor("", attribute.value) });
    case "graph":
      return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: encodeGraph(attribute.value) });
  }
}

function encodeTensor(name: string, tensor: Tensor): TensorProto {
  const shape = { name, dims: tensor.dims.map(BigInt), dataType: dtypeToOnnx(tensor.dtype) };
  if (tensor.dtype === "string")
    return create(TensorProtoSchema, { ...shape, stringData: (tensor.data as readonly string[]).map(utf8) });
  const { buffer, byteOffset, byteLength } = tensor.data as NumericArray;
  return create(TensorProtoSchema, { ...shape, rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength) });
}

function encodeValue(name: string, type: ValueType | undefined): ValueInfoProto {
  if (!type) return create(ValueInfoProtoSchema, { name });
  const tensor = create(TypeProto_TensorSchema, { elemType: dtypeToOnnx(type.dtype) });
  if (type.shape) tensor.shape = create(TensorShapeProtoSchema, { dim: type.shape.map(encodeDim) });
  return create(ValueInfoProtoSchema, { name, type: create(TypeProtoSchema, { value: { case: "tensorType", value: tensor } }) });
}

function encodeDim(dim: Dim) {
  if (typeof dim === "number") {
    return create(TensorShapeProto_DimensionSchema, { value: { case: "dimValue", value: BigInt(dim) } });
  }
  // A symbol that starts with "?" stands for "unknown"; ONNX says that with a dimension without a value.
  if (dim.startsWith("?")) return create(TensorShapeProto_DimensionSchema, {});
  return create(TensorShapeProto_DimensionSchema, { value: { case: "dimParam", value: dim } });
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "utf8"));
}
