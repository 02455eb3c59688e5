import { describe, expect, it } from "vitest";
import type { Features } from "../../../src/core/features.js";
import { createRandom } from "../../../src/core/random.js";
import { poolCentres } from "../../../src/models/head/pool-centres.js";

const [CLASSES, WIDTH] = [4, 5];
type Vector = readonly number[];

const plus = (a: Vector, b: Vector, scale = 1): Vector => a.map((value, d) => value + scale * b[d]!);
const product = (a: Vector, b: Vector) => a.reduce((sum, value, d) => sum + value * b[d]!, 0);
const size = (a: Vector) => Math.sqrt(product(a, a));
const unit = (a: Vector): Vector => a.map((value) => value / Math.max(size(a), 1e-9));
const zeros: Vector = Array(WIDTH).fill(0);

interface Problem {
  readonly names: readonly Vector[] | undefined;
  readonly labelled: readonly Vector[];
  readonly targets: readonly number[];
  readonly pool: readonly Vector[];
}

/** The formula of the docstring, vector by vector: the memberships of each text after so many rounds. */
function memberships({ names, labelled, targets, pool }: Problem, rounds: number): readonly Vector[] {
  const classes = Array.from({ length: CLASSES }, (_, c) => {
    const known = labelled.reduce((sum, vector, n) => (targets[n] === c ? plus(sum, vector) : sum), zeros);
    const name = names?.[c] ?? zeros;
    const fixed = plus(
      known.map((value) => 3 * value),
      name,
      5 / (1 + size(known)),
    );
    return { fixed, isKnown: size(fixed) > 0, first: unit(plus(known, name)) };
  });
  let centres = classes.map(({ first }) => first);
  for (let round = 0; ; round++) {
    const all = pool.map((text) => {
      const weights = centres.map((centre, c) => (classes[c]!.isKnown ? Math.exp(30 * product(text, centre)) : 0));
      const sum = weights.reduce((a, b) => a + b);
      return weights.map((weight) => weight / sum);
    });
    if (round === rounds) return all;
    centres = classes.map(({ fixed }, c) => unit(pool.reduce((sum, text, n) => plus(sum, text, all[n]![c]!), fixed)));
  }
}

function problem({ withNames, labels }: { readonly withNames: boolean; readonly labels: number }): Problem {
  const random = createRandom(7);
  const around = (c: number, noise: number) =>
    unit(Array.from({ length: WIDTH }, (_, d) => Number(d === c) + noise * random.normal()));
  const targets = Array.from({ length: labels }, (_, n) => n % (CLASSES - 1));
  return {
    names: withNames ? Array.from({ length: CLASSES }, (_, c) => around(c, 0.3)) : undefined,
    targets,
    labelled: targets.map((c) => around(c, 0.4)),
    pool: Array.from({ length: 30 }, (_, n) => around(n % CLASSES, 0.5)),
  };
}

const features = (rows: readonly Vector[]): Features => ({
  shape: [rows.length, WIDTH],
  data: Float32Array.from(rows.flat()),
  indices: rows.map((_, n) => n),
});

describe("poolCentres", () => {
  it.each([
    { withNames: true, labels: 0 },
    { withNames: true, labels: 9 },
    { withNames: false, labels: 9 },
  ])("is soft k-means begun at what is known ($withNames, $labels labels)", async (options) => {
    const given = problem(options);
    const { classes_N, probs_N, kept } = await poolCentres({
      classes: CLASSES,
      names: given.names && features(given.names),
      labelled: features(given.labelled),
      targets: given.targets,
      pool: features(given.pool),
    });
    const [first, last] = [memberships(given, 0), memberships(given, 10)];
    const likeliest = (probs: Vector) => probs.indexOf(Math.max(...probs));
    expect([...classes_N]).toEqual(last.map(likeliest));
    for (const [n, prob] of probs_N.entries()) expect(prob).toBeCloseTo(Math.max(...last[n]!), 4);
    expect(kept).toBeCloseTo(first.filter((probs, n) => likeliest(probs) === likeliest(last[n]!)).length / 30, 9);
    // Without names nothing is known of the class that has no label.
    if (!options.withNames) expect([...classes_N]).not.toContain(CLASSES - 1);
  });
});
