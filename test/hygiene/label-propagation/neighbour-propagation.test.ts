import fc from "fast-check";
import { expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { neighbourGraph, spreadOverNeighbours } from "../../../src/hygiene/label-propagation/neighbour-propagation.js";

type Entries = readonly (0 | 1 | null)[];

/** By matrices that are written out. */
function byHand(
  vectors: readonly (readonly number[])[],
  known: ReadonlyMap<number, Entries>,
  k: number,
  temperature: number,
  iterations: number,
  labels: number,
) {
  const cosine = (a: readonly number[], b: readonly number[]) => {
    const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  const weights = vectors.map((own, i) => {
    const row = vectors.map((other, j) => ({ j, d: 1 - cosine(own, other) })).filter(({ j }) => j !== i);
    row.sort((a, b) => a.d - b.d || a.j - b.j);
    const full = new Array<number>(vectors.length).fill(0);
    for (const { j, d } of row.slice(0, k)) full[j] = Math.exp(-d / temperature);
    return full;
  });
  const degree = weights.map((row) => row.reduce((a, b) => a + b, 0));
  const W = weights.map((row, i) => row.map((w, j) => w / Math.sqrt(degree[i]! * degree[j]!)));
  return vectors
    .map((_, i) => i)
    .flatMap((i) =>
      Array.from({ length: labels }, (__, label) => {
        const run = (value: 0 | 1) => {
          const clamp = (y: number[]) =>
            y.map((v, n) => (known.get(n)?.[label] == null ? v : Number(known.get(n)![label] === value)));
          let y = clamp(new Array<number>(vectors.length).fill(0));
          for (let t = 0; t < iterations; t++) y = clamp(W.map((row) => row.reduce((sum, w, n) => sum + w * y[n]!, 0)));
          return y[i]!;
        };
        const [yes, no] = [run(1), run(0)];
        return yes + no > 0 ? yes / (yes + no) : Number.NaN;
      }),
    );
}

it("spreads as matrices by hand do; what is known stays, what nothing reaches stays unknown", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 6 }),
      async (seed, k, iterations) => {
        const random = createRandom(seed);
        const vectors = Array.from({ length: 12 }, () => [random.normal(), random.normal(), random.normal()]);
        const entry = () => ([0, 1, null] as const)[random.integer(0, 2)]!;
        const known = new Map<number, Entries>([0, 4, 7].map((row) => [row, [entry(), entry()]]));
        const features = { shape: [12, 3] as const, data: Float32Array.from(vectors.flat()), indices: vectors.map((_, i) => i) };
        const graph = await neighbourGraph(features, { neighbours: k, temperature: 0.2 });
        const found = await spreadOverNeighbours(graph, known, { labels: 2, iterations });
        const wanted = byHand(
          Array.from({ length: 12 }, (_, n) => [...features.data.subarray(3 * n, 3 * n + 3)]),
          known,
          k,
          0.2,
          iterations,
          2,
        );
        for (const [at, p] of found.entries()) {
          if (Number.isNaN(wanted[at]!)) expect(p).toBeNaN();
          else expect(p).toBeCloseTo(wanted[at]!, 4);
        }
        for (const [row, entries] of known)
          for (const [c, y] of entries.entries()) if (y !== null) expect(found[2 * row + c]).toBe(y);
      },
    ),
    { numRuns: 15 },
  );
});
