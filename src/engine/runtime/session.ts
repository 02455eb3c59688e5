import { createHash } from "node:crypto";
import * as ort from "onnxruntime-node";
import { BaalError, errorMessage } from "../../core/errors.js";
import { encodeModel } from "../onnx/encode.js";
import type { Graph } from "../onnx/graph.js";
import type { DType, NumericArray } from "../onnx/tensor.js";

/** An array on its way into or out of a session: row-major `data` of shape `dims`. */
export interface Feed {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: NumericArray;
}

/** A graph ready to run. */
export interface GraphSession {
  /**
   * Runs the graph. `fetches` names the outputs wanted; a `Feed` there is a preallocated buffer that the output is written to,
   * `null` lets ONNX Runtime allocate. Feeds are not copied. Compute is synchronous: the event loop stands still meanwhile.
   */
  run(feeds: ReadonlyMap<string, Feed>, fetches?: ReadonlyMap<string, Feed | null>): Promise<Map<string, Feed>>;
}

/** Graph and options, hashed, to session: ONNX Runtime leaks sessions that are made and released in a loop. */
const sessions = new Map<string, Promise<GraphSession>>();

/**
 * The session of a graph: made once per process, kept for its life and shared by all models with this graph (weights are fed).
 * Throws `E_MODEL_FORMAT` when ONNX Runtime refuses the graph, `E_DEVICE_UNAVAILABLE` for a device that is not there.
 */
export async function createSession(graph: Graph, options: DeviceOptions = {}): Promise<GraphSession> {
  const providers = executionProviders(options.device ?? "cpu");
  const bytes = encodeModel(graph);
  const key = `${createHash("sha256").update(bytes).digest("hex")} ${providers} ${options.threads ?? ""}`;
  let session = sessions.get(key);
  if (!session) {
    session = startSession(graph, bytes, providers, options);
    sessions.set(key, session);
    session.catch(() => sessions.delete(key));
  }
  return session;
}

async function startSession(graph: Graph, bytes: Uint8Array, providers: string[], options: DeviceOptions): Promise<GraphSession> {
  let session: ort.InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, {
      executionProviders: providers,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    });
  } catch (error) {
    const device = options.device ?? "cpu";
    const hint = device === "cpu" ? "" : ` (device "${device}": is its driver installed?)`;
    throw new BaalError(
      device === "cpu" ? "E_MODEL_FORMAT" : "E_DEVICE_UNAVAILABLE",
      `ONNX Runtime refused the graph "${graph.name}"${hint}: ${errorMessage(error)}`,
      { cause: error },
    );
  }
  return {
    async run(feeds, fetches) {
      const wanted = fetches ?? new Map(graph.outputs.map((name) => [name, null]));
      const outputs: Record<string, ort.Tensor | null> = {};
      for (const [name, buffer] of wanted) outputs[name] = buffer ? toTensor(buffer) : null;
      const inputs: Record<string, ort.Tensor> = {};
      for (const [name, feed] of feeds) inputs[name] = toTensor(feed);
      const returned = await session.run(inputs, outputs);
      const results = new Map<string, Feed>();
      for (const [name, buffer] of wanted) results.set(name, buffer ?? fromTensor(returned[name]!));
      return results;
    },
  };
}

const tensors = new WeakMap<Feed, ort.Tensor>();

/** The same Feed object always gives the same Tensor: parameters are wrapped once, not at each run. */
function toTensor(feed: Feed): ort.Tensor {
  let tensor = tensors.get(feed);
  if (!tensor) {
    tensor = new ort.Tensor(feed.dtype as "float32", feed.data as Float32Array, feed.dims);
    tensors.set(feed, tensor);
  }
  return tensor;
}

function fromTensor(tensor: ort.Tensor): Feed {
  return { dtype: tensor.type as DType, dims: tensor.dims, data: tensor.data as NumericArray };
}

export type Device = "cpu" | "cuda" | "webgpu";

export interface DeviceOptions {
  /** Where the graph runs; `"cpu"` by default. */
  readonly device?: Device;
  /** Threads that one operator may use; all cores by default. */
  readonly threads?: number;
}

/** The execution providers that this build of ONNX Runtime was made with. */
export function availableDevices(): string[] {
  return ort.listSupportedBackends().map((backend) => backend.name);
}

/** The provider list for a session, the CPU behind the device asked for. Throws `E_DEVICE_UNAVAILABLE`. */
export function executionProviders(device: Device): string[] {
  const available = availableDevices();
  if (!available.includes(device)) {
    throw new BaalError("E_DEVICE_UNAVAILABLE", `Device "${device}" is not available here; available: ${available.join(", ")}.`);
  }
  return device === "cpu" ? ["cpu"] : [device, "cpu"];
}
