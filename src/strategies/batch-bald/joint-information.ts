import { BaalError } from "../../core/errors.js";
import type { Predictions } from "../../core/predictions.js";
import type { GraphBuilder } from "../../engine/onnx/builder.js";
import type { Feed, GraphSession } from "../../engine/runtime/session.js";
import { drawsReader, sizesOf } from "../../heuristics/draws.js";
import { type BranchOptions, branch, type Configurations, emptyConfiguration } from "./configurations.js";

/** Numbers in the largest intermediate of a block: 4 MiB, near what caches hold. */
const BLOCK_NUMBERS = 2 ** 20;
const LARGEST_BLOCK = 512;
/** The shortest counts: the first reads draws and makes room. */
const TIMED_RUNS = 3;

/** The information that a growing batch has about the draws. Items are positions in the predictions. */
export interface JointInformation extends AsyncDisposable {
  readonly classes: number;
  readonly draws: number;
  /** The information that each item would add to the batch, in nats. */
  gains(items: readonly number[]): Promise<Float64Array>;
  /** The most items whose gains may be asked for at once. */
  blockSize(): number;
  /** Takes an item into the batch. */
  add(item: number): void;
  /** How long gains take per item once the batch has so many configurations, measured on a few items. */
  secondsPerItem(configurations: number): Promise<number>;
}

