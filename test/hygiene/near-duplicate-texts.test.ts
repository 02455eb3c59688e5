import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { loadEmbeddedIntents } from "../../src/data/embedded.js";
import { jaccard, nearDuplicateTexts, shingles } from "../../src/hygiene/near-duplicate-texts.js";

/** Groups from comparing all pairs. */
function bruteForce(texts: readonly string[], threshold: number): number[][] {
  const sets = texts.map((text) => shingles(text, 5));
  const groupOf = texts.map((_, i) => i);
  for (let i = 0; i < texts.length; i++) {
    for (let j = 0; j < i; j++) {
      if (jaccard(sets[i]!, sets[j]!) < threshold) continue;
      const [low, high] = [Math.min(groupOf[i]!, groupOf[j]!), Math.max(groupOf[i]!, groupOf[j]!)];
      groupOf.forEach((group, at) => {
        if (group === high) groupOf[at] = low;
      });
    }
  }
  return [...new Set(groupOf)]
    .map((group) => texts.flatMap((_, i) => (groupOf[i] === group ? [i] : [])))
    .filter((g) => g.length > 1);
}

const WORDS = "please could you tell me what the balance of my savings account is and when does it pay interest this month".split(
  " ",
);

/** Sentences of random words; every third one is an earlier one with one word changed. */
function sentences(count: number): string[] {
  const random = createRandom(5);
  const word = () => WORDS[random.integer(0, WORDS.length - 1)]!;
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const words = i % 3 === 2 ? texts[random.integer(0, i - 1)]!.split(" ") : Array.from({ length: 14 }, word);
    if (i % 3 === 2) words[random.integer(0, 13)] = word();
    texts.push(words.join(" "));
  }
  return texts;
}

describe("nearDuplicateTexts", () => {
  it.each([0.7, 0.8, 0.9])("finds the groups that comparing all pairs finds at %d", async (threshold) => {
    const texts = sentences(400);
    const exact = bruteForce(texts, threshold);
    const found = await nearDuplicateTexts(texts, { threshold });
    expect(exact.length).toBeGreaterThan(10);
    // A pair right at the threshold may be missed once in fifty; nothing is ever joined that should not be.
    const whole = new Set(exact.map(String));
    const groupOf = new Map(exact.flatMap((group) => group.map((i) => [i, group])));
    for (const group of found) expect(group.every((i) => groupOf.get(i) === groupOf.get(group[0]!))).toBe(true);
    expect(found.filter((group) => whole.has(String(group))).length / exact.length).toBeGreaterThan(0.95);
  });

  it("does not depend on the order of the texts, and names them by dataset index", async () => {
    const texts = sentences(120);
    const order = createRandom(3).shuffled(texts.keys());
    const shuffled = order.map((i) => texts[i]!);
    expect(await nearDuplicateTexts(shuffled, { indices: order })).toEqual(await nearDuplicateTexts(texts));
  });

  it("joins texts that differ in case, spacing or nothing, even empty and very short ones", async () => {
    const texts = ["Hi", "", "hi ", "What is my balance today?", "  ", "what is my  balance TODAY?", "ho"];
    expect(await nearDuplicateTexts(texts)).toEqual([
      [0, 2],
      [1, 4],
      [3, 5],
    ]);
    expect(await nearDuplicateTexts([])).toEqual([]);
  });

  it("finds copies planted among real questions", async () => {
    const { train } = await loadEmbeddedIntents();
    const texts = Array.from({ length: 500 }, (_, i) => String(train[i]!["text"]));
    const planted = [3, 100, 250].map((i) => `${texts[i]} now`);
    const groups = await nearDuplicateTexts([...texts, ...planted], { threshold: 0.7 });
    [3, 100, 250].forEach((i, copy) => {
      expect(groups.find((group) => group.includes(500 + copy))).toContain(i);
    });
  });

  it.each([{ threshold: 0 }, { threshold: 1.1 }, { shingleLength: 0 }, { permutations: 1.5 }])("refuses %o", async (options) => {
    await expect(nearDuplicateTexts(["a"], options)).rejects.toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("stops when aborted", async () => {
    const attempt = nearDuplicateTexts(["a"], { signal: AbortSignal.abort() });
    await expect(attempt).rejects.toThrow(expect.objectContaining({ code: "E_ABORTED" }));
  });
});
