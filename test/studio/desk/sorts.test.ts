import fc from "fast-check";
import { expect, it } from "vitest";
import { sortItems } from "../../../src/studio/desk/sort-items.js";
import type { Brain, ItemProbabilities, OrderRequest } from "../../../src/studio/model/brain.js";
import { chiSquare } from "../../chi-square.js";
import { openTestStudio } from "../http/open-test-studio.js";

const LABELS = [1, 2, 3];

/** A model that says these probabilities, by item, and notes what it is asked to pick from. */
function saying(rows: ReadonlyMap<number, readonly number[]>) {
  const asked: OrderRequest[] = [];
  const probabilities: ItemProbabilities = {
    ...{ version: "v1", labels: LABELS },
    of: (item) => (rows.has(item) ? Float32Array.from(rows.get(item)!) : undefined),
  };
  const brain = {
    probabilities: () => probabilities,
    async order(request: OrderRequest) {
      asked.push(request);
      return { items: request.among.slice(0, request.count), scores: [], reason: "as they come" };
    },
    suggestions: () => [{ label: 1, probability: 0.9 }],
    labelsChanged() {},
    async itemsChanged() {},
    status: () => ({
      version: "v1",
      strategy: "x",
      reason: "",
      labelled: 0,
      isRanking: false,
      heldOutAccuracy: undefined,
      failure: undefined,
    }),
    jobs: () => [],
    async close() {},
  } as unknown as Brain;
  return { brain, asked };
}

async function fixture(rows: readonly (readonly number[])[], validationShare = 0) {
  const { brain, asked } = saying(new Map(rows.map((row, n) => [n + 1, row])));
  const studio = await openTestStudio(rows.length, { brain, begin: { validationShare } });
  const states = [...studio.desk.states.all()];
  const sorted = (sort: string, count = rows.length, seed = 1) => sortItems(studio.desk, sort, { states, count, seed });
  return { ...studio, asked, states, sorted };
}

/** In bits, of probabilities that are kept away from 0 and 1 by 1e-5. */
function entropy(probability: number): number {
  const p = Math.min(Math.max(Math.fround(probability), 1e-5), 1 - 1e-5);
  return -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
}

it("sorts by numbers as brute force does, equal ones by their places", async () => {
  const probability = fc.constantFrom(0, 0.1, 0.25, 0.5, 0.6, 0.75, 0.9, 1);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(probability, probability, probability), { minLength: 1, maxLength: 8 }), async (rows) => {
      const { sorted } = await fixture(rows);
      const by = (score: (row: readonly number[]) => number) =>
        rows
          .map((row, n) => ({ id: n + 1, score: score(row) }))
          .sort((a, b) => b.score - a.score || a.id - b.id)
          .map(({ id }) => id);
      expect((await sorted("highest:b")).items).toEqual(by((row) => Math.fround(row[1]!)));
      expect((await sorted("lowest:b")).items).toEqual(by((row) => -Math.fround(row[1]!)));
      expect((await sorted("maxent:c")).items).toEqual(by((row) => entropy(row[2]!)));
      expect((await sorted("max entropy")).items).toEqual(by((row) => Math.max(...row.map(entropy))));
      expect((await sorted("highest:a", 2)).items).toEqual(by((row) => Math.fround(row[0]!)).slice(0, 2));
    }),
    { numRuns: 8 },
  );
});

it.each([
  ["high:a", (p: number) => p ** 4],
  ["low:a", (p: number) => (1 - p) ** 4],
  ["random", () => 1],
] as const)("draws the first item of %s in proportion to its weight", async (sort, weight) => {
  const rows = [0.2, 0.4, 0.5, 0.7, 0.9].map((p) => [p, 0.5, 0.5]);
  const { sorted } = await fixture(rows);
  const draws = 4000;
  const counts = rows.map(() => 0);
  for (let seed = 0; seed < draws; seed++) counts[(await sorted(sort, 1, seed)).items[0]! - 1]!++;
  const weights = rows.map(([p]) => weight(p!));
  const total = weights.reduce((a, b) => a + b);
  const { statistic, limit } = chiSquare(
    counts,
    weights.map((own) => (draws * own) / total),
  );
  expect(statistic).toBeLessThan(limit);
  // Without replacement, whatever the weights.
  expect(new Set((await sorted(sort, 5, 7)).items).size).toBe(5);
});

it("is random before there is a model, and refuses sorts and labels that are not there", async () => {
  const { desk } = await openTestStudio(20);
  const states = [...desk.states.all()];
  const sorted = (sort: string) => sortItems(desk, sort, { states, count: 20, seed: 3 });
  for (const sort of [
    "model",
    "badge",
    "badge:a",
    "diversity",
    "max entropy",
    "highest:a",
    "low:b",
    "typiclust",
    "topk:margin",
  ]) {
    const { items, reason } = await sorted(sort);
    expect([sort, new Set(items).size]).toEqual([sort, 20]);
    expect(reason).toMatch(/random/);
    expect(items).not.toEqual(states.map(({ item }) => item.id));
  }
  for (const sort of ["nonsense", "highest:nobody", "badge:nobody", "topk:nonsense"])
    await expect(sorted(sort)).rejects.toMatchObject({ code: "E_ARGUMENT" });
});

it("never has a model pick or suggest for validation items, whatever is asked", async () => {
  const rows = Array.from({ length: 20 }, () => [0.2, 0.3, 0.5]);
  const { browser, asked, states, desk } = await fixture(rows, 0.5);
  const validation = new Set(states.flatMap(({ item, isValidation }) => (isValidation ? [item.id] : [])));
  expect(validation.size).toBe(10);
  const ann = await browser();
  const sort = fc.constantFrom("model", "badge", "diversity", "typiclust", "topk:margin");
  const status = fc.constantFrom("unlabeled", "any");
  const excludeStatus = fc.constantFrom("not excluded", "validation", "any");
  await fc.assert(
    fc.asyncProperty(sort, status, excludeStatus, async (by, labelled, excluded) => {
      asked.length = 0;
      const body = { count: 20, sort: by, status: labelled, excludeStatus: excluded };
      const { items } = (await ann.post("next", body).expect(200)).body as { items: { id: number; suggestions: unknown[] }[] };
      expect(asked.flatMap(({ among }) => among).filter((id) => validation.has(id))).toEqual([]);
      for (const { id, suggestions } of items) {
        if (excluded === "validation") expect(validation.has(id)).toBe(true);
        expect(suggestions.length).toBe(validation.has(id) ? 0 : 1);
      }
      if (excluded === "validation") expect(items.length).toBe(10);
    }),
    { numRuns: 20 },
  );
  expect(desk.states.totals.validation).toBe(10);
});
