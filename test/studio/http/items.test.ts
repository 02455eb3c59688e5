import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it, vi } from "vitest";
import { readLabelData } from "../../../src/cli/label-data.js";
import type { ItemPage, Review } from "../../../src/studio/api/item-contract.js";
import type { ProgressView } from "../../../src/studio/api/work-contract.js";
import type { LabelData } from "../../../src/studio/store/import-data.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { type Browser, openTestStudio, stateOf, texts } from "./open-test-studio.js";

async function list(browser: Browser, query: string): Promise<ItemPage> {
  return (await browser.get(`items?${query}`).expect(200)).body as ItemPage;
}

const ids = ({ items }: ItemPage) => items.map(({ id }) => id);

let batches = 0;
async function write(browser: Browser, body: object): Promise<void> {
  batches++;
  await browser.post("labels", { batchId: `i${batches}`, baseSeq: 1_000_000, via: "grid", ...body }).expect(200);
}

function named(contents: readonly string[]): LabelData {
  return { ...texts(0), items: contents.map((content, n) => ({ content, source: `row ${n}`, subset: n % 2 ? "odd" : "even" })) };
}

it("searches by the beginnings of words and by phrases, whatever is typed", async () => {
  const { browser } = await openTestStudio(
    named(["Where is my parcel?", "The café refused my CARD", "card declined, parcel lost", "a-b OR c"]),
  );
  const ann = await browser();
  for (const [query, found] of [
    ["parcel", [1, 3]],
    ["PARC", [1, 3]],
    ["cafe card", [2]],
    ['"my parcel"', [1]],
    ['"my', [1, 2]],
    ["zzz", []],
    ['OR NEAR( * "', []],
    ["?", []],
    ["", [1, 2, 3, 4]],
  ] as const)
    expect([query, ids(await list(ann, `q=${encodeURIComponent(query)}`))]).toEqual([query, found]);
  expect(ids(await list(ann, "sort=content"))).toEqual([2, 1, 4, 3]);
  expect(ids(await list(ann, "sort=newest&count=3"))).toEqual([4, 3, 2]);
  expect(await list(ann, "count=2&cursor=1")).toMatchObject({ items: [{ id: 2 }, { id: 3 }], total: 4, next: "3" });
  expect(ids(await list(ann, "ids=3,1,99"))).toEqual([3, 1]);
  expect(ids(await list(ann, "subset=subset:odd"))).toEqual([2, 4]);
  await ann.get("items?sort=nonsense").expect(400);
  await ann.get("items?subset=nonsense").expect(400);
  await ann.get("items/99").expect(404);
});

it("gives each subset and status what its words say, with several labels", async () => {
  const { browser } = await openTestStudio(6, { begin: { task: "multi" } });
  const ann = await browser();
  await write(ann, { answers: [{ item: 1, classes: [1] }] });
  await write(ann, { changes: [{ item: 2, class: 1, value: 0 }] });
  await write(ann, { changes: [{ item: 3, class: 2, value: 1 }] });
  await write(ann, {
    changes: [
      { item: 4, flag: "exclude", value: 1 },
      { item: 5, flag: "comment", value: 1, note: "odd" },
    ],
  });
  const found = async (query: string) => ids(await list(ann, query));
  expect(await found("status=labeled")).toEqual([1]);
  expect(await found("status=partial")).toEqual([2, 3]);
  expect(await found("status=unlabeled")).toEqual([4, 5, 6]);
  expect(await found("status=unlabeled&excludeStatus=not excluded")).toEqual([5, 6]);
  expect(await found("excludeStatus=excluded")).toEqual([4]);
  expect(await found("subset=contains:a")).toEqual([1]);
  expect(await found("subset=doesn't contain:a")).toEqual([2]);
  expect(await found("subset=unlabeled:a")).toEqual([3, 4, 5, 6]);
  // Unlike where it was taken over from, which gives nothing for this.
  expect(await found("status=partial&subset=contains:b")).toEqual([3]);
  expect(await found("subset=commented")).toEqual([5]);
  expect((await stateOf(ann)).counts).toMatchObject({ items: 5, answered: 1, partial: 2, excluded: 1 });
  expect((await ann.get("items/5").expect(200)).body).toMatchObject({
    comments: [{ user: "ann", text: "odd" }],
    history: [{ type: "comment" }],
  });
});

