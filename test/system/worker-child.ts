import { setTimeout as delay } from "node:timers/promises";
import { BaalError } from "../../src/core/errors.js";
import { answerCalls } from "../../src/system/worker-process.js";

/** Asked by worker-process.test.ts. */
export interface TestCalls {
  double(values: Float32Array): Float32Array;
  count(upTo: number): number;
  wait(name: string): string;
  fail(how: "typed" | "plain" | "unclonable"): never;
  end(code: number): never;
}

const order: string[] = [];

answerCalls<TestCalls, number>({
  double: (values) => values.map((value) => 2 * value),
  count(upTo, { tell }) {
    for (let i = 1; i <= upTo; i++) tell(i);
    return upTo;
  },
  async wait(name, { signal }) {
    order.push(name);
    await delay(name === "for ever" ? 60_000 : 20, undefined, { signal }).catch((cause: unknown) => {
      throw new BaalError("E_ABORTED", "The wait was cancelled.", { cause });
    });
    return order.join(" ");
  },
  fail(how) {
    if (how === "typed") throw new BaalError("E_DATA", "Row 3 is not usable.");
    if (how === "unclonable") return (() => 1) as never;
    throw new TypeError("x is not a function");
  },
  end: (code) => process.exit(code),
});
