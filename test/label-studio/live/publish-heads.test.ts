import { describe, expect, it } from "vitest";
import { softmax } from "../../../src/core/softmax.js";
import { HeadPublisher } from "../../../src/label-studio/live/publish-heads.js";
import { liveServer } from "./live-server.js";
import { LABELS } from "./words.js";

const MINUTE = 60_000;

async function setUp({ folder, isBusy = () => false }: { readonly folder?: string; readonly isBusy?: () => boolean } = {}) {
  const server = await liveServer(folder === undefined ? {} : { folder });
  const published: string[] = [];
  const problems: unknown[] = [];
  const publisher = new HeadPublisher({
    ...{ store: server.store, isBusy, clock: server.clock },
    onPublished: (_, version) => published.push(version),
    onFailure: (_, error) => problems.push(error),
  });
  server.live.listen({
    solved: (id, head) => publisher.solved(id, head),
    revised: () => {},
    failed: (_, error) => problems.push(error),
  });
  /** Solves, and writes what is due, without letting time pass. */
  const solve = async () => {
    await server.live.settled();
    await publisher.idle();
  };
  return { ...server, publisher, published, problems, solve };
}

describe("published heads", () => {
  it("are at most one a minute, and the last label is in one when that is over", async () => {
    const { label, solve, published, clock, store, id, live } = await setUp();
    for (let n = 1; n < 6; n++) {
      label(n, LABELS[n % 3]!);
      await solve();
    }
    expect(published).toHaveLength(1);
    clock.advance(MINUTE - 1);
    await solve();
    expect(published).toHaveLength(1);
    clock.advance(1);
    await solve();
    expect(published).toEqual([expect.stringMatching(/^v1-/), expect.stringMatching(/^v2-/)]);
    expect(store.projectById(id)!.servingVersion).toBe(published[1]);
    expect(store.versions(id).at(-1)).toMatchObject({ trained: 5, labels: LABELS });
    // What cross-validation says makes another head of the same labels, once.
    const advance = async () => {
      clock.advance(10 * MINUTE);
      await solve();
    };
    for (let round = 0; round < 4; round++) await advance();
    const settled = published.length;
    expect(settled).toBeLessThanOrEqual(3);
    await advance();
    expect(published).toHaveLength(settled);
    await live.close();
  });

  it("answer as they were when they are asked for by name, though others were solved since, and stay while the project names them", async () => {
    const { label, solve, published, clock, store, id, live, answers } = await setUp();
    const asked = ["where is my parcel", "the parcel is late", "cancel it"];
    label(1, LABELS[0]!);
    await solve();
    const [first] = published;
    const record = store.versions(id)[0]!;
    const was = await answers(asked);
    store.saveParameters(id, { model_version: first });
    for (let n = 2; n < 8; n++) {
      label(n, LABELS[n % 3]!);
      clock.advance(10 * MINUTE);
      await solve();
    }
    expect(published.length).toBeGreaterThan(3);
    expect(store.versions(id).map(({ version }) => version)).toContain(first);
    const kept = await live.keptHead(id, record);
    const outcomes = await kept.predict(
      asked.map((value) => ({ value, taskId: undefined })),
      { iterations: 1, seed: 1 },
    );
    const now = await answers(asked);
    for (const [n, outcome] of outcomes.entries()) {
      if (outcome instanceof Error) throw outcome;
      const probs = Array.from(outcome.data);
      softmax(probs);
      for (const [c, name] of kept.labels.entries()) expect(probs[c]).toBeCloseTo(was[n]![name]!, 5);
      expect(probs[0]).not.toBeCloseTo(now[n]![kept.labels[0]!]!, 3);
    }
    await expect(live.keptHead(id, { ...record, folder: "models/none" })).rejects.toThrow();
    await live.close();
  });

  it("keep two folders, whatever the number of names", async () => {
    const { label, solve, published, clock, store, id, live } = await setUp();
    for (let n = 1; n < 6; n++) {
      label(n, LABELS[n % 3]!);
      await solve();
      clock.advance(MINUTE);
      await solve();
    }
    expect(published.map((version) => Number(/^v(\d+)-/.exec(version)![1]))).toEqual([1, 2, 3, 4, 5]);
    expect(store.versions(id).map(({ version }) => version)).toEqual(published.slice(-2));
    await live.close();
  });

  it("are not published anew by a restart", async () => {
    const first = await setUp();
    first.label(1, LABELS[0]!);
    await first.solve();
    await first.close();
    const again = await setUp({ folder: first.folder });
    again.live.changed(again.id);
    await again.solve();
    again.clock.advance(10 * MINUTE);
    await again.solve();
    expect(again.published).toEqual([]);
    expect(again.store.projectById(again.id)!.servingVersion).toBe(first.published[0]);
    await again.close();
  });

  it("wait while scores of the version before are on their way", async () => {
    let isBusy = true;
    const { label, solve, published, clock, live, problems } = await setUp({ isBusy: () => isBusy });
    label(1, LABELS[0]!);
    await solve();
    expect(published).toEqual([]);
    isBusy = false;
    clock.advance(MINUTE);
    await solve();
    expect(published).toHaveLength(1);
    expect(problems).toEqual([]);
    await live.close();
  });
});
