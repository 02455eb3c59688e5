import { expect, it } from "vitest";
import type { ItemIds, ItemPage, Wrote } from "../../../src/studio/api/item-contract.js";
import type { LabelData } from "../../../src/studio/store/import-data.js";
import type { StudioStore } from "../../../src/studio/store/open-studio-store.js";
import { type Browser, openTestStudio, stateOf, texts } from "./open-test-studio.js";

const ITEMS = 6_000;

/** Texts of two subsets, a third of which has the word "parcel". */
function many(): LabelData {
  const items = Array.from({ length: ITEMS }, (_, n) => ({
    ...{ content: `${n % 3 === 0 ? "parcel" : "letter"} ${n} ${(n * 7919) % 10_007}`, source: `row ${n}` },
    subset: n % 2 ? "odd" : "even",
  }));
  return { ...texts(0), items };
}

/** Everything that is known of answers and flags, as text. */
function known(store: StudioStore): string {
  const answers = [...store.answers()].map(([item, one]) => [item, one.answers.map(({ user, values }) => [user, ...values])]);
  return JSON.stringify([answers, store.flags()]);
}

async function idsOf(browser: Browser, query: string): Promise<ItemIds> {
  return (await browser.get(`items/ids?${query}`).expect(200)).body as ItemIds;
}

/** The same, page by page. */
async function pagesOf(browser: Browser, query: string): Promise<number[]> {
  const found: number[] = [];
  for (let cursor: string | undefined = "0"; cursor !== undefined; ) {
    const page: ItemPage = (await browser.get(`items?${query}&count=500&cursor=${cursor}`).expect(200)).body;
    found.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  return found;
}

it.each(["single", "multi"] as const)(
  "labels all that a filter finds in one batch, which one undo takes back: %s",
  async (task) => {
    const { browser, store } = await openTestStudio(many(), { begin: { task } });
    const [ann, bob] = [await browser("ann"), await browser("bob")];
    let batches = 0;
    const write = async (who: Browser, body: object): Promise<Wrote> => {
      batches++;
      const batch = { batchId: `many ${batches}`, baseSeq: store.seq(), via: "map", ...body };
      return (await who.post("labels", batch).expect(200)).body as Wrote;
    };
    // Some have answers, are skipped or left out before.
    const some = (from: number, step: number) => Array.from({ length: 700 }, (_, n) => from + n * step);
    await write(ann, { answers: some(1, 5).map((item) => ({ item, classes: [1] })) });
    await write(bob, { answers: some(3, 7).map((item) => ({ item, classes: [3] })) });
    await write(bob, { changes: some(2, 8).map((item) => ({ item, flag: "skip", value: 1 })) });
    await write(ann, { changes: some(4, 6).map((item) => ({ item, flag: "exclude", value: 1 })) });

    for (const query of [
      "",
      "q=parcel",
      "status=unlabeled",
      "q=parc&subset=subset:odd&excludeStatus=not excluded",
      "subset=contains:a",
    ]) {
      const { ids, total } = await idsOf(ann, query);
      expect(ids, query).toEqual(await pagesOf(ann, query));
      expect(total).toBe(ids.length);
    }

    const { ids } = await idsOf(ann, "excludeStatus=not excluded");
    expect(ids.length).toBe(ITEMS - 700);
    const before = known(store);
    const chosen = new Set(ids);
    const others = (of: StudioStore) =>
      known({ ...of, answers: () => new Map([...of.answers()].filter(([item]) => !chosen.has(item))) });
    const untouched = others(store);
    const isSingle = task === "single";
    const wrote = await write(
      ann,
      isSingle
        ? { answers: ids.map((item) => ({ item, classes: [2] })) }
        : { changes: ids.map((item) => ({ item, class: 2, value: 1 })) },
    );
    expect([wrote.count, wrote.items.length, wrote.items.every(({ mine }) => mine[2] === 1)]).toEqual([ids.length, 500, true]);
    const answers = store.answers();
    const mine = (item: number) => answers.get(item)!.answers.find(({ user }) => user === "ann")!.values;
    expect(ids.every((item) => mine(item).get(2) === 1 && (!isSingle || mine(item).size === 1))).toBe(true);
    expect(others(store)).toBe(untouched);
    const { counts, labels } = await stateOf(ann);
    // Bob's other word makes a conflict, in which nothing counts.
    expect(counts.conflicts).toBeGreaterThan(0);
    expect(labels[1]!.train.yes + counts.conflicts).toBe(ids.length);
    const after = known(store);

    const history = (await ann.get("history?count=5").expect(200)).body;
    expect(history.batches[0]).toMatchObject({ batchId: wrote.batchId, count: ids.length });
    expect(history.batches[0].items.length).toBeLessThanOrEqual(500);

    const undone = (await ann.post("undo").expect(200)).body as Wrote;
    expect([undone.count, known(store)]).toEqual([ids.length, before]);
    expect((await ann.post("redo").expect(200)).body.count).toBe(ids.length);
    expect(known(store)).toBe(after);
  },
);
