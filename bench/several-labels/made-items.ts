import type { Dataset } from "../../src/core/dataset.js";
import { createDataset } from "../../src/core/dataset-view.js";
import { createRandom, type Random } from "../../src/core/random.js";

/** Items with several labels and the features of a made-up encoder. */
export interface MadeItems {
  readonly pool: Dataset<Float32Array>;
  readonly held: Dataset<Float32Array>;
  readonly labels: readonly string[];
  readonly width: number;
  /** The share of items that have each label. */
  readonly shares: readonly number[];
}

const LABELS = 20;
const WIDTH = 48;
const NUISANCES = 12;
const NOISE = 0.2;

/**
 * 20 labels of very different frequency, from a quarter of the items down to one in 280: an item has each label by chance, alone or with others, and often none.
 * Its features are the sum of directions of its labels, of a few other subjects that no label is about, and of noise: what a sentence encoder makes of texts on
 * several subjects. The same seed gives the same items; 5,000 to label, 2,000 held out.
 */
export function madeItems(seed = 1): MadeItems {
  const random = createRandom(seed);
  const direction = () => Array.from({ length: WIDTH }, () => random.normal() / Math.sqrt(WIDTH));
  const subjects = Array.from({ length: LABELS + NUISANCES }, direction);
  const shares = Array.from({ length: LABELS }, (_, c) => 0.25 * 0.8 ** c);
  const [pool, held] = [5000, 2000].map((count) => itemsOf(count, { random, subjects, shares }));
  return { pool: pool!, held: held!, labels: shares.map((_, c) => `label ${c}`), width: WIDTH, shares };
}

interface Making {
  readonly random: Random;
  readonly subjects: readonly (readonly number[])[];
  readonly shares: readonly number[];
}

function itemsOf(count: number, { random, subjects, shares }: Making): Dataset<Float32Array> {
  const items = Array.from({ length: count }, () => {
    const target = shares.map((share) => Number(random.uniform() < share));
    const nuisance = Array.from({ length: NUISANCES }, () => (random.uniform() < 0.25 ? random.uniform() : 0));
    const weights = [...target.map((has) => has * (0.6 + 0.8 * random.uniform())), ...nuisance];
    const input = Float32Array.from({ length: WIDTH }, (_, d) =>
      weights.reduce((sum, weight, s) => sum + weight * subjects[s]![d]!, NOISE * random.normal()),
    );
    return { input, target };
  });
  return createDataset(count, (index) => ({ index, ...items[index]! }));
}
