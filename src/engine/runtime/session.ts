import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { BaalError, errorMessage } from "../../core/errors.js";
import { sha256 } from "../../system/digest.js";
import type { Graph } from "../onnx/graph.js";
import type { DType, NumericArray } from "../onnx/tensor.js";
import { type Feed, feedsOf, type NamedArrays, type NamedRunOptions, wantedOutputs } from "./feeds.js";
import { executionProviders, onnxRuntime } from "./onnx-runtime.js";

export type { Feed } from "./feeds.js";

/** A graph ready to run: one holder's share of a session that all holders of an equal graph have in common. */
export interface GraphSession {
  /**
   * Runs the graph. `fetches` names the outputs wanted; a `Feed` there is a preallocated buffer that the output is written to,
   * `null` lets ONNX Runtime allocate. Feeds are not copied. Compute is synchronous: the event loop stands still meanwhile.
   * Throws `E_ARGUMENT` after {@link GraphSession.release}.
   */
  run(feeds: ReadonlyMap<string, Feed>, fetches?: ReadonlyMap<string, Feed | null>): Promise<Map<string, Feed>>;
  /**
   * Runs the graph on arrays by name, and gives the outputs by name. A typed array alone takes the shape that the graph declares,
   * where that leaves at most one size open. Throws `E_ARGUMENT` for a name that is missing or unknown and for elements
   * of another type, `E_SHAPE` for a size that does not fit.
   */
  run(arrays: NamedArrays, options?: NamedRunOptions): Promise<Record<string, Feed>>;
  /** Gives the share back. A second call does nothing. */
  release(): Promise<void>;
  /** The same as {@link GraphSession.release}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where a graph is to be run. */
export type Device = "cpu" | "cuda" | "webgpu";

/** Where and on how many threads a graph runs. */
export interface DeviceOptions {
  /** Where the graph runs; `"cpu"` by default. */
  readonly device?: Device | undefined;
  /** Threads that one operator may use; all cores by default. */
  readonly threads?: number | undefined;
  /**
   * `"int8"`: a model's predictions multiply weights and activations of its linear layers as bytes, which is quicker on processors with instructions for it.
   * Training, features and all that is not a linear layer stay in float32, the default. A session of a graph takes no notice.
   */
  readonly precision?: Precision | undefined;
}

/** What the linear layers of a prediction are computed in. */
export type Precision = "float32" | "int8";

/** How a session's threads wait, beside where it runs. */
export interface SessionOptions extends DeviceOptions {
  /**
   * Whether threads without work look for some without pause, for a while: of use between the many small operators of a network, at the price of a
   * core that others may want. False for graphs of a few large operators. True by default.
   */
  readonly withSpinning?: boolean | undefined;
}

/** An ONNX Runtime session with the number of those who hold it. */
interface SharedSession {
  readonly key: string;
  readonly session: Promise<InferenceSession>;
  holders: number;
}

/**
 * Every session that somebody holds or that is idle, by the hash of graph and options. The references are weak: a holder that
 * is forgotten without a release takes its session along once the garbage collector comes by.
 */
const sessions = new Map<string, WeakRef<SharedSession>>();

/** Sessions that nobody holds, the one released last at the end: the next holder need not wait for ONNX Runtime to plan the graph. */
const idle: SharedSession[] = [];

/** An idle session keeps the memory of its activations, so there are few. */
const MOST_IDLE = 4;

/**
 * A session for a graph. Equal graphs (with the same options) share one, because weights are fed: {@link GraphSession.release} gives the share
 * back, and the session of the last holder becomes idle. The four released last stay ready for the next one that asks;
 * {@link releaseIdleSessions} lets go of these too. A share that is never released lasts until it is garbage.
 * Throws `E_MODEL_FORMAT` when ONNX Runtime refuses the graph, `E_DEVICE_UNAVAILABLE` for a device that is not there.
 *
 * @example
 * ```ts
 * import { createGraph, createSession, graphBuilder } from "baaljs/engine";
 *
 * const builder = graphBuilder(createGraph("double"));
 * const x = builder.input("x", { dtype: "float32", shape: ["n"] });
 * builder.output(builder.mul(x, builder.scalar(2)), "y");
 * const session = await createSession(builder.graph);
 * const { y } = await session.run({ x: Float32Array.of(1, 2, 3) }); // y.dims: [3], y.data: 2, 4, 6
 * await session.release();
 * ```
 */
export async function createSession(graph: Graph, options: SessionOptions = {}): Promise<GraphSession> {
  return createPreparedSession(await prepareGraph(graph), options);
}

/** A graph that is written and hashed, for who asks for sessions of it again and again. The graph is not to be changed any more. */
export interface PreparedGraph {
  readonly graph: Graph;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

export async function prepareGraph(graph: Graph): Promise<PreparedGraph> {
  // The protocol buffers are loaded with the first session.
  const { encodeModel } = await import("../onnx/encode.js");
  const bytes = encodeModel(graph);
  return { graph, bytes, hash: sha256(bytes) };
}

/** {@link createSession} without its work on the graph: where a session of it is there, in microseconds. Throws as that. */
export async function createPreparedSession(prepared: PreparedGraph, options: SessionOptions = {}): Promise<GraphSession> {
  const shared = acquire(prepared, options);
  try {
    return lease(prepared.graph, shared, await shared.session);
  } catch (error) {
    sessions.delete(shared.key);
    throw error;
  }
}

/**
 * Lets go of the sessions that nobody holds, and of their memory.
 *
 * @example
 * ```ts with=engine
 * import { releaseIdleSessions } from "baaljs/engine";
 *
 * await session.release();
 * await releaseIdleSessions();
 * ```
 */
export async function releaseIdleSessions(): Promise<void> {
  await Promise.all(idle.splice(0).map(close));
}

/**
 * How many sessions are held, and how many are idle.
 *
 * @example
 * ```ts with=engine
 * import { sessionCounts } from "baaljs/engine";
 *
 * const { held, idle } = sessionCounts();
 * ```
 */
export function sessionCounts(): { readonly held: number; readonly idle: number } {
  const held = [...sessions.values()].filter((reference) => (reference.deref()?.holders ?? 0) > 0).length;
  return { held, idle: idle.length };
}

function acquire({ graph, bytes, hash }: PreparedGraph, options: SessionOptions): SharedSession {
  const providers = executionProviders(options.device ?? "cpu");
  const key = `${hash} ${providers} ${options.threads ?? ""} ${options.withSpinning ?? true}`;
  let shared = sessions.get(key)?.deref();
  if (!shared) {
    forgetGarbage();
    shared = { key, session: startSession(graph, bytes, providers, options), holders: 0 };
    sessions.set(key, new WeakRef(shared));
  }
  const at = idle.indexOf(shared);
  if (at >= 0) idle.splice(at, 1);
  shared.holders++;
  return shared;
}

function forgetGarbage(): void {
  for (const [key, reference] of sessions) if (!reference.deref()) sessions.delete(key);
}

async function giveBack(shared: SharedSession): Promise<void> {
  shared.holders--;
  if (shared.holders > 0) return;
  idle.push(shared);
  if (idle.length > MOST_IDLE) await close(idle.shift()!);
}

async function close(shared: SharedSession): Promise<void> {
  sessions.delete(shared.key);
  await (await shared.session).release();
}

async function startSession(
  graph: Graph,
  bytes: Uint8Array,
  providers: string[],
  { device = "cpu", threads, withSpinning = true }: SessionOptions,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: providers,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  };
  if (threads !== undefined) options.intraOpNumThreads = threads;
  if (!withSpinning) options.extra = { session: { intra_op: { allow_spinning: "0" } } };
  try {
    return await onnxRuntime().InferenceSession.create(bytes, options);
  } catch (error) {
    const hint = device === "cpu" ? "" : ` (device "${device}": is its driver installed?)`;
    throw new BaalError(
      device === "cpu" ? "E_MODEL_FORMAT" : "E_DEVICE_UNAVAILABLE",
      `ONNX Runtime refused the graph "${graph.name}"${hint}: ${errorMessage(error)}`,
      { cause: error },
    );
  }
}

/** One holder's share. */
function lease(graph: Graph, shared: SharedSession, session: InferenceSession): GraphSession {
  let isReleased = false;

  async function runFeeds(
    feeds: ReadonlyMap<string, Feed>,
    wanted: ReadonlyMap<string, Feed | null>,
  ): Promise<Map<string, Feed>> {
    if (isReleased) {
      throw new BaalError(
        "E_ARGUMENT",
        `This session of the graph "${graph.name}" was released; create another one to run it again.`,
      );
    }
    const outputs: Record<string, OrtTensor | null> = {};
    for (const [name, buffer] of wanted) outputs[name] = buffer && toTensor(buffer);
    const inputs: Record<string, OrtTensor> = {};
    for (const [name, feed] of feeds) inputs[name] = toTensor(feed);
    const returned = await session.run(inputs, outputs);
    const results = new Map<string, Feed>();
    for (const [name, buffer] of wanted) results.set(name, buffer ?? fromTensor(returned[name]!));
    return results;
  }

  async function run(feeds: ReadonlyMap<string, Feed>, fetches?: ReadonlyMap<string, Feed | null>): Promise<Map<string, Feed>>;
  async function run(arrays: NamedArrays, options?: NamedRunOptions): Promise<Record<string, Feed>>;
  async function run(
    feeds: ReadonlyMap<string, Feed> | NamedArrays,
    options?: ReadonlyMap<string, Feed | null> | NamedRunOptions,
  ): Promise<Map<string, Feed> | Record<string, Feed>> {
    if (feeds instanceof Map) {
      const fetches = options instanceof Map ? (options as ReadonlyMap<string, Feed | null>) : undefined;
      return runFeeds(feeds, fetches ?? new Map(graph.outputs.map((name) => [name, null])));
    }
    const { parameters, outputs } = (options ?? {}) as NamedRunOptions;
    const results = await runFeeds(
      feedsOf(graph, feeds as NamedArrays, parameters),
      new Map(wantedOutputs(graph, outputs).map((name) => [name, null])),
    );
    return Object.fromEntries(results);
  }

  async function release(): Promise<void> {
    if (isReleased) return;
    isReleased = true;
    await giveBack(shared);
  }

  return { run, release, [Symbol.asyncDispose]: release };
}

function toTensor(feed: Feed): OrtTensor {
  const { Tensor } = onnxRuntime();
  return new Tensor(feed.dtype as "float32", feed.data as Float32Array, feed.dims);
}

function fromTensor(tensor: OrtTensor): Feed {
  return { dtype: tensor.type as DType, dims: tensor.dims, data: tensor.data as NumericArray };
}
