import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ActiveLearningDataset } from "../../../src/active/active-learning-dataset.js";
import { LabellingSession } from "../../../src/active/labelling/labelling-session.js";
import type { Dataset } from "../../../src/core/dataset.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { answerAll, answerOf, openSession as open, unlabelledTexts } from "./open-session.js";

/** A session that is closed after the test. */
async function openSession(...args: Parameters<typeof open>) {
  const opened = await open(...args);
  onTestFinished(() => opened.session.close());
  return opened;
}

const journalOf = (folder: string) => readFile(join(folder, "labels.jsonl"), "utf8");
const entriesOf = async (folder: string) => (await journalOf(folder)).trimEnd().split("\n").slice(1);
const indicesOf = (items: readonly { readonly index: number }[]) => items.map(({ index }) => index);
const argument = expect.objectContaining({ code: "E_ARGUMENT" });

/** A promise to be resolved from outside. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("LabellingSession", () => {
  it("hands out what the loop picked, best first, and follows the answers in any order", async () => {
    const { session, dataset } = await openSession(temporaryFolder());
    const first = await session.next(3);
    expect(first).toHaveLength(3);
    expect(first[1]).toEqual({
      index: first[1]!.index,
      input: `text ${first[1]!.index}`,
      ...{ score: expect.any(Number), query: 1, rank: 2 },
      why: expect.stringMatching(/^Pick 2 of query 1 by random, with a score of /),
    });
    expect(session.counts).toEqual({ labelled: 0, skipped: 0, pending: 3, queued: 1, unanswered: 30, queries: 1 });
    const [a, b, c] = indicesOf(first) as [number, number, number];
    await session.submit(c, 2);
    await session.skip(a, "not a sentence");
    expect(indicesOf(session.pending)).toEqual([b]);
    await session.submit(b, [0, null, 1.5]);
    expect(dataset.labelledIndices).toEqual([c, b]);
    expect(dataset.excludedIndices).toEqual([a]);
    expect([dataset.labelled.at(0).target, dataset.labelled.at(1).target]).toEqual([2, [0, null, 1.5]]);
    expect(session.counts).toEqual({ labelled: 2, skipped: 1, pending: 0, queued: 1, unanswered: 27, queries: 1 });
    expect(session.answers.get(a)).toEqual({ type: "skip", reason: "not a sentence" });
    expect(await session.next(9)).toHaveLength(1);
    expect(await session.next(9)).toEqual([]);
    expect(session.isFinished).toBe(false);
  });

  it("trains and asks again once a query is answered; its labels are one step", async () => {
    const seen: (readonly number[])[] = [];
    const queries: number[] = [];
    const train = async (dataset: ActiveLearningDataset<string>, { query }: { readonly query: number }) => {
      seen.push(dataset.labelledIndices);
      queries.push(query);
    };
    const { session, dataset } = await openSession(temporaryFolder(), { train, querySize: 2, length: 5 });
    const given: number[] = [];
    for (let query = 0; query < 3; query++) {
      for (const { index } of await session.next(9)) {
        given.push(index);
        await session.submit(index, 1);
      }
    }
    expect(await session.next()).toEqual([]);
    expect(session.isFinished).toBe(true);
    expect(seen).toEqual([given.slice(0, 2), given.slice(0, 4)]);
    expect(queries).toEqual([2, 3]);
    expect(given.map((index) => dataset.stepOf(index))).toEqual([0, 0, 1, 1, 2]);
    expect([...given].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("goes on in a new data set with the same labels, pending items and picks", async () => {
    const [whole, parts] = [temporaryFolder(), temporaryFolder()];
    const uninterrupted = await openSession(whole);
    await answerAll(uninterrupted.session);
    for (let part = 0; part < 4; part++) {
      const { session, dataset } = await openSession(parts);
      const pending = session.pending;
      expect(pending).toHaveLength(part === 0 ? 0 : 1);
      let left = 5;
      for await (const { index } of session.items()) {
        if (left === 5 && pending[0]) expect(index).toBe(pending[0].index);
        if (left-- === 0) break;
        const answer = answerOf(index);
        await (answer === "skip" ? session.skip(index, "unclear") : session.submit(index, answer));
      }
      const state = dataset.stateDict();
      await session.close();
      const again = await openSession(parts);
      expect(again.dataset.stateDict()).toEqual(state);
      expect(again.session.pending).toEqual(session.pending);
      expect(again.session.counts).toEqual(session.counts);
      await again.session.close();
    }
    const { session, dataset } = await openSession(parts);
    await answerAll(session);
    expect(dataset.stateDict()).toEqual(uninterrupted.dataset.stateDict());
    expect(await journalOf(parts)).toBe(await journalOf(whole));
  });

  it("takes the same answer twice, and another one as a correction", async () => {
    const folder = temporaryFolder();
    const { session, dataset } = await openSession(folder);
    const [a, b] = indicesOf(await session.next(2)) as [number, number];
    await session.submitMany([
      [a, 1],
      [b, 0],
      [a, 1],
    ]);
    await session.submit(a, 1);
    await session.submit(a, 2);
    await session.skip(b, "torn");
    await session.skip(b, "torn");
    await session.submit(b, 1);
    expect((await entriesOf(folder)).slice(2).map((line) => JSON.parse(line))).toEqual([
      { type: "label", index: a, value: 1 },
      { type: "label", index: b, value: 0 },
      { type: "label", index: a, value: 2 },
      { type: "skip", index: b, reason: "torn" },
      { type: "label", index: b, value: 1 },
    ]);
    expect(dataset.labelled.at(0)).toMatchObject({ index: a, target: 2 });
    expect(dataset.labelled.at(1)).toMatchObject({ index: b, target: 1 });
    expect(dataset.excludedIndices).toEqual([]);
  });

  it("undoes answers one after the other, and takes back a named one", async () => {
    const folder = temporaryFolder();
    const { session, dataset } = await openSession(folder);
    const [a, b] = indicesOf(await session.next(2)) as [number, number];
    await session.submit(a, 0);
    await session.submit(a, 1);
    await session.skip(b);
    await session.retract(a);
    expect(dataset.length).toBe(0);
    expect(indicesOf(session.pending)).toEqual([a]);
    expect(await session.undo()).toMatchObject({ index: a, input: `text ${a}` });
    expect(dataset.at(0)).toMatchObject({ index: a, target: 1 });
    expect(await session.undo()).toMatchObject({ index: b });
    expect(dataset.excludedIndices).toEqual([]);
    expect(indicesOf(session.pending)).toEqual([b]);
    expect(await session.undo()).toMatchObject({ index: a });
    expect(dataset.at(0)).toMatchObject({ index: a, target: 0 });
    await session.undo();
    expect(await session.undo()).toBeUndefined();
    expect(dataset.length).toBe(0);
    await expect(session.retract(a)).rejects.toEqual(argument);
    const { pending } = session;
    await session.close();
    const again = await openSession(folder);
    expect(again.session.pending).toEqual(pending);
    expect(again.dataset.stateDict()).toEqual(dataset.stateDict());
    // Taken back: the generator gives them again, oldest first, before new ones.
    const items = again.session.items();
    const third = [(await items.next()).value, (await items.next()).value, (await items.next()).value];
    expect(indicesOf(third.map((item) => item!)).slice(0, 2)).toEqual(indicesOf(pending));
    expect(third[2]!.rank).toBe(3);
  });

  it("hands out again what was given back, after what was undone", async () => {
    const folder = temporaryFolder();
    const { session } = await openSession(folder);
    const given: number[] = [];
    for await (const { index } of session.items()) {
      given.push(index);
      if (given.length === 2) {
        await session.release(index);
        await session.undo();
      } else if (given.length === 5) break;
      else await session.submit(index, 0);
    }
    const [a, b, c, d, e] = given;
    expect([c, d]).toEqual([a, b]);
    expect(e).not.toBe(b);
    await expect(session.release(b!)).rejects.toEqual(argument);
    await session.release(e!);
    await session.close();
    const again = await openSession(folder);
    expect(again.session.pending).toEqual([]);
    expect(indicesOf(await again.session.next())).toEqual([e]);
  });

  it("gives an item once, though it was undone and given back", async () => {
    const { session } = await openSession(temporaryFolder());
    const items = session.items();
    const { index } = (await items.next()).value!;
    await session.submit(index, 1);
    await session.undo();
    await session.release(index);
    expect(indicesOf(await session.next())).toEqual([index]);
    expect((await items.next()).value!.index).not.toBe(index);
  });

  it("undoes across queries, while the later one goes on", async () => {
    const { session, dataset } = await openSession(temporaryFolder(), { querySize: 1 });
    const [first] = indicesOf(await session.next()) as [number];
    await session.submit(first, 1);
    const [second] = indicesOf(await session.next()) as [number];
    await session.undo();
    expect(indicesOf(session.pending)).toEqual([second, first]);
    await session.submit(second, 0);
    expect(await session.next()).toEqual([]);
    await session.submit(first, 2);
    expect(dataset.labelledIndices).toEqual([second, first]);
    expect(await session.next()).toHaveLength(1);
  });

  it("refuses answers for what was never handed out, and what is no label; nothing is recorded then", async () => {
    const folder = temporaryFolder();
    const { session, dataset } = await openSession(folder, { labels: ["no", "yes"] });
    const [item] = await session.next();
    const { index } = item!;
    const other = (index + 1) % 30;
    await expect(session.submit(other, 1)).rejects.toMatchObject({
      code: "E_ARGUMENT",
      message: expect.stringContaining(`Item ${other} was never handed out`),
    });
    for (const unknown of [-1, 30, 0.5, Number.NaN]) {
      await expect(session.submit(unknown, 1)).rejects.toEqual(argument);
      await expect(session.skip(unknown)).rejects.toEqual(argument);
      await expect(session.retract(unknown)).rejects.toEqual(argument);
    }
    for (const wrong of [-1, 0.5, [1], [1, Number.NaN], undefined as unknown as number])
      await expect(session.submit(index, wrong)).rejects.toEqual(argument);
    await expect(session.submit(index, 2)).rejects.toMatchObject({ code: "E_LABEL_UNKNOWN" });
    await expect(session.submit(index, "maybe")).rejects.toMatchObject({ code: "E_LABEL_UNKNOWN" });
    const mixed = session.submitMany([
      [index, "yes"],
      [other, "yes"],
    ]);
    await expect(mixed).rejects.toEqual(argument);
    const twice = session.submitMany([
      [index, "yes"],
      [index, "no"],
    ]);
    await expect(twice).rejects.toEqual(argument);
    for (const count of [-1, 1.5]) await expect(session.next(count)).rejects.toEqual(argument);
    expect(await entriesOf(folder)).toHaveLength(2);
    await session.submit(index, "yes");
    expect(dataset.at(0)).toMatchObject({ index, target: 1 });
  });

  it("ends a query early, and still takes late answers", async () => {
    const folder = temporaryFolder();
    const { session, dataset } = await openSession(folder, { querySize: 3, length: 6 });
    const [a, b] = indicesOf(await session.next(2)) as [number, number];
    await session.submit(a, 1);
    await session.refill();
    expect(session.counts).toMatchObject({ pending: 0, queued: 3, queries: 2, unanswered: 5 });
    await session.submit(b, 2);
    const rest = indicesOf(await session.next(9));
    expect(rest).not.toContain(b);
    expect(dataset.labelledIndices).toEqual([a, b]);
    await session.submitMany(rest.map((index) => [index, 0]));
    await answerAll(session);
    expect(session.isFinished).toBe(true);
    const state = dataset.stateDict();
    await session.close();
    expect((await openSession(folder, { length: 6 })).dataset.stateDict()).toEqual(state);
  });

  it("prepares one query for all who ask at once, and gives each other items", async () => {
    const folder = temporaryFolder();
    const { session } = await openSession(folder, { querySize: 6 });
    const handed = await Promise.all([session.next(2), session.next(0), session.next(3), session.next(2)]);
    expect(handed.map((items) => items.length)).toEqual([2, 0, 3, 1]);
    expect(new Set(indicesOf(handed.flat())).size).toBe(6);
    expect(session.counts.queries).toBe(1);
    await Promise.all(indicesOf(handed.flat()).map((index) => session.submit(index, 0)));
    expect(await entriesOf(folder)).toHaveLength(1 + 3 + 6);
  });

  it("waits for answers, and for nothing once it is aborted", async () => {
    const { session } = await openSession(temporaryFolder(), { querySize: 2, length: 4 });
    const controller = new AbortController();
    const items = session.items({ signal: controller.signal });
    const given = [(await items.next()).value!, (await items.next()).value!];
    let arrived = false;
    const third = items.next().then(({ value }) => {
      arrived = true;
      return value!;
    });
    await session.submit(given[1]!.index, 1);
    await setImmediate();
    expect(arrived).toBe(false);
    await session.submit(given[0]!.index, 1);
    expect((await third).query).toBe(2);
    await items.next();
    const waiting = items.next();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "E_ABORTED" });
    await expect(session.next(1, { signal: controller.signal })).rejects.toMatchObject({ code: "E_ABORTED" });
    const rest = session.pending;
    await session.submitMany(rest.map(({ index }) => [index, 0]));
    expect(await session.items().next()).toEqual({ value: undefined, done: true });
  });

  it("ends waiting generators when it is closed, and refuses work then", async () => {
    const { session } = await openSession(temporaryFolder(), { querySize: 1 });
    const items = session.items();
    const { index } = (await items.next()).value!;
    const waiting = items.next();
    await Promise.all([session.close(), session.close()]);
    expect(await waiting).toEqual({ value: undefined, done: true });
    await expect(session.submit(index, 1)).rejects.toEqual(argument);
    await expect(session.next()).rejects.toEqual(argument);
    await expect(session.undo()).rejects.toEqual(argument);
  });

  it("lets one caller give up while others wait, and cancels training when all do", async () => {
    const { open, opened } = gate();
    const signals: AbortSignal[] = [];
    const train = async (_: unknown, { signal }: { readonly signal: AbortSignal }) => {
      signals.push(signal);
      await opened;
    };
    const { session, loop } = await openSession(temporaryFolder(), { train, querySize: 1 });
    const [first] = await session.next();
    await session.submit(first!.index, 1);
    const before = loop.stateDict();
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = [session.next(1, { signal: one.signal }), session.next(1, { signal: two.signal })];
    await setImmediate();
    one.abort();
    await expect(waiting[0]).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(signals[0]!.aborted).toBe(false);
    two.abort();
    await expect(waiting[1]).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(signals[0]!.aborted).toBe(true);
    const later = session.next();
    open();
    expect(await later).toHaveLength(1);
    expect(signals).toHaveLength(2);
    expect(signals[1]!.aborted).toBe(false);
    expect(loop.stateDict()).not.toEqual(before);
  });

  it("saves answers that come while a query is prepared, and lets the data set follow afterwards", async () => {
    const { open, opened } = gate();
    const dataset = new ActiveLearningDataset(unlabelledTexts(6));
    let steps = 0;
    const picks = [[0, 1], [2, 3], [4]];
    const loop = {
      select: async () => {
        const indices = picks[steps++] ?? [];
        if (steps === 2) {
          await opened;
          expect([dataset.labelledIndices, dataset.excludedIndices]).toEqual([[0, 1], []]);
        }
        return { indices, scores: indices.map(() => 1) };
      },
    };
    const folder = temporaryFolder();
    const { session } = await openSession(folder, { dataset, loop });
    await session.submitMany(indicesOf(await session.next(2)).map((index) => [index, 1]));
    const preparing = session.next(9);
    await setImmediate();
    await session.retract(0);
    await session.skip(1);
    expect(dataset.labelledIndices).toEqual([0, 1]);
    expect(session.counts).toMatchObject({ labelled: 0, skipped: 1, unanswered: 5 });
    const saved = await entriesOf(folder);
    expect(saved.at(-1)).toBe('{"type":"skip","index":1}');
    open();
    expect(indicesOf(await preparing)).toEqual([2, 3]);
    expect([dataset.labelledIndices, dataset.excludedIndices]).toEqual([[], [1]]);
    expect(session.counts).toMatchObject({ pending: 3, unanswered: 5 });
  });

  it("drops picks that were answered meanwhile", async () => {
    const [started, late] = [gate(), gate()];
    const dataset = new ActiveLearningDataset(unlabelledTexts(4));
    let steps = 0;
    const loop = {
      select: async () => {
        if (++steps === 2) {
          started.open();
          await late.opened;
        }
        return { indices: [[0], [0, 1]][steps - 1] ?? [], scores: [[0], [5, 4]][steps - 1] ?? [] };
      },
    };
    const { session } = await openSession(temporaryFolder(), { dataset, loop });
    await session.next();
    const refilling = session.refill();
    await started.opened;
    await session.submit(0, 1);
    late.open();
    await refilling;
    expect(await session.next(9)).toMatchObject([{ index: 1, score: 4, rank: 1 }]);
  });

  it.each([
    ["an item twice", { indices: [1, 1], scores: [0, 0] }, "E_ARGUMENT"],
    ["a labelled item", { indices: [0], scores: [0] }, "E_ARGUMENT"],
    ["no score", { indices: [1], scores: [] }, "E_ARGUMENT"],
    ["NaN as a score", { indices: [1], scores: [Number.NaN] }, "E_NOT_FINITE"],
    ["an item that is not there", { indices: [9], scores: [0] }, "E_ARGUMENT"],
  ])("refuses picks with %s, and can be asked again", async (_, picked, code) => {
    const dataset = new ActiveLearningDataset(unlabelledTexts(3));
    dataset.label([0], [1]);
    const select = vi.fn(async () => ({ indices: [2], scores: [1] })).mockResolvedValueOnce(picked);
    const { session } = await openSession(temporaryFolder(), { dataset, loop: { select } });
    await expect(session.next()).rejects.toMatchObject({ code });
    expect(await session.next()).toMatchObject([{ index: 2, why: "Pick 1 of query 1, with a score of 1.000." }]);
  });

  it("puts the loop back where it stood when training or picking fails", async () => {
    const folders = [temporaryFolder(), temporaryFolder()];
    const handed: number[][] = [];
    for (const [i, folder] of folders.entries()) {
      const { session, loop } = await openSession(folder);
      const select = vi.spyOn(loop, "select");
      if (i === 1) {
        select.mockImplementationOnce(async () => {
          await loop.select({});
          throw new Error("out of memory");
        });
        await expect(session.next()).rejects.toThrow("out of memory");
      }
      handed.push(indicesOf(await session.next(4)));
    }
    expect(handed[0]).toEqual(handed[1]);
  });

  it("begins with the labels that the data set has, and goes on with them or without", async () => {
    const folder = temporaryFolder();
    const begin = () => {
      const dataset = new ActiveLearningDataset(unlabelledTexts(10));
      dataset.label([3, 4], [0, 1]);
      dataset.exclude([9]);
      return dataset;
    };
    const { session, dataset } = await openSession(folder, { dataset: begin() });
    const [item] = await session.next();
    await session.submit(item!.index, 2);
    const state = dataset.stateDict();
    await session.close();
    for (const again of [begin(), new ActiveLearningDataset(unlabelledTexts(10)), dataset]) {
      const reopened = await openSession(folder, { dataset: again });
      expect(again.stateDict()).toEqual(state);
      await reopened.session.close();
    }
    const other = begin();
    other.label([5], [1]);
    const unchanged = other.stateDict();
    await expect(openSession(folder, { dataset: other })).rejects.toMatchObject({
      code: "E_CHECKPOINT",
      message: expect.stringContaining("with other labels"),
    });
    expect(other.stateDict()).toEqual(unchanged);
  });

  describe("refuses a folder that", () => {
    const texts = (...changed: (readonly [position: number, text: string])[]): Dataset<string> => {
      const changes = new Map(changed);
      const dataset = unlabelledTexts(300);
      return {
        length: 300,
        at: (i) => ({ ...dataset.at(i), input: changes.get(i) ?? `text ${i}` }),
      };
    };
    const begun = async () => {
      const folder = temporaryFolder();
      const { session } = await openSession(folder, { length: 300, labels: ["a", "b"] });
      const [item] = await session.next();
      await session.submit(item!.index, "b");
      await session.close();
      return { folder, index: item!.index };
    };
    const reopen = (folder: string, dataset: Dataset<string>, labels = ["a", "b"]) =>
      openSession(folder, { dataset: new ActiveLearningDataset(dataset), labels });

    it("belongs to a data set of another length", async () => {
      const { folder } = await begun();
      await expect(reopen(folder, unlabelledTexts(299))).rejects.toMatchObject({
        code: "E_CHECKPOINT",
        message: expect.stringContaining("300 items; this one has 299"),
      });
    });

    it("belongs to other items, to items in another order, or to a handed out item that was changed", async () => {
      const { folder, index } = await begun();
      const shifted = { length: 300, at: (i: number) => texts().at((i + 1) % 300) };
      for (const dataset of [texts([0, "another"]), shifted, texts([index, "another"])])
        await expect(reopen(folder, dataset)).rejects.toMatchObject({ code: "E_CHECKPOINT" });
      await (await reopen(folder, texts())).session.close();
    });

    it("belongs to other labels", async () => {
      const { folder } = await begun();
      await expect(reopen(folder, texts(), ["b", "a"])).rejects.toMatchObject({
        code: "E_CHECKPOINT",
        message: expect.stringContaining("other labels (a, b)"),
      });
    });

    it("is damaged; a last line that was cut short is dropped", async () => {
      const { folder } = await begun();
      const path = join(folder, "labels.jsonl");
      const whole = await journalOf(folder);
      await appendFile(path, '{"type":"label","index":3,"val');
      await (await reopen(folder, texts())).session.close();
      expect(await journalOf(folder)).toBe(whole);
      const lines = whole.trimEnd().split("\n");
      const broken = {
        "no JSON": [...lines.slice(0, 2), "{", ...lines.slice(3)],
        "an unknown entry": [...lines, '{"type":"guess","index":1}'],
        "an answer for what was not handed out": [...lines, '{"type":"label","index":1000,"value":1}'],
        "an undo of nothing": [lines[0]!, '{"type":"undo"}'],
        "a hand-out of what is not next": [...lines, '{"type":"handOut","indices":[7]}'],
        "no header": lines.slice(1),
      };
      for (const [what, content] of Object.entries(broken)) {
        await writeFile(path, `${content.join("\n")}\n`);
        const dataset = new ActiveLearningDataset(texts());
        const opened = openSession(folder, { dataset, labels: ["a", "b"] });
        await expect(opened, what).rejects.toMatchObject({ code: "E_CHECKPOINT", message: expect.stringContaining("line") });
        expect(dataset.stateDict(), what).toEqual(new ActiveLearningDataset(texts()).stateDict());
      }
      await writeFile(path, whole);
      await (await reopen(folder, texts())).session.close();
    });
  });

  it("holds its folder until it is closed", async () => {
    const folder = temporaryFolder();
    const { session } = await openSession(folder);
    await expect(openSession(folder)).rejects.toMatchObject({ code: "E_LOCKED" });
    await session.close();
    await (await openSession(folder)).session.close();
  });

  it("names items by what contentOf says, and asks for it where inputs have no content", async () => {
    const inputs = (names: readonly string[]) => {
      const input = (name: string) => ({ load: () => name });
      return new ActiveLearningDataset({
        length: names.length,
        at: (index) => ({ index, input: input(names[index]!), target: undefined }),
      });
    };
    const loop = { select: async () => ({ indices: [1], scores: [1] }) };
    const folder = temporaryFolder();
    await expect(LabellingSession.open(folder, { dataset: inputs(["a", "b"]), loop })).rejects.toMatchObject({
      code: "E_ARGUMENT",
      message: expect.stringContaining("contentOf"),
    });
    const contentOf = ({ load }: { readonly load: () => string }) => load();
    await (await LabellingSession.open(folder, { dataset: inputs(["a", "b"]), loop, contentOf })).close();
    await expect(LabellingSession.open(folder, { dataset: inputs(["a", "c"]), loop, contentOf })).rejects.toMatchObject({
      code: "E_CHECKPOINT",
    });
  });
});
