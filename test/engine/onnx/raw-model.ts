import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type GraphProto, ModelProtoSchema } from "onnx-buf";
import * as ort from "onnxruntime-node";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { createGraph, type Graph, type GraphNode, type ValueType } from "../../../src/engine/onnx/graph.js";
import type { Tensor } from "../../../src/engine/onnx/tensor.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";

export interface RawModel {
  readonly opset: number;
  readonly irVersion?: number;
  readonly nodes: readonly (Partial<GraphNode> & Pick<GraphNode, "opType">)[];
  readonly inputs: readonly (readonly [string, ValueType])[];
  readonly outputs: readonly string[];
  readonly initializers?: Readonly<Record<string, Tensor>>;
  /** Last changes to the message, for what the encoder never writes. */
  readonly edit?: (graph: GraphProto) => void;
}

/** The bytes of a model file of any opset, written without the library's upgrade. */
export function rawModel({ opset, irVersion = 7, nodes, inputs, outputs, initializers = {}, edit }: RawModel): Uint8Array {
  const graph = createGraph("raw");
  for (const [name, type] of inputs) graph.inputs.set(name, type);
  for (const [name, tensor] of Object.entries(initializers)) graph.initializers.set(name, tensor);
  graph.nodes = nodes.map(
    ({ opType, domain = "", name = opType, inputs: reads = ["x"], outputs: makes = ["y"], attributes = {} }) => ({
      opType,
      domain,
      name,
      inputs: [...reads],
      outputs: [...makes],
      attributes,
    }),
  );
  graph.outputs = [...outputs];
  const model = fromBinary(ModelProtoSchema, encodeModel(graph));
  model.irVersion = BigInt(irVersion);
  for (const entry of model.opsetImport) if (entry.domain === "") entry.version = BigInt(opset);
  edit?.(model.graph!);
  return toBinary(ModelProtoSchema, model);
}

/** What ONNX Runtime makes of a model file as it is, without optimizations: its fusions differ between opsets. */
export async function runBytes(bytes: Uint8Array, feeds: Readonly<Record<string, Feed>>): Promise<Map<string, Feed>> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4, graphOptimizationLevel: "disabled" });
  const inputs: Record<string, ort.Tensor> = {};
  for (const [name, feed] of Object.entries(feeds)) {
    if (session.inputNames.includes(name))
      inputs[name] = new ort.Tensor(feed.dtype as "float32", feed.data as Float32Array, feed.dims);
  }
  const results = await session.run(inputs);
  await session.release();
  const outputs = new Map<string, Feed>();
  for (const [name, { type, dims, data }] of Object.entries(results)) outputs.set(name, { dtype: type, dims, data } as Feed);
  return outputs;
}

/** Runs a graph; `feeds` may hold more than it reads. */
export async function runGraph(graph: Graph, feeds: Readonly<Record<string, Feed>>): Promise<Map<string, Feed>> {
  const session = await createSession(graph);
  const read = Object.entries(feeds).filter(([name]) => graph.inputs.has(name) || graph.parameters.has(name));
  const results = await session.run(new Map(read));
  return results;
}

export function floats(data: readonly number[], dims: readonly number[] = [data.length]): Feed {
  return { dtype: "float32", dims, data: Float32Array.from(data) };
}

export function longs(data: readonly number[], dims: readonly number[] = [data.length]): Feed {
  return { dtype: "int64", dims, data: BigInt64Array.from(data, BigInt) };
}

/** `size` different numbers, some negative. */
export function ramp(dims: readonly number[]): Feed {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return floats(
    Array.from({ length: size }, (_, i) => Math.sin(i * 1.7) * 2),
    dims,
  );
}

/** The largest difference between two arrays. */
export function distance(a: ArrayLike<number | bigint | string>, b: ArrayLike<number | bigint | string>): number {
  return Math.max(...Array.from(a, (x, i) => Math.abs(Number(x) - Number(b[i]))));
}
