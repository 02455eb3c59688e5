import fc from "fast-check";
import { expect, it } from "vitest";
import { topPositions } from "../../src/strategies/score-strategy.js";

it("agrees with sorting everything", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.nat(), (keys, wanted) => {
      const count = keys.length === 0 ? 0 : wanted % (keys.length + 1);
      const isBefore = (a: number, b: number) => keys[a]! > keys[b]! || (keys[a] === keys[b] && a < b);
      const sorted = [...keys.keys()].sort((a, b) => (isBefore(a, b) ? -1 : 1));
      expect(topPositions(keys.length, count, isBefore)).toEqual(sorted.slice(0, count));
    }),
  );
});
