import fc from "fast-check";
import { expect, it } from "vitest";
import type { StudioStore } from "../../../src/studio/store/open-studio-store.js";
import type { Change, EventRecord, FlagName } from "../../../src/studio/store/records.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { batchId, beginTestProject } from "./open-test-project.js";

const ITEMS = 3;
const users = ["ann", "bob"] as const;
const value = fc.constantFrom<0 | 1 | null>(0, 1, null);
const item = fc.integer({ min: 1, max: ITEMS });
const change = fc.oneof(
  fc.record({ item, class: fc.integer({ min: 1, max: 3 }), value }),
  fc.record({ item, flag: fc.constantFrom<FlagName>("exclude", "skip", "comment"), value, note: fc.constantFrom("x", "y") }),
);
const user = fc.constantFrom(...users);
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("write" as const),
      user,
      changes: fc.array(change, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("undo" as const), user }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("redo" as const), user }) },
);

/** What is known, as texts that can be compared. */
function known(store: StudioStore): string[] {
  const raw = [...store.answers()].flatMap(([id, { answers }]) =>
    answers.flatMap(({ user: who, values }) => [...values].map(([label, yes]) => `${id} ${who} ${label}=${yes}`)),
  );
  const flags = store.flags().map(({ item: id, flag, user: who, value: yes, note }) => `${id} ${who} ${flag}=${yes} ${note}`);
  return [...raw, ...flags].sort();
}

/** The same from the events alone, by other means than the store's. */
function replayed(events: readonly EventRecord[]): string[] {
  const last = new Map<string, string | undefined>();
  for (const { item: id, class: label, flag, user: who, value: yes, note } of events) {
    const whose = flag === "exclude" || flag === "validation" ? "" : who;
    const text = label !== undefined ? `${label}=${yes}` : `${flag}=${yes} ${note}`;
    last.set(`${id} ${whose} ${label} ${flag}`, yes === null ? undefined : `${id} ${whose} ${text}`);
  }
  return [...last.values()].filter((text) => text !== undefined).sort();
}

it("is at every moment what its events say, and undo and redo are each other's inverse, per user", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 20 }), async (operations) => {
      const store = await beginTestProject(temporaryFolder(), "multi", ITEMS);
      try {
        for (const step of operations) {
          const before = known(store);
          if (step.type === "write") {
            store.write({ id: batchId(), user: step.user, changes: step.changes as Change[], baseSeq: store.seq() });
          } else {
            // Of a shared flag that somebody else has changed meanwhile nothing is taken back.
            const attempt = () => store[step.type](step.user);
            let done: ReturnType<typeof attempt>;
            try {
              done = attempt();
            } catch (error) {
              expect(error).toMatchObject({ code: "E_CONFLICT" });
              expect(known(store)).toEqual(before);
              continue;
            }
            if (done) {
              const after = known(store);
              store[step.type === "undo" ? "redo" : "undo"](step.user);
              expect(known(store)).toEqual(before);
              attempt();
              expect(known(store)).toEqual(after);
            } else expect(known(store)).toEqual(before);
          }
          expect(known(store)).toEqual(replayed(store.events()));
        }
        const left = known(store);
        await store.close();
        const again = await import("../../../src/studio/store/open-studio-store.js").then((m) => m.openStudioStore(store.folder));
        expect(known(again)).toEqual(left);
        await again.close();
      } finally {
        await store.close();
      }
    }),
    { numRuns: 12 },
  );
});

it("takes back everything that a user has done, batch by batch, and does it again", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      async (batches) => {
        const store = await beginTestProject(temporaryFolder(), "multi", ITEMS);
        try {
          const states = [known(store)];
          for (const changes of batches) {
            store.write({ id: batchId(), user: "ann", changes: changes as Change[], baseSeq: store.seq() });
            states.push(known(store));
          }
          for (const state of states.slice(0, -1).reverse()) {
            expect(store.undo("ann")).toBeDefined();
            expect(known(store)).toEqual(state);
          }
          expect(store.undo("ann")).toBeUndefined();
          for (const state of states.slice(1)) {
            expect(store.redo("ann")).toBeDefined();
            expect(known(store)).toEqual(state);
          }
          expect(store.redo("ann")).toBeUndefined();
        } finally {
          await store.close();
        }
      },
    ),
    { numRuns: 8 },
  );
});
