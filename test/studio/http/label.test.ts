import { expect, it } from "vitest";
import type { ItemView, NextItems, Wrote } from "../../../src/studio/api/item-contract.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { type Browser, openTestStudio, stateOf } from "./open-test-studio.js";

async function next(browser: Browser, count: number, have: readonly number[] = [], sort = "random"): Promise<NextItems> {
  return (await browser.post("next", { count, sort, have }).expect(200)).body as NextItems;
}

let batches = 0;
async function answer(
  browser: Browser,
  item: number,
  classes: readonly number[],
  baseSeq: number,
  more: object = {},
): Promise<Wrote> {
  batches++;
  const body = { batchId: `b${batches}`, baseSeq, via: "focus", answers: [{ item, classes }], ...more };
  return (await browser.post("labels", body).expect(200)).body as Wrote;
}

it("begins with what the data have, and asks for nothing twice", async () => {
  const { browser } = await openTestStudio(5, { begin: false });
  const ann = await browser();
  expect(await stateOf(ann)).toMatchObject({ project: { isBegun: false, kind: "text" }, user: { name: "ann", role: "admin" } });
  expect((await ann.get("new").expect(200)).body).toMatchObject({
    items: 5,
    answered: 0,
    labels: [{ name: "a", count: 0 }, {}, {}],
  });
  await ann.post("next", { count: 1 }).expect(409);
  const begin = { task: "single", labels: ["x", "y"], encoder: "none", validationShare: 0.4, guideline: "Be kind." };
  await ann.post("project", begin).expect(201);
  await ann.post("project", begin).expect(409);
  expect(await stateOf(ann)).toMatchObject({
    project: { isBegun: true, guideline: "Be kind." },
    counts: { items: 5, answered: 0, validation: 2 },
    labels: [
      { id: 1, name: "x", key: "1", colour: "1" },
      { id: 2, name: "y", key: "2" },
    ],
  });
});

it("labels, undoes, does again, and counts what is so", async () => {
  const { browser } = await openTestStudio(4);
  const ann = await browser();
  const { items, seq, left } = await next(ann, 2);
  expect([items.length, left]).toEqual([2, 4]);
  const [first] = items as [ItemView, ItemView];
  const wrote = await answer(ann, first.id, [2], seq);
  expect(wrote.items).toMatchObject([{ id: first.id, mine: { 2: 1 }, resolved: { 2: 1 } }]);
  expect(await stateOf(ann)).toMatchObject({ counts: { answered: 1, mine: 1, mineToday: 1 }, seq: wrote.seq });
  expect((await stateOf(ann)).labels.map(({ train }) => train)).toEqual([
    { yes: 0, no: 1 },
    { yes: 1, no: 0 },
    { yes: 0, no: 1 },
  ]);
  expect((await ann.get("history")).body.batches).toMatchObject([{ batchId: wrote.batchId, items: [{ id: first.id }] }]);
  expect((await ann.post("undo").expect(200)).body.items).toMatchObject([{ id: first.id, mine: {} }]);
  expect(await stateOf(ann)).toMatchObject({ counts: { answered: 0, mine: 0, mineToday: 0 } });
  expect((await ann.post("undo").expect(200)).body.items).toEqual([]);
  // The same request once more, as browsers send it where they did not hear the answer.
  await ann.post("redo").expect(200);
  const again = () => ann.post("undo").set("Idempotency-Key", "k1").expect(200);
  expect((await again()).body).toEqual((await again()).body);
  expect((await ann.post("redo").expect(200)).body.items).toMatchObject([{ id: first.id, mine: { 2: 1 } }]);
  expect(await stateOf(ann)).toMatchObject({ counts: { answered: 1, mineToday: 1 } });
});

it("writes a batch once, whole or not at all", async () => {
  const { browser, store } = await openTestStudio(4);
  const ann = await browser();
  const body = { batchId: "once", baseSeq: store.seq(), via: "grid", answers: [{ item: 1, classes: [1] }] };
  const first = await ann.post("labels", body).expect(200);
  const second = await ann.post("labels", body).expect(200);
  expect([second.body.seq, store.events().length]).toEqual([first.body.seq, 1]);
  // Somebody else's batch of that id is none of ours.
  await (await browser("bob")).post("labels", body).expect(400);
  const half = {
    ...body,
    batchId: "half",
    answers: [
      { item: 2, classes: [1] },
      { item: 99, classes: [1] },
    ],
  };
  await ann.post("labels", half).expect(400);
  expect(store.events().length).toBe(1);
});

