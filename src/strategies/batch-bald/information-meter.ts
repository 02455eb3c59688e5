import type { GraphBuilder } from "../../engine/onnx/builder.js";
import type { Feed, GraphSession } from "../../engine/runtime/session.js";
import type { Configurations } from "./configurations.js";

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

/** The session of the products below; whoever asks for it releases it. */
export async function informationSession(): Promise<GraphSession> {
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
export function informationMeter(session: GraphSession): (configurations: Configurations) => InformationGain {
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
