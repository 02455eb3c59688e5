import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadEmbeddedIntents } from "../../../src/data/embedded.js";
import { modelConfig, trainConfig } from "../../../src/studio/api/model-config.js";
import type { Brain, BrainEvent } from "../../../src/studio/model/brain.js";
import { openBrain } from "../../../src/studio/model/open-brain.js";
import { decodeMap } from "../../../src/studio/page/map/map-data.js";
import { openStudioStore, type StudioStore } from "../../../src/studio/store/open-studio-store.js";

/** Waits until what is asked for is so. */
async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Still not so after a minute: ${what}`);
}

const INTENTS = 4;

describe("the model work of a project of texts", () => {
  let folder: string;
  let store: StudioStore;
  let brain: Brain;
  const events: BrainEvent[] = [];
  const truth = new Map<number, number>();
  let ids: readonly number[];
  let batch = 0;

  const answer = (items: readonly number[]) => {
    const changes = items.flatMap((item) => store.answerChanges(item, "ann", [truth.get(item)!]));
    store.write({ id: `b${batch++}`, user: "ann", changes, baseSeq: store.seq() });
    brain.labelsChanged(items);
  };
  const ranked = () =>
    until(() => !brain.status().isRanking && brain.status().labelled === store.answers().size - held.length, "ranked");
  let held: readonly number[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "baal-brain-"));
    store = await openStudioStore(join(folder, "project"));
    store.beginProject({ kind: "text", task: "single", seed: 1 });
    const { train } = await loadEmbeddedIntents();
    const counts = new Map<string, number>();
    for (const { intent } of train) counts.set(intent, (counts.get(intent) ?? 0) + 1);
    const names = [...counts]
      .filter(([name]) => name !== "oos")
      .sort((a, b) => b[1] - a[1])
      .slice(0, INTENTS)
      .map(([name]) => name);
    const rows = train.filter(({ intent }) => names.includes(intent)).slice(0, 240);
    const labels = new Map(names.map((name) => [name, store.addLabel({ name }).id]));
    ({ ids } = store.importItems(rows.map(({ text }, n) => ({ content: text, source: `row ${n}` }))));
    for (const [n, id] of ids.entries()) truth.set(id, labels.get(rows[n]!.intent)!);
    ids = [...new Set(ids)];
    held = ids.filter((_, n) => n % 6 === 0);
    store.write({
      ...{ id: "validation", user: "ann", baseSeq: store.seq() },
      changes: held.flatMap((item) => [
        { item, flag: "validation", value: 1 } as const,
        ...store.answerChanges(item, "ann", [truth.get(item)!]),
      ]),
    });
    brain = openBrain({ store, encoder: "tfidf", cacheFolder: join(folder, "cache"), onEvent: (event) => events.push(event) });
    await until(() => brain.status().reason.includes("nothing is labelled") && !brain.status().isRanking, "a first ranking");
  });
  afterAll(async () => {
    await brain?.close();
    await store?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("begins without a model, and says so", async () => {
    expect(brain.suggestions(ids[1]!)).toEqual([]);
    expect(brain.training().missing).toContain("Two labels");
    const { items, reason } = await brain.order({ sort: "model", among: ids, count: 8, seed: 1 });
    expect(reason).toContain("kmeans");
    expect(items).toHaveLength(8);
    expect(items.filter((item) => held.includes(item))).toEqual([]);
    expect(brain.progress().note).toContain("point");
  });

  it("ranks after labels, suggests, and finds what is similar", async () => {
    const open = ids.filter((item) => !held.includes(item));
    answer(open.slice(0, 60));
    await ranked();
    const { version, labels } = { ...brain.status(), labels: brain.probabilities()!.labels };
    expect(version).toBe("live");
    const rest = open.slice(60);
    const right = rest.filter((item) => brain.suggestions(item)[0]!.label === truth.get(item)).length;
    expect(right / rest.length).toBeGreaterThan(0.8);
    expect(labels).toHaveLength(INTENTS);
    const probs = brain.suggestions(rest[0]!).reduce((sum, { probability }) => sum + probability, 0);
    expect(probs).toBeCloseTo(1, 4);
    const similar = await brain.similar(rest[0]!, 5);
    expect(similar).toHaveLength(5);
    expect(similar.map(({ similarity }) => similarity)).toEqual(
      [...similar.map(({ similarity }) => similarity)].sort((a, b) => b - a),
    );
    for (const sort of ["badge", "diversity", `badge:${store.liveLabels()[0]!.name}`, "topk:margin"]) {
      const { items } = await brain.order({ sort, among: ids, count: 5, seed: 3 });
      expect(new Set(items).size).toBe(5);
      expect(items.filter((item) => held.includes(item))).toEqual([]);
    }
    await expect(brain.order({ sort: "nothing", among: ids, count: 1, seed: 1 })).rejects.toThrow("no sort");
  });

  it("trains a version that serves, with points, histograms and a folder", async () => {
    brain.setModel(modelConfig.parse({ kind: "head", output: "sigmoid", dropout: 0.2 }));
    expect(brain.model()).toMatchObject({ problems: [] });
    expect(brain.model().parameters).toBeGreaterThan(INTENTS);
    const { id } = brain.train(trainConfig.parse({ epochs: 2, batchesPerEpoch: 20, learningRate: 0.05 }));
    expect(() => brain.train(trainConfig.parse({}))).toThrow("running already");
    await until(() => brain.jobs().find((job) => job.id === id)!.state !== "running", "trained");
    expect(brain.jobs().find((job) => job.id === id)).toMatchObject({ state: "done", error: undefined });
    const { points, versions, histograms, missing } = brain.training();
    expect(missing).toBeUndefined();
    expect(points.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(points[1]!.loss).toBeLessThan(points[0]!.loss);
    expect(points[1]!.validationAccuracy).toBeGreaterThan(0.6);
    await until(() => brain.status().version === "v1", "served");
    expect(versions).toMatchObject([{ name: "v1", labelled: 60 }]);
    expect(histograms).toHaveLength(INTENTS);
    expect(brain.training().histograms[0]!.auc).toBeGreaterThan(0.8);
    await brain.saveModel(join(folder, "saved"));
    brain.serve("live");
    await until(() => brain.status().version === "live", "the live head again");
  });

  it("a failing training changes nothing, and a cancelled one is told of", async () => {
    const { id } = brain.train(trainConfig.parse({ epochs: 900, batchesPerEpoch: 5000 }));
    await until(() => brain.jobs().find((job) => job.id === id)!.progress >= 0 && brain.training().log.length > 0, "begun");
    brain.cancel(id);
    await until(() => brain.jobs().find((job) => job.id === id)!.state === "cancelled", "cancelled");
    expect(brain.training().versions).toHaveLength(1);
    expect(brain.status().version).toBe("live");
    expect(() => brain.cancel(id)).toThrow("does not run");
    expect(() => brain.setModel(modelConfig.parse({ kind: "head", head: { type: "convnet" } }))).toThrow("no feature maps");
  });

  it("spreads labels, and says how right that is", async () => {
    const { id } = brain.propagate({ neighbours: 10, temperature: 0.1, iterations: 10 });
    await until(() => brain.jobs().find((job) => job.id === id)!.state === "done", "propagated");
    const { reached, accepted, histograms } = brain.propagation();
    expect(reached).toBeGreaterThan(50);
    expect(accepted[0]!.heldOutAccuracy).toBeGreaterThan(0.7);
    expect(accepted[0]!.items).toBeGreaterThanOrEqual(accepted.at(-1)!.items);
    expect(histograms).toHaveLength(INTENTS);
    const answers = brain.propagatedAnswers(0.5);
    expect(answers).toHaveLength(accepted[0]!.items);
    expect(answers.filter(({ item }) => held.includes(item))).toEqual([]);
  });

  it("finds labels that are wrong out of fold, places items, and draws the curve", async () => {
    const wrong = ids.filter((item) => !held.includes(item))[5]!;
    const other = store.liveLabels().find(({ id }) => id !== truth.get(wrong))!.id;
    store.write({ id: "wrong", user: "ann", changes: store.answerChanges(wrong, "ann", [other]), baseSeq: store.seq() });
    brain.labelsChanged([wrong]);
    const { found } = await brain.labelErrors();
    expect(found.slice(0, 5)).toContainEqual(
      expect.objectContaining({ item: wrong, instead: expect.objectContaining({ label: truth.get(wrong) }) }),
    );
    const { id } = brain.beginMap();
    await until(() => brain.jobs().find((job) => job.id === id)!.state === "done", "placed");
    const bytes = (await brain.map())!;
    const { header, ids: placed, user, state } = decodeMap(bytes.buffer as ArrayBuffer);
    expect(placed).toHaveLength(ids.length);
    expect(header.users).toEqual(["ann"]);
    for (const [n, item] of placed.entries()) expect(user[n]).toBe(store.answersOf(item).answers.length > 0 ? 0 : -1);
    expect([...state].filter((value) => value === 4)).toHaveLength(held.length);
    const { metric, curve, forecast } = brain.progress();
    expect(metric).toBe("accuracy");
    expect(curve.map(({ version }) => version)).toContain("v1");
    expect(forecast).toBeUndefined();
    expect(events.some(({ type }) => type === "map")).toBe(true);
  });

  it("takes new items in, and goes on where it stopped", async () => {
    const [added] = store.importItems([{ content: "a text that nobody has seen before", source: "late" }]).ids;
    brain.itemsChanged();
    await until(() => !brain.status().isRanking && brain.suggestions(added!).length > 0, "the new item has suggestions");
    await brain.close();
    brain = openBrain({ store, encoder: "tfidf", cacheFolder: join(folder, "cache"), onEvent: () => {} });
    expect(brain.training().versions).toHaveLength(1);
    await until(() => brain.propagation().reached > 0 && brain.status().version === "live", "what was there is there again");
    expect((await brain.map())?.length).toBeGreaterThan(0);
  });

  it("keeps a solved head as a version, without epochs", async () => {
    brain.setModel(modelConfig.parse({ kind: "solved" }));
    const { id } = brain.train(trainConfig.parse({ updatePredictions: false }));
    await until(() => brain.jobs().find((job) => job.id === id)!.state !== "running", "solved");
    expect(brain.jobs().find((job) => job.id === id)).toMatchObject({ state: "done", progress: 1 });
    const { model, points, versions } = brain.training();
    expect([model, points]).toEqual(["solved", []]);
    expect(versions[0]).toMatchObject({ name: "v2", config: { kind: "solved" } });
    expect(versions[0]!.metrics["validationAccuracy"]).toBeGreaterThan(0.7);
  });
});
