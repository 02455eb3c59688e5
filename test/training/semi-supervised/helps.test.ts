import { expect, it } from "vitest";
import type { Dataset } from "../../../src/core/dataset.js";
import type { Random } from "../../../src/core/random.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";
import type { SemiSupervision } from "../../../src/training/semi-supervised/methods.js";
import { Mlp, type Point, twoMoons, unlabelled } from "./mlp.js";

const SEEDS = [1, 2];
const pool = unlabelled(twoMoons(300, { seed: 5, offset: 100, noise: 0.08 }));
const test = twoMoons(400, { seed: 6, noise: 0.08 });
/** Three points of each moon, evenly along it. */
const few: Dataset<Point> = {
  length: 6,
  at: (index) => {
    const angle = Math.PI * [0.15, 0.5, 0.85][index >> 1]!;
    const [x, y] = index % 2 === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return { index, input: [x - 0.5, y - 0.25], target: index % 2 };
  },
};
const jitter =
  (size: number) =>
  ([x, y]: Point, random: Random): Point => [x + size * random.normal(), y + size * random.normal()];

/** Mean accuracy over the seeds. */
async function accuracy(semiSupervised?: SemiSupervision<Point>): Promise<number> {
  let sum = 0;
  for (const seed of SEEDS) {
    const args = { learningRate: 0.01, batchSize: 8, maxSteps: 300, seed: 3, lrSchedulerType: "constant" } as const;
    const trainer = new BaalTrainer({ model: new Mlp({ seed }), args, evalDataset: test });
    await trainer.train(few, { semiSupervised });
    sum += (await trainer.evaluate())["accuracy"]! / SEEDS.length;
  }
  return sum;
}

it("FixMatch and the Pi-model on two moons with six labels beat supervised training", async () => {
  const augment = { weak: jitter(0.05), strong: jitter(0.2) };
  const fixMatch: SemiSupervision<Point> = { method: "fixMatch", unlabelled: pool, augment };
  const piModel: SemiSupervision<Point> = {
    ...{ method: "piModel", unlabelled: pool, unlabelledBatchSize: 64, weight: 10 },
    augment: { weak: jitter(0.2) },
  };
  // Measured: 0.870; 0.976, 0.934, 0.968.
  const supervised = await accuracy();
  expect(await accuracy(fixMatch)).toBeGreaterThan(supervised + 0.05);
  expect(await accuracy({ ...fixMatch, labelledShare: 0.5 })).toBeGreaterThan(supervised + 0.02);
  expect(await accuracy(piModel)).toBeGreaterThan(supervised + 0.03);
});

it("pseudo-labels pull apart two clusters of which only the edges are labelled", async () => {
  // Along x the classes are far apart; the only labels suggest a cut along y. From a start that is nearly right: pseudo-labels
  // strengthen what the model believes, and a start that is far off (other seeds) ends farther off.
  const at = (x: number, y: number): Point => [x, y];
  const edges = [at(-1, -0.4), at(-1.2, -0.6), at(1, 0.4), at(1.2, 0.6)];
  const cluster = Array.from({ length: 60 }, (_, i) => at((i % 2 ? 1 : -1) * (0.7 + (i % 7) / 10), ((i * 37) % 60) / 30 - 1));
  const dataset = (points: readonly Point[], target: (i: number) => number | undefined, offset = 0) => ({
    length: points.length,
    at: (i: number) => ({ index: i + offset, input: points[i]!, target: target(i) }),
  });
  const accuracyOf = async (semiSupervised?: SemiSupervision<Point>) => {
    const args = { learningRate: 0.01, batchSize: 4, maxSteps: 200, lrSchedulerType: "constant" } as const;
    const evalDataset = dataset(cluster, (i) => i % 2);
    const trainer = new BaalTrainer({ model: new Mlp({ seed: 0 }), args, evalDataset });
    await trainer.train(
      dataset(edges, (i) => Math.floor(i / 2)),
      { semiSupervised },
    );
    return (await trainer.evaluate())["accuracy"]!;
  };
  const poolOnly = dataset(cluster, () => undefined, 100);
  const supervised = await accuracyOf();
  expect(supervised).toBeLessThan(1);
  expect(await accuracyOf({ method: "pseudoLabel", unlabelled: poolOnly, unlabelledBatchSize: 30 })).toBeGreaterThan(supervised);
});
