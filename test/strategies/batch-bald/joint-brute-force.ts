import { type Predictions, predictions } from "../../../src/core/predictions.js";
import { createRandom } from "../../../src/core/random.js";
import { type Draws, drawsReader } from "../../../src/heuristics/draws.js";

/** Consistent draws of N items with random logits of the given scale. */
export function randomDraws(
  shape: readonly [number, number, number],
  { seed = 1, scale = 2 }: { readonly seed?: number; readonly scale?: number } = {},
): Predictions {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => scale * random.normal());
  return predictions("logits", shape, data, undefined, { isConsistent: true });
}

/** The probabilities of each item, `[C][K]`, in double precision. */
export function probabilitiesOf(draws: Predictions): number[][][] {
  const read = drawsReader(draws);
  const rows = ({ probs_C_K, classes, iterations }: Draws) =>
    Array.from({ length: classes }, (_, c) => [...probs_C_K.subarray(c * iterations, (c + 1) * iterations)]);
  return draws.indices.map((_, item) => rows(read(item, 0)));
}

const plogp = (p: number) => (p > 0 ? p * Math.log(p) : 0);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** I[y_1 ... y_b; w] of a batch, over all ways of labelling it. */
export function jointInformationOf(batch: readonly number[][][]): number {
  const draws = batch[0]![0]!.length;
  const entropyFrom = (item: number, joint_K: readonly number[]): number =>
    item === batch.length
      ? -plogp(sum(joint_K) / draws)
      : sum(
          batch[item]!.map((probs_K) =>
            entropyFrom(
              item + 1,
              joint_K.map((p, k) => p * probs_K[k]!),
            ),
          ),
        );
  const conditional = sum(batch.map((probs_C_K) => -sum(probs_C_K.flat().map(plogp)) / draws));
  return entropyFrom(0, Array(draws).fill(1)) - conditional;
}

/** The greedy batch when every candidate is evaluated for every pick. */
export function eagerGreedy(items: readonly number[][][], picks: number): { indices: number[]; totals: number[] } {
  const indices: number[] = [];
  const totals: number[] = [];
  for (let pick = 0; pick < picks; pick++) {
    const total = (item: number) => jointInformationOf([...indices, item].map((one) => items[one]!));
    const left = items.map((_, item) => item).filter((item) => !indices.includes(item));
    const best = left.map((item) => ({ item, total: total(item) })).reduce((a, b) => (b.total > a.total ? b : a));
    indices.push(best.item);
    totals.push(best.total);
  }
  return { indices, totals };
}
