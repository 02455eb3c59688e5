import { describe, expect, it } from "vitest";
import { features, rowsOf } from "../../../src/core/features.js";
import { createRandom } from "../../../src/core/random.js";
import { chooseEvidence, type HeadEvidence, type HeadTrial, stratified } from "../../../src/models/head/choose-evidence.js";

const [CLASSES, ITEMS] = [2, 12];
const targets = Array.from({ length: ITEMS }, (_, n) => n % CLASSES);
/** Item n lies on the axis of its class. */
const labelled = features([ITEMS, CLASSES], Float32Array.from(targets.flatMap((target) => [1 - target, target])));
const names = features([CLASSES, CLASSES], Float32Array.of(1, 0, 0, 1));
const evidence: HeadEvidence = { classes: CLASSES, labelled, targets, pool: names };

/** A head that is right, so sure of itself. */
const sure = (by: number) => Float64Array.of(by, 0, 0, 0, by, 0);
const trials = (trialsOf: (part: HeadEvidence) => HeadTrial, isSharpnessWanted = false) => ({
  trialsOf,
  balanceClasses: false,
  isSharpnessWanted,
});
/** More of the pool is better, here. */
const betterWithPool = async (weight: number) => (weight > 0 ? sure(1) : sure(-1));

describe("chooseEvidence", () => {
  it("takes the pool where it helps, and only if each part of the labels bears it out", async () => {
    const always = trials(() => ({ hasPool: async () => true, solve: betterWithPool }));
    expect(await chooseEvidence(evidence, always)).toMatchObject({ withNames: false, pseudoWeight: 0.2 });
    let parts = 0;
    const sometimes = trials(() => ({ hasPool: async () => parts++ > 0, solve: betterWithPool }));
    expect(await chooseEvidence(evidence, sometimes)).toMatchObject({ pseudoWeight: 0 });
  });

  it("leaves the pool out where it changes nothing", async () => {
    const alike = trials(() => ({ hasPool: async () => true, solve: async () => sure(1) }));
    expect(await chooseEvidence({ ...evidence, names }, alike)).toMatchObject({ withNames: true, pseudoWeight: 0 });
  });

  it("judges names by themselves, whatever the pool would do to them", async () => {
    const onlyNames = trials((part) => ({
      hasPool: async () => true,
      solve: async (weight) => (part.names && weight === 0 ? sure(1) : sure(-1)),
    }));
    expect(await chooseEvidence({ ...evidence, names }, onlyNames)).toMatchObject({ withNames: true, pseudoWeight: 0 });
  });

  it("finds by how much the logits are too small, and says nothing from few labels", async () => {
    // One in twelve is wrong, and by 1 / 14 of each it may be either: the best odds are those of 11 and 1 items with that.
    const wrong = targets.map((target, n) => (n === 0 ? 1 - target : target));
    const timid = trials(() => ({ hasPool: async () => false, solve: async () => sure(0.5) }), true);
    const { sharpness } = await chooseEvidence({ ...evidence, targets: wrong, pool: undefined }, timid);
    const right = (11 * 13) / 14 + 6 / 14;
    expect(sharpness!.sharpness).toBeCloseTo(Math.log(right / (12 - right)) / 0.5, 1);
    const { sharpness: unbroken } = await chooseEvidence({ ...evidence, pool: undefined }, timid);
    expect(unbroken!.sharpness).toBeLessThan(8);
    const few = { ...evidence, labelled: features([4, CLASSES], labelled.data.slice(0, 8)), targets: targets.slice(0, 4) };
    expect(await chooseEvidence(few, timid)).toEqual({ withNames: false, pseudoWeight: 0, sharpness: undefined });
  });

  it("holds out whole classes while there are fewer than two labels per class", async () => {
    const seen: number[][] = [];
    const watched = trials((part) => {
      seen.push([...new Set(part.targets)]);
      return { hasPool: async () => true, solve: async (weight) => new Float64Array(6 * (CLASSES + 1)).fill(weight) };
    });
    const some = [0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 3];
    const vectors = features([some.length, CLASSES], new Float32Array(some.length * CLASSES).fill(1));
    const six = features(
      [6, CLASSES],
      Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)),
    );
    const told = rowsOf(six, some);
    await chooseEvidence({ classes: 6, labelled: told, targets: some, names: six, pool: vectors }, watched);
    expect(seen).toEqual([
      [1, 2, 3],
      [0, 2, 3],
      [0, 1, 3],
      [0, 1, 2],
    ]);
  });

  it("keeps names and pool of few labels unless these clearly speak against the pool", async () => {
    const some = Array.from({ length: 16 }, (_, n) => n % 16);
    const axes = features(
      [16, 16],
      Float32Array.from({ length: 256 }, (_, i) => Number(Math.floor(i / 16) === i % 16)),
    );
    const few = { classes: 16, labelled: axes, targets: some, names: axes, pool: axes };
    /** Right of the first `right` classes, with the pool or without. */
    const rightOf = (right: number) =>
      Float64Array.from({ length: 16 * 17 }, (_, i) => (i % 17 === Math.floor(i / 17) ? (i / 17 < right ? 3 : -3) : 0));
    const chosen = async (alone: number, pooled: number) => {
      const ways = trials(() => ({ hasPool: async () => true, solve: async (weight) => rightOf(weight > 0 ? pooled : alone) }));
      return (await chooseEvidence(few, ways)).pseudoWeight;
    };
    expect(await chosen(12, 11)).toBe(0.2);
    expect(await chosen(16, 4)).toBe(0);
  });

  it("holds out of each class its share, at two labels a class never both", () => {
    const many = Array.from({ length: 300 }, (_, n) => (n * 7) % 150);
    const order = stratified(many, createRandom(3));
    expect([...order].sort((a, b) => a - b)).toEqual([...many.keys()]);
    for (let fold = 0; fold < 5; fold++) {
      const held = order.filter((_, i) => i % 5 === fold).map((position) => many[position]!);
      expect(new Set(held).size).toBe(held.length);
    }
  });
});
