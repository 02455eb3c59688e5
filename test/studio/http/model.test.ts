import { expect, it, vi } from "vitest";
import type { StudioState } from "../../../src/studio/api/contract.js";
import type { NextItems } from "../../../src/studio/api/item-contract.js";
import type { ModelView, PropagationView, TrainingView } from "../../../src/studio/api/work-contract.js";
import { openBrain } from "../../../src/studio/model/open-brain.js";
import { type Browser, openTestStudio, stateOf, texts } from "./open-test-studio.js";

const WORDS = ["refund money back", "parcel delivery late", "card payment declined"];

/** Texts of three kinds, and which of them is which: of item n it is (n - 1) mod 3. */
function kinds(count: number) {
  const items = Array.from({ length: count }, (_, n) => ({
    content: `${WORDS[n % 3]!.split(" ")[n % 2]} ${WORDS[n % 3]} number ${"abcdefghijklmnopqrstuvwxyz"[n % 26]!.repeat(4)}`,
    source: `row ${n}`,
  }));
  return { ...texts(0), items };
}

const settled = (browser: Browser, isDone: (state: StudioState) => boolean) =>
  vi.waitFor(async () => expect(isDone(await stateOf(browser))).toBe(true), { timeout: 60_000, interval: 100 });

it("ranks, suggests, trains, spreads and maps by the routes, and says what is missing before", async () => {
  const { browser, desk } = await openTestStudio(kinds(60), {
    openBrain,
    data: { encoder: "tfidf" },
    begin: { validationShare: 0.2 },
  });
  const [ann, bob] = [await browser("ann"), await browser("bob")];
  await settled(ann, ({ model, jobs }) => !model.isRanking && jobs.every(({ state }) => state !== "running"));
  expect((await ann.get("map").expect(404)).body).toMatchObject({ error: { code: "E_NO_MAP" }, items: 60 });
  expect((await ann.get("train").expect(200)).body).toMatchObject({ missing: expect.any(String) as string, points: [] });
  await ann.post("train", { epochs: 1 }).expect(400);

  const first = (await ann.post("next", { count: 12, sort: "model" }).expect(200)).body as NextItems;
  const answers = first.items.map(({ id }) => ({ item: id, classes: [1 + ((id - 1) % 3)] }));
  await ann.post("labels", { batchId: "m", baseSeq: first.seq, via: "grid", answers }).expect(200);
  await settled(ann, ({ model }) => !model.isRanking && model.labelled === 12 && model.version !== undefined);
  const shown = (await ann.post("next", { count: 20, sort: "model", have: [] }).expect(200)).body as NextItems;
  const isRight = shown.items.map(({ id, suggestions }) => suggestions[0]?.label === 1 + ((id - 1) % 3));
  expect(isRight.filter(Boolean).length).toBeGreaterThan(15);
  expect(shown.items.every(({ flags }) => !flags.validation)).toBe(true);
  const [next] = shown.items;
  const accepted = { item: next!.id, classes: [next!.suggestions[0]!.label] };
  await ann
    .post("labels", { batchId: "s", baseSeq: shown.seq, via: "focus", versionShown: "live", answers: [accepted] })
    .expect(200);
  expect((await ann.get("progress").expect(200)).body.accepted).toEqual({ shown: 1, accepted: 1 });

  expect((await ann.get(`items/${next!.id}/similar?k=3`).expect(200)).body.items.length).toBe(3);
  await ann.post("map", {}).expect(202);
  await settled(ann, ({ jobs }) => jobs.every(({ state }) => state !== "running"));
  expect((await ann.get("map").expect(200)).type).toBe("application/octet-stream");

  await bob.put("model", { kind: "head" }).expect(403);
  expect(((await ann.put("model", { kind: "head" }).expect(200)).body as ModelView).config.kind).toBe("head");
  await ann.put("model", { kind: "head", gamma: 99 }).expect(400);
  await bob.post("train", {}).expect(403);
  await ann.post("train", { epochs: 1, batchesPerEpoch: 3 }).expect(202);
  await settled(ann, ({ jobs }) => jobs.every(({ state }) => state !== "running"));
  const trained = (await ann.get("train").expect(200)).body as TrainingView;
  expect([trained.job?.state, trained.points.length, trained.versions[0]?.name]).toEqual(["done", 1, "v1"]);
  await ann.post("versions/live/serve", {}).expect(200);
  await ann.post("versions/nobody/serve", {}).expect(400);

  await ann.post("propagate", {}).expect(202);
  await settled(ann, ({ jobs }) => jobs.every(({ state }) => state !== "running"));
  expect(((await ann.get("propagation").expect(200)).body as PropagationView).reached).toBeGreaterThan(20);
  const before = desk.states.totals.answered;
  const use = { action: "accept", threshold: 0.6, batchId: "p" };
  const taken = (await ann.post("propagation/use", use).expect(200)).body.items.length as number;
  expect(desk.states.totals.answered).toBe(before + taken);
  // One batch, which is taken back as one; and no work of anybody's hands.
  await ann.post("undo").expect(200);
  expect(desk.states.totals.answered).toBe(before);
  expect((await ann.get("review/label-errors").expect(200)).body.kind).toBe("label-errors");
});
