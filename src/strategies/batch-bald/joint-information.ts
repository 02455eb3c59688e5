import { BaalError } from "../../core/errors.js";
import { areIndependent, type Predictions } from "../../core/predictions.js";
import type { GraphSession } from "../../engine/runtime/session.js";
import { drawsReader, sizesOf } from "../../heuristics/draws.js";
import { yesOrNo } from "../../heuristics/independent-labels.js";
import { type BranchOptions, branch, type Configurations, emptyConfiguration } from "./configurations.js";
import { type InformationGain, informationMeter, informationSession } from "./information-meter.js";

/** Numbers in the largest intermediate of a block: 4 MiB, near what caches hold. */
const BLOCK_NUMBERS = 2 ** 20;
const LARGEST_BLOCK = 512;
/** The shortest counts: the first reads draws and makes room. */
const TIMED_RUNS = 3;

/** The information that a growing batch has about the draws, in the answers to one question. Items are positions in the predictions. */
interface Information {
  /** The ways to answer: the classes, or no and yes. */
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

/** As {@link Information}, of all that is asked about an item: its class, or each of its labels, whose information is summed. */
export interface JointInformation extends Information, AsyncDisposable {
  /** How many questions there are: 1, or the number of labels that are each predicted by itself. */
  readonly labels: number;
}

/** Nothing picked yet; holds a session until it is disposed. Throws `E_SHAPE` for dense predictions. */
export async function jointInformation(given: Predictions, options: BranchOptions): Promise<JointInformation> {
  if (given.shape.length !== 3) {
    throw new BaalError(
      "E_SHAPE",
      `BatchBALD takes predictions [N, C, K], of items and not of their parts; dense ones of shape [${given.shape}] came. Use power sampling over a dense heuristic.`,
    );
  }
  const independent = areIndependent(given.kind);
  const predictions = independent ? yesOrNo(given) : given;
  const labels = independent ? given.shape[1]! : 1;
  const session = await informationSession();
  const parts = Array.from({ length: labels }, (_, label) => informationOf({ predictions, label, labels }, session, options));
  const [first] = parts;
  return {
    labels,
    classes: first!.classes,
    draws: first!.draws,
    async gains(items) {
      const sums = new Float64Array(items.length);
      for (const part of parts) {
        const gains = await part.gains(items);
        for (let i = 0; i < sums.length; i++) sums[i]! += gains[i]!;
      }
      return sums;
    },
    blockSize: () => Math.min(...parts.map((part) => part.blockSize())),
    add(item) {
      for (const part of parts) part.add(item);
    },
    secondsPerItem: async (configurations) => labels * (await first!.secondsPerItem(configurations)),
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** One label of the predictions `[N, 2, labels, K]`, or the class of `[N, C, K]`. */
interface Question {
  readonly predictions: Predictions;
  readonly label: number;
  readonly labels: number;
}

function informationOf(question: Question, session: GraphSession, options: BranchOptions): Information {
  const { predictions, label } = question;
  const { items: size, classes, iterations: draws } = sizesOf(predictions);
  const read = drawsReader(predictions);
  const copy = candidateDraws(question);
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
      configurations = branch(configurations, read(item, label).probs_C_K, options);
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

/** The probabilities of a pool up to this many numbers (128 MiB, of all labels together) are kept once read; a larger pool's are read anew each time. */
const KEPT_NUMBERS = 2 ** 25;

/** Copies an item's `probs_C_K` in single precision to `target` at `offset`. */
type CopyDraws = (item: number, target: Float32Array, offset: number) => void;

function candidateDraws({ predictions, label, labels }: Question): CopyDraws {
  const { items, classes, iterations } = sizesOf(predictions);
  const read = drawsReader(predictions);
  const size = classes * iterations;
  if (items * size * labels > KEPT_NUMBERS) return (item, target, offset) => target.set(read(item, label).probs_C_K, offset);
  const probs_N_C_K = new Float32Array(items * size);
  const isRead_N = new Uint8Array(items);
  return (item, target, offset) => {
    if (!isRead_N[item]) {
      isRead_N[item] = 1;
      probs_N_C_K.set(read(item, label).probs_C_K, item * size);
    }
    target.set(probs_N_C_K.subarray(item * size, (item + 1) * size), offset);
  };
}
