/** 60 items of 4 classes made of sines, so that the same data could be made in numpy. A third of the targets are arbitrary. */
const ITEMS = 60;
const CLASSES = 4;

const items = Array.from({ length: ITEMS }, (_, i) => i);

function softmaxRow(logitOf: (c: number) => number): number[] {
  const weights = Array.from({ length: CLASSES }, (_, c) => Math.exp(logitOf(c)));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

const rows = items.map((i) => softmaxRow((c) => 3 * Math.sin(1.7 * i + 2.3 * c * c)));

export const sineProbs_N_C: readonly number[] = rows.flat();
export const sineTargets_N: readonly number[] = rows.map((row, i) =>
  i % 3 === 0 ? (i * 7) % CLASSES : row.indexOf(Math.max(...row)),
);

/** Another model's probabilities for the same items; they have nothing to do with the targets. */
export const otherProbs_N_C: readonly number[] = items.flatMap((i) => softmaxRow((c) => 2 * Math.sin(0.8 * i + 1.9 * c)));

/** 40 scores with many ties, 15 of them of positive items. */
export const tiedPositives_N: readonly number[] = Array.from({ length: 40 }, (_, i) => ((i * 5) % 8 < 3 ? 1 : 0));
export const tiedScores_N: readonly number[] = tiedPositives_N.map(
  (positive, i) => Math.round(10 * (Math.round(10 * Math.sin(0.9 * i)) / 10 + 0.5 * positive)) / 10,
);
