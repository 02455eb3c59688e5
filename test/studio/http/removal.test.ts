import { expect, it } from "vitest";
import { addItems } from "../../../src/studio/desk/begin-project.js";
import { openTestStudio, stateOf, texts } from "./open-test-studio.js";

it("takes items out of queue, table, counts and exports for good; the same data again leave them out, an import brings them back", async () => {
  const { browser, desk, store } = await openTestStudio(6);
  const [ann, bob] = [await browser("ann"), await browser("bob")];
  const answers = [1, 2].map((item) => ({ item, classes: [1] }));
  await ann.post("labels", { batchId: "a", baseSeq: store.seq(), via: "grid", answers }).expect(200);
  await bob.post("items/remove", { items: [1] }).expect(403);
  await ann.post("items/remove", { items: [] }).expect(400);
  expect((await ann.post("items/remove", { items: [1, 4] }).expect(200)).body.counts).toMatchObject({ items: 4, answered: 1 });
  const left = async () => (await ann.get("items/ids").expect(200)).body.ids;
  expect(await left()).toEqual([2, 3, 5, 6]);
  await ann.get("items/4").expect(404);
  const next = (await ann.post("next", { count: 10, sort: "random" }).expect(200)).body;
  expect(next.items.map(({ id }: { id: number }) => id).sort()).toEqual([3, 5, 6]);
  const csv = (await ann.get("export?format=csv").expect(200)).text;
  expect([csv.includes("text 1\n"), csv.includes("text 1,"), csv.includes("text 2,")]).toEqual([false, false, true]);

  // As at every start.
  const data = { data: texts(8), source: "all.csv", validationShare: 0 };
  const again = await addItems(store, { ...data, keepsRemoved: true });
  expect([again.ids.length, again.fresh]).toEqual([8, [7, 8]]);
  desk.states.reload();
  expect(await left()).toEqual([2, 3, 5, 6, 7, 8]);
  const imported = await addItems(store, data);
  expect(imported.fresh).toEqual([1, 4]);
  desk.states.reload();
  expect(await left()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect((await stateOf(ann)).counts).toMatchObject({ items: 8, answered: 2 });
});
