import { BaalError } from "../../errors.js";
import { drawsReader, sizesOf } from "../../heuristics/draws.js";
import type { Predictions } from "../../predictions.js";
import { candidateDraws } from "./candidate-draws.js";
import { type BranchOptions, branch, type Configurations, emptyConfiguration } from "./configurations.js";
import { type InformationGain, informationMeter } from "./information-gain.js";

/** Numbers in the largest intermediate of a block: 4 MiB, near what caches hold. */
const BLOCK_NUMBERS = 2 ** 20;
const LARGEST_BLOCK = 512;
/** The shortest counts: the first reads draws and makes room. */
const TIMED_RUNS = 3;

/** The information that a growing batch has about the draws. Items are positions in the predictions. */
export interface JointInformation {
  readonly classes: number;
  readonly draws: number;
  /** What each item would add to the batch, in nats. */
  gains(items: readonly number[]): Promise<Float64Array>;
  /** The most items whose gains may be asked for at once. */
  blockSize(): number;
  /** Takes an item into the batch. */
  add(item: number): void;
  /** How long gains take per item once the batch has so many configurations, measured on a few items. */
  secondsPerItem(configurations: number): Promise<number>;
}

/** Throws `E_SHAPE` for dense predictions. */
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
  const meter = await informationMeter();
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
  };
}
