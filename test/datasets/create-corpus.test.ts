import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CorpusRow, createCorpus } from "../../datasets/intents/create-corpus.js";
import { intents } from "../../datasets/intents/intents.js";

const path = join(import.meta.dirname, "..", "..", "datasets", "intents", "intents.jsonl");
const corpus = createCorpus({ seed: 20_240_607 });

function countByIntent(rows: readonly CorpusRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { intent } of rows) counts.set(intent, (counts.get(intent) ?? 0) + 1);
  return counts;
}

const letters = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
const train = corpus.filter(({ split }) => split === "train");
const test = corpus.filter(({ split }) => split === "test");

describe("the intent corpus", () => {
  it("is what its grammar makes, byte for byte, and small", async () => {
    const content = await readFile(path, "utf8");
    expect(corpus.map((row) => JSON.stringify(row)).join("\n")).toBe(content.trimEnd());
    expect(Buffer.byteLength(content)).toBeLessThan(500_000);
  });

  it("has the sizes that its description promises", () => {
    expect([train.length, test.length]).toEqual([3000, 1000]);
    const inTrain = countByIntent(train);
    const inTest = countByIntent(test);
    expect([...inTrain.keys()].sort()).toEqual([...Object.keys(intents), "oos"].sort());
    expect(Object.keys(intents)).toHaveLength(32);
    expect([inTrain.get("oos"), inTest.get("oos")]).toEqual([150, 200]);
    for (const name of Object.keys(intents)) expect(inTest.get(name)).toBe(25);
    const counts = Object.keys(intents).map((name) => inTrain.get(name) ?? 0);
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([48, 162]);
  });

  it("tests on texts that are not in the pool", () => {
    const pool = new Set(train.map(({ text }) => letters(text)));
    expect(test.filter(({ text }) => pool.has(letters(text)))).toEqual([]);
  });

  it("never has a text under two intents", () => {
    const intentOf = new Map<string, string>();
    for (const { text, intent } of corpus)
      expect(intentOf.get(letters(text)) ?? intent, text).toBe(intentOf.set(letters(text), intent) && intent);
  });

  it("leaves nothing of the grammar's notation in a text", () => {
    expect(corpus.filter(({ text }) => /[()[\]{}|]|undefined|\s{2}|^\s|\s$/.test(text))).toEqual([]);
  });

  it("changes with the seed", () => {
    expect(createCorpus({ seed: 1 }).slice(0, 5)).not.toEqual(corpus.slice(0, 5));
  });
});
