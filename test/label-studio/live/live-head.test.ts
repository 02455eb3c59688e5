import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configOf, labelled } from "../training/labelled.js";
import { headsHere, type LiveServer, liveServer, temporaryFolder } from "./live-server.js";
import { LABELS, textOf } from "./words.js";

const [FIRST = "", SECOND = ""] = LABELS;
const asked = LABELS.flatMap((label) => [900, 901].map((n) => textOf(label, n)));
const best = (probs: Readonly<Record<string, number>>) => Object.entries(probs).sort((a, b) => b[1] - a[1])[0]![0];

/** Solutions from different starts agree to the solver's tolerance. */
function expectAlike(some: Awaited<ReturnType<LiveServer["answers"]>>, others: typeof some): void {
  for (const [n, probs] of some.entries()) {
    expect(Object.keys(probs)).toEqual(Object.keys(others[n]!));
    for (const [label, prob] of Object.entries(probs)) expect(others[n]![label]).toBeCloseTo(prob, 2);
  }
}

describe("a head that is solved with each label", () => {
  it("answers from the labels' names before there is a label, and has each label at once", async () => {
    const server = await liveServer();
    const before = await server.answers(["zebra"]);
    expect(Object.keys(before[0]!)).toEqual(LABELS);
    server.label(1, SECOND, { data: { text: "zebra giraffe" } });
    const [after] = await server.answers(["zebra"]);
    expect(after![SECOND]).toBeGreaterThan(before[0]![SECOND]! + 0.1);
    const numbers = Array.from({ length: 12 }, (_, n) => n + 2);
    for (const n of numbers) server.label(n, LABELS[n % 3]!);
    const answers = await server.answers(numbers.map((n) => textOf(LABELS[n % 3]!, n)));
    expect(answers.map(best)).toEqual(numbers.map((n) => LABELS[n % 3]));
    expect(server.failures).toEqual([]);
    await server.close();
  });

  it("embeds a text once, whoever asks for it", async () => {
    const server = await liveServer();
    server.label(1, FIRST);
    await server.answers(asked);
    await server.answers(asked);
    server.label(2, SECOND, { data: { text: asked[0] } });
    await server.settle();
    expect(new Set(server.encoder.asked).size).toBe(server.encoder.asked.length);
    await server.close();
    const again = await liveServer({ folder: server.folder });
    await again.answers(asked);
    expect(again.encoder.asked).toEqual([]);
    await again.close();
  });

  it("says that there is nothing to solve from while labels and words are missing, and goes on with the first label", async () => {
    const server = await liveServer({ labels: ["1", "2"] });
    await expect(server.answers(["x"])).rejects.toMatchObject({ code: "E_DATA" });
    server.label(1, "2");
    expect(best((await server.answers([textOf("2", 1)]))[0]!)).toBe("2");
    await server.close();
  });

  it("lets unlabelled texts take part", async () => {
    const server = await liveServer();
    await server.answers(asked);
    await server.settle();
    for (const label of LABELS) server.label(LABELS.indexOf(label) + 1, label);
    await server.settle();
    server.see(...LABELS.flatMap((label) => Array.from({ length: 20 }, (_, n) => textOf(label, 100 + n))));
    await server.settle();
    expect(server.live.status(server.id)).toMatchObject({ labelled: 3, unlabelled: 60, withNames: true, pseudoWeight: 0.2 });
    server.live.forget(server.id, [1]);
    await server.settle();
    expect(server.failures).toEqual([]);
    await server.close();
  });

  it("survives the end of its process", async () => {
    const server = await liveServer();
    for (let n = 1; n < 7; n++) server.label(n, LABELS[n % 3]!);
    const before = await server.answers(asked);
    server.heads.die();
    expectAlike(await server.answers(asked), before);
    await server.close();
  });

  it("tells of an encoder that cannot be loaded, and tries again", async () => {
    let isBroken = true;
    const other = await liveServer();
    const server = await liveServer({
      pool: {
        async withModel(_, work) {
          if (isBroken) throw new Error("no memory");
          return work({ encoder: other.encoder } as never);
        },
      },
    });
    server.label(1, FIRST);
    await expect(server.answers(["x"])).rejects.toThrow("no memory");
    expect(server.failures.length).toBeGreaterThan(0);
    isBroken = false;
    server.clock.advance(30_000);
    await server.live.settled();
    expect(best((await server.answers([textOf(FIRST, 1)]))[0]!)).toBe(FIRST);
    await Promise.all([server.close(), other.close()]);
  });

  it("has one more class when the configuration has, and one less", async () => {
    const server = await liveServer();
    for (let n = 1; n < 7; n++) server.label(n, LABELS[n % 3]!);
    await server.settle();
    const before = await server.answers(asked);
    server.store.saveConfig(server.id, { labelConfig: configOf([...LABELS, "praise"]) });
    server.label(20, "praise", { data: { text: "thank you so much" } });
    const [thanks] = await server.answers(["thank you"]);
    expect(best(thanks!)).toBe("praise");
    server.store.saveConfig(server.id, { labelConfig: configOf(LABELS) });
    server.live.changed(server.id);
    await server.settle();
    expectAlike(await server.answers(asked), before);
    await server.close();
  });

  it("gives draws where scores compare them", async () => {
    const server = await liveServer();
    for (let n = 1; n < 7; n++) server.label(n, LABELS[n % 3]!);
    const model = await server.live.taskModel(server.id, undefined);
    const draws = await model.predict([{ value: asked[0]!, taskId: 1 }], { iterations: 8, seed: 3, fewestDraws: 2 });
    expect(draws[0]).toMatchObject({ shape: [1, 3, 8] });
    const { data } = draws[0] as { data: Float32Array };
    expect(new Set(data.subarray(0, 8)).size).toBe(8);
    await server.close();
  });
});

