import fc from "fast-check";
import { expect, it } from "vitest";
import { type ItemStates, itemStates } from "../../../src/studio/desk/item-states.js";
import type { Change, FlagName } from "../../../src/studio/store/records.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { batchId, beginTestProject } from "../store/open-test-project.js";

const ITEMS = 4;
const user = fc.constantFrom("ann", "bob");
const item = fc.integer({ min: 1, max: ITEMS });
const value = fc.constantFrom<0 | 1 | null>(0, 1, null);
const change = fc.oneof(
  { weight: 3, arbitrary: fc.record({ item, class: fc.integer({ min: 1, max: 3 }), value }) },
  {
    weight: 2,
    arbitrary: fc.record({ item, flag: fc.constantFrom<FlagName>("exclude", "validation", "skip", "comment"), value }),
  },
);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("write" as const),
      user,
      changes: fc.array(change, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom("undo" as const, "redo" as const), user, changes: fc.constant([]) }),
  },
);

/** Everything that they tell. */
function told(states: ItemStates) {
  const labels = [1, 2, 3].flatMap((label) => [states.counts(label, "train"), states.counts(label, "validation")]);
  const users = ["ann", "bob"].map((name) => [states.skippedBy(name), states.answeredBy(name), states.answeredTodayBy(name)]);
  const items = [...states.all()].map(({ status, isExcluded, isValidation, known }) => ({
    status,
    isExcluded,
    isValidation,
    known,
  }));
  return { totals: { ...states.totals }, labels, users, items };
}

it.each(["single", "multi"] as const)(
  "knows after each write what it would know if it read everything anew (%s)",
  async (task) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const store = await beginTestProject(temporaryFolder(), task, ITEMS);
        try {
          const states = itemStates(store);
          for (const { type, user: name, changes } of steps) {
            try {
              const batch = { id: batchId(), user: name, changes: changes as Change[], baseSeq: store.seq() };
              const written = type === "write" ? store.write(batch) : store[type](name);
              if (written) states.refresh(written.items);
            } catch (error) {
              expect(error).toMatchObject({ code: "E_CONFLICT" });
            }
            expect(told(states)).toEqual(told(itemStates(store)));
          }
        } finally {
          await store.close();
        }
      }),
      {
        numRuns: 25,
        examples: [
          // An answer to an excluded item that is taken back is no answer of today.
          [
            [
              { type: "write", user: "ann", changes: [{ item: 3, flag: "exclude", value: 1 }] },
              { type: "write", user: "bob", changes: [{ item: 3, class: 1, value: 1 }] },
              { type: "undo", user: "bob", changes: [] },
            ],
          ],
        ],
      },
    );
  },
);