it("answers 409 with what the item is now, where it was changed after it was seen", async () => {
  const { browser, store } = await openTestStudio(2);
  const [here, there] = [await browser(), await browser()];
  const seen = store.seq();
  await answer(there, 1, [1], seen);
  const refused = await here.post("labels", {
    batchId: "late",
    baseSeq: seen,
    via: "focus",
    answers: [{ item: 1, classes: [2] }],
  });
  expect([refused.status, refused.body.error.code]).toEqual([409, "E_CONFLICT"]);
  expect(refused.body).toMatchObject({ seq: store.seq(), items: [{ id: 1, mine: { 1: 1 } }] });
});

it("never gives one item to two browsers, until it is given back", async () => {
  const { browser, store } = await openTestStudio(40);
  const browsers = [await browser("ann"), await browser("ann"), await browser("bob")];
  const taken = (await Promise.all(browsers.map((one) => next(one, 12)))).map(({ items }) => items.map(({ id }) => id));
  expect(new Set(taken.flat()).size).toBe(36);
  const rest = await Promise.all(browsers.map((one, n) => next(one, 12, taken[n])));
  expect(rest.map(({ items }) => items.length).reduce((a, b) => a + b)).toBe(4);
  // What a browser answers is nobody's any more, and answered.
  await answer(browsers[0]!, taken[0]![0]!, [1], store.seq());
  expect(rest.every(({ left }) => left === 40)).toBe(true);
  expect((await next(browsers[1]!, 1, taken[1])).left).toBe(39);
});

it("has an item wait for as many users as it should, by its hash", async () => {
  const { browser, desk } = await openTestStudio(60);
  const [ann, bob] = [await browser("ann"), await browser("bob")];
  await ann.patch("project", { settings: { overlap: 2, overlapShare: 0.5 } }).expect(200);
  const { items } = await next(ann, 60);
  for (const { id } of items) await answer(ann, id, [1], desk.store.seq());
  const second = await next(bob, 60);
  expect(second.left).toBeGreaterThan(15);
  expect(second.left).toBeLessThan(45);
  for (const { id } of second.items) await answer(bob, id, [2], desk.store.seq());
  expect(await stateOf(ann)).toMatchObject({ counts: { conflicts: second.left, answered: 60 - second.left } });
  expect((await next(await browser("rita"), 60)).left).toBe(0);
});

it("leaves skipped items out until they are asked for, and answers duplicates together when asked", async () => {
  const data = {
    ...{ kind: "text" as const, task: "single" as const, labels: [], answers: new Map(), suggestions: new Map() },
    ...{ isRanked: false, leftOut: 0 },
    items: ["where is my parcel that I have ordered", "Where is my parcel that I have ordered?", "something else altogether"].map(
      (content, n) => ({ content, source: `row ${n}` }),
    ),
  };
  const { browser, desk, store } = await openTestStudio(data);
  const ann = await browser();
  await ann
    .post("labels", { batchId: "skip", baseSeq: 0, via: "focus", changes: [{ item: 3, flag: "skip", value: 1 }] })
    .expect(200);
  // One of a group, until it is answered or skipped; each of them where that is not wanted.
  expect((await next(ann, 10)).items).toMatchObject([{ duplicates: 1 }]);
  await ann.patch("project", { settings: { withDuplicates: false } }).expect(200);
  expect((await next(ann, 10)).items.map(({ id }) => id).sort()).toEqual([1, 2]);
  await ann.patch("project", { settings: { withDuplicates: true } }).expect(200);
  expect((await ann.post("next", { count: 5, sort: "random", subset: "skipped" })).body.items).toMatchObject([{ id: 3 }]);
  const wrote = await answer(ann, 1, [1], store.seq(), { withDuplicates: true });
  expect(wrote.items.map(({ id, duplicates }) => [id, duplicates])).toEqual([
    [1, 1],
    [2, 1],
  ]);
  expect((await ann.post("undo")).body.items.length).toBe(2);
  // An answer of its own stays when the other one's is changed, and one that follows goes with it.
  await answer(ann, 1, [1], store.seq(), { withDuplicates: true });
  expect((await answer(ann, 2, [2], store.seq(), { withDuplicates: true })).items.map(({ id }) => id)).toEqual([2, 1]);
  expect((await answer(ann, 2, [3], store.seq())).items.map(({ id }) => id)).toEqual([2]);
  expect((await answer(ann, 1, [1], store.seq(), { withDuplicates: true })).items.map(({ id }) => id)).toEqual([1]);
  expect(desk.states.get(2)?.known.resolved?.get(3)).toBe(1);
});

it("keeps everything over a restart, the session too", async () => {
  const folder = temporaryFolder();
  const first = await openTestStudio(3, { folder });
  const ann = await first.browser();
  await answer(ann, 2, [3], first.store.seq());
  await first.desk.close();
  await first.store.close();
  const second = await openTestStudio(3, { folder });
  expect(await stateOf(await second.browser())).toMatchObject({ counts: { answered: 1, mine: 1, mineToday: 1 } });
});
