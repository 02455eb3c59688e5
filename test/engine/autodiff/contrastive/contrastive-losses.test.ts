import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClassPairsOptions, encodeClassPairs } from "../../../../src/engine/autodiff/contrastive-targets.js";
import { type ContrastiveLossName, TARGETS_INPUT, WEIGHTS_INPUT } from "../../../../src/engine/autodiff/losses.js";
import { trainingGraph } from "../../../../src/engine/autodiff/training-graph.js";
import { graphBuilder } from "../../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../../src/engine/onnx/graph.js";
import { createSession, type Feed } from "../../../../src/engine/runtime/session.js";

interface Differentiated {
  readonly loss: number;
  readonly gradient: readonly number[];
}

/** Written by make_expected.py: PyTorch's and sentence-transformers' values. */
const expected = JSON.parse(readFileSync(new URL("./expected.json", import.meta.url), "utf8")) as {
  readonly vectors: readonly (readonly number[])[];
  readonly classes: readonly number[];
  readonly cosinePairs: Differentiated;
  readonly onePair: Differentiated;
  readonly supervisedContrastive: Readonly<Record<string, Differentiated>>;
};
const { classes } = expected;
const WIDTH = 4;
const vectors = expected.vectors.flat();

/** The training graph of a loss on vectors that are its only parameter. */
async function lossGraph(loss: ContrastiveLossName) {
  const graph = createGraph(loss);
  const builder = graphBuilder(graph);
  graph.parameters.set("x", { dtype: "float32", shape: ["batch", WIDTH] });
  const read = builder.identity("x");
  const training = trainingGraph(graph, { logits: read, loss, trainable: ["x"] });
  const session = await createSession(training.graph, { threads: 1 });
  return async (given: readonly number[], fed: ReadonlyMap<string, Float32Array>): Promise<Differentiated> => {
    const items = given.length / WIDTH;
    const feeds = new Map<string, Feed>([["x", { dtype: "float32", dims: [items, WIDTH], data: Float32Array.from(given) }]]);
    for (const [name, data] of fed) feeds.set(name, { dtype: "float32", dims: [items, items], data });
    const outputs = await session.run(feeds);
    return {
      loss: (outputs.get(training.loss)!.data as Float32Array)[0]!,
      gradient: [...(outputs.get(training.gradients.get("x")!.dense!)!.data as Float32Array)],
    };
  };
}

function expectSame(found: Differentiated, wanted: Differentiated): void {
  expect(found.loss).toBeCloseTo(wanted.loss, 5);
  expect(found.gradient).toHaveLength(wanted.gradient.length);
  for (const [i, value] of wanted.gradient.entries()) expect(found.gradient[i]).toBeCloseTo(value, 5);
}

describe("contrastive losses", () => {
  it("have PyTorch's values and gradients", async () => {
    const pairs = await lossGraph("cosinePairs");
    expectSame(await pairs(vectors, encodeClassPairs(classes, { loss: "cosinePairs", temperature: 1 })), expected.cosinePairs);
    const supervised = await lossGraph("supervisedContrastive");
    for (const [temperature, wanted] of Object.entries(expected.supervisedContrastive)) {
      const fed = encodeClassPairs(classes, { loss: "supervisedContrastive", temperature: Number(temperature) });
      expectSame(await supervised(vectors, fed), wanted);
    }
  });

  it("over given pairs alone are sentence-transformers' CosineSimilarityLoss", async () => {
    const [targets, weights] = [new Float32Array(49), new Float32Array(49)];
    for (const i of [0, 2, 4]) {
      targets[i * 7 + i + 1] = Number(classes[i] === classes[i + 1]);
      weights[i * 7 + i + 1] = 1 / 3;
    }
    const fed = new Map([
      [TARGETS_INPUT, targets],
      [WEIGHTS_INPUT, weights],
    ]);
    expectSame(await (await lossGraph("cosinePairs"))(vectors, fed), expected.onePair);
  });

  it.each([
    { loss: "cosinePairs", temperature: 1 },
    { loss: "supervisedContrastive", temperature: 0.3 },
  ] as const satisfies readonly ClassPairsOptions[])(
    "$loss: gradients are those of central differences, whatever the classes",
    async (options) => {
      const run = await lossGraph(options.loss);
      const batch = fc.integer({ min: 2, max: 6 }).chain((items) =>
        fc.record({
          classes: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: items, maxLength: items }),
          vectors: fc.array(
            fc
              .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: WIDTH, maxLength: WIDTH })
              .filter((v) => Math.hypot(...v) > 0.7),
            { minLength: items, maxLength: items },
          ),
        }),
      );
      await fc.assert(
        fc.asyncProperty(batch, async ({ classes: given, vectors: rows }) => {
          const fed = encodeClassPairs(given, options);
          const at = rows.flat();
          const { loss, gradient } = await run(at, fed);
          expect(Number.isFinite(loss)).toBe(true);
          for (let i = 0; i < at.length; i++) {
            const step = 0.02;
            const moved = async (by: number) =>
              (
                await run(
                  at.map((x, j) => (i === j ? x + by : x)),
                  fed,
                )
              ).loss;
            const difference = ((await moved(step)) - (await moved(-step))) / (2 * step);
            expect(Math.abs(difference - gradient[i]!)).toBeLessThan(0.01 + 0.02 * Math.abs(difference));
          }
        }),
        { numRuns: 15 },
      );
    },
  );
});

describe("encodeClassPairs", () => {
  const given = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 12 });
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

  it("weighs the pairs to one altogether, each once", () => {
    fc.assert(
      fc.property(given, (list) => {
        const fed = encodeClassPairs(list, { loss: "cosinePairs", temperature: 1, scale: 0.25 });
        const [targets, weights] = [fed.get(TARGETS_INPUT)!, fed.get(WEIGHTS_INPUT)!];
        expect(sum(weights)).toBeCloseTo(0.25, 5);
        const n = list.length;
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            expect(weights[i * n + j]! > 0).toBe(i < j);
            expect(targets[i * n + j]).toBe(i < j && list[i] === list[j] ? 1 : 0);
          }
        }
      }),
    );
  });

  it("wants an item's mates alike, and of an item without any nothing", () => {
    fc.assert(
      fc.property(given, (list) => {
        const targets = encodeClassPairs(list, { loss: "supervisedContrastive", temperature: 0.1 }).get(TARGETS_INPUT)!;
        const n = list.length;
        const rows = list.map((_, i) => sum(targets.subarray(i * n, (i + 1) * n)));
        const anchors = list.filter((own) => list.filter((other) => other === own).length > 1).length;
        for (const [i, own] of list.entries()) {
          const mates = list.filter((other) => other === own).length - 1;
          expect(rows[i]).toBeCloseTo(mates > 0 ? 1 / anchors : 0, 5);
          expect(targets[i * n + i]).toBe(0);
        }
      }),
    );
  });

  it.each([0, -1, Number.NaN])("refuses a temperature of %s", (temperature) => {
    expect(() => encodeClassPairs([0, 0], { loss: "supervisedContrastive", temperature })).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT" }),
    );
  });
});