type Step =
  | { readonly kind: "label"; readonly id: number; readonly label: number; readonly at: number }
  | { readonly kind: "delete"; readonly id: number }
  | { readonly kind: "see"; readonly text: number }
  | { readonly kind: "ask" | "restart" | "die" };

const ids = fc.integer({ min: 1, max: 8 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("label" as const), id: ids, label: fc.nat(2), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), id: ids }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("see" as const), text: fc.integer({ min: 50, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("ask" as const, "restart" as const, "die" as const) }) },
);

describe("whatever has happened", () => {
  it("the head is the one of what is stored: orders of events, changes, deletions, restarts and dead processes leave no trace", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        let server = await liveServer();
        const seen = new Set<number>();
        for (const one of steps) {
          if (one.kind === "label") {
            const updatedAt = 1_700_000_000_000 + one.at;
            // The same text whatever the label: people change their minds.
            server.label(one.id, LABELS[one.label]!, { data: { text: textOf(LABELS[one.id % 3]!, one.id) }, updatedAt });
          } else if (one.kind === "delete") server.remove(one.id);
          else if (one.kind === "see") {
            seen.add(one.text);
            server.see(textOf(LABELS[one.text % 3]!, one.text));
          } else if (one.kind === "ask") await server.answers(asked.slice(0, 1));
          else if (one.kind === "die") server.heads.die();
          else {
            await server.close();
            server = await liveServer({ folder: server.folder });
          }
        }
        server.live.changed(server.id);
        await server.settle();
        const after = await server.answers(asked);
        const other = await liveServer();
        other.see(...[...seen].map((text) => textOf(LABELS[text % 3]!, text)));
        await other.settle();
        other.store.saveAnnotations(other.id, server.store.annotations(server.id).toReversed());
        other.live.changed(other.id);
        await other.settle();
        expectAlike(after, await other.answers(asked));
        await Promise.all([server.close(), other.close()]);
      }),
      { numRuns: 6 },
    );
  }, 300_000);

  it("a label that is taken back is as if it had never been", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2), { minLength: 2, maxLength: 8 }), fc.nat(2), async (labels, wrong) => {
        const server = await liveServer();
        for (const [n, label] of labels.entries()) server.label(n + 1, LABELS[label]!);
        await server.settle();
        const before = await server.answers(asked);
        server.label(99, LABELS[wrong]!, { data: { text: asked[0]! } });
        await server.answers(asked);
        server.remove(99);
        await server.settle();
        expectAlike(await server.answers(asked), before);
        await server.close();
      }),
      { numRuns: 6 },
    );
  });

  it("several labels in one event, or one after the other, are the same", async () => {
    const all = Array.from({ length: 9 }, (_, n) =>
      labelled(n + 1, [LABELS[n % 3]!], { data: { text: textOf(LABELS[n % 3]!, n) } }),
    );
    const [bulk, single] = [await liveServer({ background: headsHere() }), await liveServer({ folder: temporaryFolder() })];
    bulk.store.saveAnnotations(bulk.id, all);
    bulk.live.changed(bulk.id);
    for (const one of all.toReversed()) {
      single.store.saveAnnotations(single.id, [one]);
      single.live.changed(single.id);
      await single.answers(asked.slice(0, 1));
    }
    await Promise.all([bulk.settle(), single.settle()]);
    expectAlike(await bulk.answers(asked), await single.answers(asked));
    await Promise.all([bulk.close(), single.close()]);
  });
});
