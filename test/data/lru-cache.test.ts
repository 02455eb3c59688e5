import { expect, it } from "vitest";
import { LruCache } from "../../src/data/lru-cache.js";

it("forgets what was not used for longest", () => {
  const cache = new LruCache<string, number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  expect(cache.get("a")).toBe(1);
  cache.set("c", 3);
  expect(["a", "b", "c"].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
  cache.set("a", 4);
  cache.set("d", 5);
  expect(["a", "c", "d"].map((key) => cache.get(key))).toEqual([4, undefined, 5]);
  expect(cache.size).toBe(2);
  cache.clear();
  expect([cache.get("a"), cache.size]).toEqual([undefined, 0]);
});