it("says who disagrees, how far, and which duplicates are labelled differently", async () => {
  const twins = ["where is my parcel that I have ordered", "Where is my parcel that I have ordered?"];
  const { browser } = await openTestStudio(
    named([...twins, ...Array.from({ length: 8 }, (_, n) => `something else ${"xyzwvuts"[n]?.repeat(9)}`)]),
  );
  const [ann, bob] = [await browser("ann"), await browser("bob")];
  // Of ten items: both say a four times, both b three times, a against b twice, b against a once.
  const said = ["aa", "aa", "aa", "aa", "bb", "bb", "bb", "ab", "ab", "ba"];
  const label = (name: string) => ["a", "b"].indexOf(name) + 1;
  await write(ann, { answers: said.map(([first], n) => ({ item: n + 1, classes: [label(first!)] })) });
  await write(bob, { answers: said.map(([, second], n) => ({ item: n + 1, classes: [label(second!)] })) });
  const progress = (await ann.get("progress").expect(200)).body as ProgressView;
  // 7 of 10 agree; by chance 0.6 * 0.5 + 0.4 * 0.5 = 0.5.
  expect(progress.agreement).toEqual([
    { users: ["ann", "bob"], items: 10, share: 0.7, kappa: expect.closeTo((0.7 - 0.5) / 0.5, 12) },
  ]);
  expect(progress.perHour.map(({ user, labels }) => [user, labels])).toEqual([
    ["ann", 10],
    ["bob", 10],
  ]);
  const conflicts = (await ann.get("review/conflicts").expect(200)).body as Review;
  expect(conflicts.entries.map(({ items, doubt }) => [items[0]!.id, doubt])).toEqual([
    [8, 0.5],
    [9, 0.5],
    [10, 0.5],
  ]);
  expect((await ann.get("review/duplicates")).body).toMatchObject({
    entries: [],
    note: "No duplicates are labelled differently.",
  });
  const rita = await browser("rita");
  await write(rita, {
    via: "review",
    answers: [
      { item: 2, classes: [2] },
      { item: 8, classes: [2] },
    ],
  });
  expect((await ann.get("review/duplicates")).body.entries).toMatchObject([{ items: [{ id: 1 }, { id: 2 }] }]);
  // The reviewer's word counts.
  expect((await ann.get("review/conflicts")).body.entries.length).toBe(2);
  await ann.get("review/nonsense").expect(404);
});

it("changes the label set under what was answered", async () => {
  const { browser } = await openTestStudio(3);
  const ann = await browser();
  await write(ann, {
    answers: [
      { item: 1, classes: [1] },
      { item: 2, classes: [2] },
    ],
  });
  const change = (body: object, status = 200) => ann.post("label-set", body).expect(status);
  await change({ action: "add", name: "d", colour: "7", description: "fourth" });
  await change({ action: "change", id: 1, name: "alpha", key: "q" });
  await change({ action: "merge", from: 2, into: 1 });
  const { labels } = await stateOf(ann);
  expect(labels).toMatchObject([
    { name: "alpha", key: "q", train: { yes: 2, no: 0 } },
    { isArchived: true, mergedInto: 1 },
    {},
    { colour: "7" },
  ]);
  await change({ action: "restore", id: 2 });
  expect((await stateOf(ann)).labels.map(({ train }) => train.yes)).toEqual([1, 1, 0, 0]);
  await change({ action: "split", id: 1, parts: ["x", "y"] });
  expect((await stateOf(ann)).counts.answered).toBe(1);
  await change({ action: "add", name: "d" }, 400);
  await change({ action: "add", name: "z", colour: "red;}" }, 400);
  await (await browser("rita")).post("label-set", { action: "archive", id: 2 }).expect(403);
});

it("shows pictures in bounds, for ever, and equalised; bad files are named", async () => {
  const folder = temporaryFolder();
  for (const [n, colour] of ["red", "blue"].entries())
    await sharp({ create: { width: 900, height: 600, channels: 3, background: colour } })
      .jpeg()
      .toFile(join(folder, `${n}.jpg`));
  await writeFile(join(folder, "bad.jpg"), "no picture");
  const data = await readLabelData(folder, { textColumn: "text", labelColumn: "label", isSkippingBad: true });
  expect(data.problems).toMatchObject([{ source: expect.stringContaining("bad.jpg") as string }]);
  const { browser } = await openTestStudio(data);
  const ann = await browser();
  expect((await list(ann, "")).items.map(({ content }) => content)).toEqual(["0.jpg", "1.jpg"]);
  const small = await ann.get("items/1/thumb?w=300&v=abc").expect(200);
  expect([small.type, small.headers["cache-control"]]).toEqual(["image/webp", "private, max-age=31536000, immutable"]);
  const size = await sharp(small.body as Buffer).metadata();
  expect([size.width, size.height]).toEqual([300, 200]);
  await ann.get("items/1/thumb?w=300&equalise=1").expect(200);
  await ann.get("items/1/thumb?w=99999").expect(400);
  expect((await ann.get("items/2/image").expect(200)).type).toBe("image/jpeg");
  await ann.get("items/3/image").expect(404);
  expect(JSON.stringify((await ann.get("items/1")).body)).not.toContain(`"content":"${folder}`);
});

it("reads no more for a label than the item that it is about, however many items there are", async () => {
  const { desk, store, browser } = await openTestStudio(500);
  const ann = await browser();
  const spies = [vi.spyOn(store, "answers"), vi.spyOn(store, "items"), vi.spyOn(store, "flags")];
  await write(ann, { answers: [{ item: 3, classes: [1] }] });
  await stateOf(ann);
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  expect(desk.states.totals.answered).toBe(1);
});
