import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { prepareAhead } from "../../src/core/prepare-ahead.js";

describe("prepareAhead", () => {
  it("prepares the next two items while one is worked on, and no more than that", async () => {
    const log: string[] = [];
    const prepare = async (item: number) => {
      log.push(`begin ${item}`);
      await setTimeout(1);
      return item * 10;
    };
    for await (const [item, prepared] of prepareAhead([1, 2, 3, 4], prepare)) log.push(`work ${item} ${prepared}`);
    const expected = ["begin 1", "begin 2", "begin 3", "work 1 10", "begin 4", "work 2 20", "work 3 30", "work 4 40"];
    expect(log).toEqual(expected);
  });

  it("throws an item's error at its turn", async () => {
    const seen: number[] = [];
    const run = async () => {
      const prepare = (item: number) => {
        if (item === 2) throw new Error("damaged");
        return item;
      };
      for await (const [item] of prepareAhead([1, 2, 3], prepare)) {
        seen.push(item);
        await setTimeout(5);
      }
    };
    await expect(run()).rejects.toThrow("damaged");
    expect(seen).toEqual([1]);
  });

  it("gives nothing for no items", async () => {
    for await (const _ of prepareAhead([], () => 0)) expect.unreachable();
  });
});
