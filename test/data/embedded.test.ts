import { expect, it } from "vitest";
import { loadEmbeddedIntents } from "../../src/data/embedded.js";

it("loadEmbeddedIntents gives the pool, the test texts and the names of their intents", async () => {
  const { train, test, labels } = await loadEmbeddedIntents();
  expect([train.length, test.length, labels.length]).toEqual([3000, 1000, 33]);
  expect(new Set([...train, ...test].map(({ intent }) => intent))).toEqual(new Set(labels));
  expect(labels).toContain("oos");
  expect(labels).toEqual([...labels].sort());
  expect(Object.keys(train[0] ?? {})).toEqual(["text", "intent"]);
});