/** Nothing picked yet; holds a session until it is disposed. Throws `E_SHAPE` for dense predictions. */
export async function jointInformation(predictions: Predictions, options: BranchOptions): Promise<JointInformation> {
  if (predictions.shape.length !== 3) {
    throw new BaalError(
      "E_SHAPE",
      `BatchBALD takes one label per item, so predictions [N, C, K]; dense ones of shape [${predictions.shape}] came. Use power sampling over a dense heuristic.`,
    );
  }
  const { items: size, classes, iterations: draws } = sizesOf(predictions);
  const read = drawsReader(predictions);
  const copy = candidateDraws(predictions);
  const session = await informationSession();
  const meter = informationMeter(session);
  const blockSizeFor = (configurations: number) => {
    const fitting = Math.floor(BLOCK_NUMBERS / (classes * Math.max(draws, configurations)));
    return Math.min(LARGEST_BLOCK, Math.max(1, fitting));
  };
  const block = new Float32Array(blockSizeFor(1) * classes * draws);
  const gainsBy = (measure: InformationGain, items: readonly number[]) => {
    items.forEach((item, row) => {
      copy(item, block, row * classes * draws);
    });
    return measure({ probs_BC_K: block.subarray(0, items.length * classes * draws), classes });
  };

  let configurations: Configurations = emptyConfiguration(draws);
  let measure = meter(configurations);
  return {
    classes,
    draws,
    gains: (items) => gainsBy(measure, items),
    blockSize: () => blockSizeFor(configurations.weights_S.length),
    add(item) {
      configurations = branch(configurations, read(item, 0).probs_C_K, options);
      measure = meter(configurations);
    },
    async secondsPerItem(count) {
      const flat = meter({
        weights_S: new Float64Array(count).fill(1 / count),
        posteriors_S_K: new Float32Array(count * draws).fill(1 / draws),
      });
      const items = Array.from({ length: Math.min(size, blockSizeFor(count)) }, (_, item) => item);
      const seconds: number[] = [];
      for (let run = 0; run < TIMED_RUNS; run++) {
        const begin = performance.now();
        await gainsBy(flat, items);
        seconds.push((performance.now() - begin) / 1000);
      }
      return Math.min(...seconds) / items.length;
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** The probabilities of a pool up to this many numbers (128 MiB) are kept once read; a larger pool's are read anew each time. */
const KEPT_NUMBERS = 2 ** 25;

/** Copies an item's `probs_C_K` in single precision to `target` at `offset`. */
export type CopyDraws = (item: number, target: Float32Array, offset: number) => void;

function candidateDraws(predictions: Predictions): CopyDraws {
  const { items, classes, iterations } = sizesOf(predictions);
  const read = drawsReader(predictions);
  const size = classes * iterations;
  if (items * size > KEPT_NUMBERS) return (item, target, offset) => target.set(read(item, 0).probs_C_K, offset);
  const probs_N_C_K = new Float32Array(items * size);
  const isRead_N = new Uint8Array(items);
  return (item, target, offset) => {
    if (!isRead_N[item]) {
      isRead_N[item] = 1;
      probs_N_C_K.set(read(item, 0).probs_C_K, item * size);
    }
    target.set(probs_N_C_K.subarray(item * size, (item + 1) * size), offset);
  };
}

/** Below this ONNX Runtime's logarithm is not asked: p ln p is 0 there. */
const SMALLEST = 1e-30;
/** In nats. Single precision cannot tell less from nothing. */
const RESOLUTION = 1e-6;

/** Draws of several candidates: `probs_BC_K` is row-major, an item's classes follow each other. */
export interface CandidateBlock {
  readonly probs_BC_K: Float32Array;
  readonly classes: number;
}

/** How much the labels of each candidate of a block would say about the draws, on average over the configurations: nats, at least 0. */
export type InformationGain = (block: CandidateBlock) => Promise<Float64Array>;

async function informationSession(): Promise<GraphSession> {
  // Loaded when a batch is to be picked: who imports the strategies for another one does not wait for the engine.
  const [{ createSession }, { graphBuilder }, { createGraph }] = await Promise.all([
    import("../../engine/runtime/session.js"),
    import("../../engine/onnx/builder.js"),
    import("../../engine/onnx/graph.js"),
  ]);
  const graph = createGraph("information gain");
  emitInformationGain(graphBuilder(graph));
  return createSession(graph);
}

/** Makes the matrix products that measure information, for the blocks of candidates of one round. */
function informationMeter(session: GraphSession): (configurations: Configurations) => InformationGain {
  return ({ weights_S, posteriors_S_K }) => {
    const configurations = weights_S.length;
    const draws = posteriors_S_K.length / configurations;
    const posteriors = feed([configurations, draws], posteriors_S_K);
    const weights = feed([configurations, 1], Float32Array.from(weights_S));
    const drawWeights = feed([draws, 1], weightsOfDraws(weights_S, posteriors_S_K));
    return async ({ probs_BC_K, classes }) => {
      const rows = probs_BC_K.length / draws;
      const probs = feed([rows, draws], probs_BC_K);
      const feeds = new Map(Object.entries({ probs, posteriors, weights, drawWeights }));
      const gains = (await session.run(feeds)).get("gains")!.data as Float32Array;
      const gains_B = new Float64Array(rows / classes);
      for (let row = 0; row < rows; row++) gains_B[Math.floor(row / classes)]! += gains[row]!;
      return gains_B.map((gain) => (gain < RESOLUTION ? 0 : gain));
    };
  };
}

/**
 * For a candidate's class c with the probability p_k in draw k, and q_s = sum_k posterior_sk p_k given the labels s:
 * `sum_k w_k p_k ln p_k - sum_s w_s q_s ln q_s`, where w_k = sum_s w_s posterior_sk. Both sums weigh the configurations alike, also
 * sampled ones, so that no class of a candidate comes out negative (Jensen), and labels that settle the draw leave exactly nothing.
 */
function emitInformationGain(b: GraphBuilder): void {
  const probs = b.input("probs", { dtype: "float32", shape: ["rows", "draws"] });
  const posteriors = b.input("posteriors", { dtype: "float32", shape: ["configurations", "draws"] });
  const weights = b.input("weights", { dtype: "float32", shape: ["configurations", 1] });
  const drawWeights = b.input("drawWeights", { dtype: "float32", shape: ["draws", 1] });
  const timesLogarithm = (x: string) => b.mul(x, b.log(b.op("Max", [x, b.scalar(SMALLEST)])));
  const predictive = b.gemm(probs, posteriors, undefined, { transB: true });
  const known = b.matMul(timesLogarithm(probs), drawWeights);
  const uncertain = b.matMul(timesLogarithm(predictive), weights);
  b.output(b.sub(known, uncertain), "gains");
}

/** `[K]`: the probability of each draw over all configurations; 1 / K, but for what sampling adds. */
function weightsOfDraws(weights_S: Float64Array, posteriors_S_K: Float32Array): Float32Array {
  const draws = posteriors_S_K.length / weights_S.length;
  const weights_K = new Float64Array(draws);
  weights_S.forEach((weight, s) => {
    for (let k = 0; k < draws; k++) weights_K[k]! += weight * posteriors_S_K[s * draws + k]!;
  });
  return Float32Array.from(weights_K);
}

const feed = (dims: readonly number[], data: Float32Array): Feed => ({ dtype: "float32", dims, data });
