import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predictions } from "../../src/core/predictions.js";
import { controlMatcher } from "../../src/label-studio/contract/label-match.js";
import { isInRange, numberUncertainty, servedNumber } from "../../src/label-studio/contract/number-control.js";
import { predictTasks } from "../../src/label-studio/contract/predict-tasks.js";
import { type PredictionOptions, toPrediction } from "../../src/label-studio/contract/prediction.js";
import { taskText } from "../../src/label-studio/contract/task.js";
import type { TaskModel } from "../../src/label-studio/contract/task-model.js";
import { validateConfig } from "../../src/label-studio/contract/validate-config.js";
import { joinedModels } from "../../src/label-studio/serving/hosted-models.js";
import { answerReader } from "../../src/label-studio/training/answers.js";
import { trainingSet } from "../../src/label-studio/training/training-set.js";
import { controlsOf, labelled } from "./training/labelled.js";

const config = (tag: string) => `<View><Text name="t" value="$text"/>${tag}</View>`;
const one = (tag: string) => controlsOf(config(tag))[0]!;
const stars = one('<Rating name="stars" toName="t" maxRating="4"/>');
const grams = one('<Number name="grams" toName="t" min="0" max="9.5" step="2"/>');
const free = one('<Number name="price" toName="t"/>');

const rated = (id: number, value: unknown, changes: Parameters<typeof labelled>[2] = {}) =>
  labelled(id, [], { result: [{ from_name: "stars", to_name: "t", type: "rating", value: { rating: value } }], ...changes });

describe("a Rating and a Number", () => {
  it("are read from the configuration with the numbers that they take", () => {
    expect(stars).toMatchObject({ type: "rating", toName: "t", number: { min: 1, max: 4, step: 1 } });
    expect(one('<Rating name="r" toName="t"/>').number).toMatchObject({ min: 1, max: 5 });
    expect(grams).toMatchObject({ type: "number", number: { min: 0, max: 9.5, step: 2 } });
    expect(free.number).toEqual({ min: undefined, max: undefined, step: undefined });
  });

  it.each([
    ['<Number name="n" toName="t" min="3" max="2"/>', /takes no numbers: from 3 to 2/],
    ['<Number name="n" toName="t" step="0"/>', /in steps of 0/],
    ['<Number name="n" toName="t" max="many"/>', /to NaN/],
    ['<Rating name="n" toName="t" perRegion="true"/>', /single regions/],
  ])("are left out with the reason where that makes no sense: %s", (tag, reason) => {
    expect(() => validateConfig(config(tag), { kind: "text" })).toThrow(reason);
  });

  it("serve numbers that the editor takes: in the range, and in its steps", () => {
    const bound = fc.option(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { nil: undefined });
    const step = fc.option(
      fc.integer({ min: 1, max: 50 }).map((hundredths) => hundredths / 100),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.double({ min: -1e5, max: 1e5, noNaN: true }), bound, bound, step, (value, a, b, by) => {
        const [min, max] = a !== undefined && b !== undefined ? [Math.min(a, b), Math.max(a, b) + 1] : [a, b];
        const served = servedNumber(value, { min, max, step: by });
        expect(isInRange(served + 1e-6, { min }) && isInRange(served - 1e-6, { max })).toBe(true);
        const steps = by === undefined ? 0 : (served - (min ?? 0)) / by;
        expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-3);
      }),
    );
    expect([0.2, 2.49, 2.51, 99].map((value) => servedNumber(value, stars.number!))).toEqual([1, 2, 3, 4]);
    expect([-3, 2.9, 3.1, 99].map((value) => servedNumber(value, grams.number!))).toEqual([0, 2, 4, 8]);
    expect(servedNumber(12.3456789, free.number!)).toBe(12.3457);
  });
});

const OPTIONS: PredictionOptions = { modelVersion: "1" };
const draws = (...values: readonly number[]) => predictions("values", [1, 1, values.length], Float32Array.from(values));
const predicted = (control: typeof stars, ...values: readonly number[]) =>
  toPrediction(
    [{ control, match: controlMatcher({ labels: [control.name], isRegression: true })(control), predictions: draws(...values) }],
    OPTIONS,
  );

describe("the prediction of a number", () => {
  it("is a region of its type, the mean of the draws", () => {
    expect(predicted(stars, 2, 3, 4).result).toEqual([
      { from_name: "stars", to_name: "t", type: "rating", value: { rating: 3 } },
    ]);
    expect(predicted(grams, 5, 6).result).toEqual([{ from_name: "grams", to_name: "t", type: "number", value: { number: 6 } }]);
    expect(predicted(free, 1.25, 1.5).result[0]!.value).toEqual({ number: 1.375 });
  });

  it("is scored by the variance of the draws, in [0, 1], the most uncertain the lowest", () => {
    const scores = [
      [2, 2],
      [2, 2.5],
      [1, 4],
      [-100, 100],
    ].map((values) => predicted(stars, ...values).score);
    expect(scores).toEqual([1, expect.closeTo(1 - 0.25 / 1.5, 6), 0, 0]);
    const all = [
      [5, 5],
      [5, 5.1],
      [0, 1e9],
    ].map((values) => predicted(free, ...values).score);
    expect(all.toSorted((a, b) => b - a)).toEqual(all);
    expect(all.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(numberUncertainty([3], stars.number!)).toBe(0);
  });

  it("that is not finite is a fault of that task alone", async () => {
    const model: TaskModel = {
      ...{ kind: "text", labels: ["stars"], isMultiLabel: false, isRegression: true, read: taskText },
      predict: async (inputs) => inputs.map(({ value }) => draws(Number(value), Number(value))),
    };
    const tasks = ["2", "none", "4"].map((text, id) => ({ id, data: { text } }));
    const { results, problems } = await predictTasks(tasks, [stars], model, { ...OPTIONS, iterations: 2, seed: 1 });
    expect(results.map(({ result }) => result[0]?.value.rating)).toEqual([2, undefined, 4]);
    expect(problems).toEqual([{ position: 1, taskId: 1, reason: expect.stringMatching(/not finite/) }]);
  });

  it("waits for the first training where the model has classes, and does not stand in the way of choices", async () => {
    const controls = controlsOf(
      config('<Rating name="stars" toName="t"/><Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices>'),
    );
    const model: TaskModel = {
      ...{ kind: "text", labels: ["A", "B"], isMultiLabel: false, read: taskText },
      predict: async (inputs) => inputs.map(() => predictions("logits", [1, 2, 1], Float32Array.of(3, 0))),
    };
    const { results, mismatches } = await predictTasks([{ id: 1, data: { text: "x" } }], controls, model, {
      ...OPTIONS,
      iterations: 1,
      seed: 1,
    });
    expect(results[0]!.result).toMatchObject([{ from_name: "c", value: { choices: ["A"] } }]);
    expect(mismatches).toEqual([expect.stringMatching(/"stars" asks for a number, and the model gives none.*first training/)]);
  });

  it("comes beside choices from the models of several controls, each with its own scope", async () => {
    const controls = controlsOf(
      config(
        '<Rating name="stars" toName="t"/><Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/><Choice value="None"/></Choices>',
      ),
    );
    const joined = joinedModels([
      {
        name: "stars",
        model: {
          predictor: {
            labels: ["stars"],
            isRegression: true,
            predict: async (texts) =>
              predictions(
                "values",
                [texts.length, 1, 2],
                Float32Array.from(texts.flatMap((text) => [Number(text), Number(text) + 1])),
              ),
          },
          stop: async () => {},
        },
      },
      {
        name: "c",
        model: {
          predictor: {
            labels: ["A", "B"],
            predict: async (texts) =>
              predictions("logits", [texts.length, 2, 2], Float32Array.from(texts.flatMap(() => [1, 1, 0, 0])), undefined, {
                beyondScope_N: Float32Array.from(texts, (text) => Number(text) - 3.5),
              }),
          },
          stop: async () => {},
        },
      },
    ]);
    const model: TaskModel = {
      ...{ kind: "text", labels: joined.predictor.labels, isMultiLabel: true, read: taskText },
      async predict(inputs) {
        const predict = joined.predictor.predict as (texts: string[], call: object) => ReturnType<typeof Object>;
        const { data, shape } = await predict(
          inputs.map(({ value }) => value),
          { iterations: 2 },
        );
        const size = shape[1] * shape[2];
        return inputs.map((_, n) => predictions("sigmoidLogits", [1, shape[1], 2], data.slice(n * size, (n + 1) * size)));
      },
    };
    const tasks = ["2", "4"].map((text, id) => ({ id, data: { text } }));
    const settings = { ...OPTIONS, iterations: 2, seed: 1, outOfScopeChoice: "None" };
    const { results } = await predictTasks(tasks, controls, model, settings);
    expect(results.map(({ result }) => result.map(({ value }) => value.rating ?? value.choices))).toEqual([
      [3, ["A"]],
      [5, ["None"]],
    ]);
  });
});

describe("annotations of a number", () => {
  const read = answerReader(stars);

  it("are read as that number; what the configuration does not take (any more) is told", () => {
    expect(read(rated(1, 3))).toEqual({ kind: "labels", labels: ["3"], isMapped: false });
    expect(read(rated(1, 5))).toEqual({ kind: "unknown", labels: ["5"] });
    expect(read(rated(1, "3"))).toEqual({ kind: "none", why: "empty" });
    expect(read(labelled(1, ["A"]))).toEqual({ kind: "none", why: "otherControls" });
  });

  it.each([
    ["majority", ["2"]],
    ["weighted", ["2"]],
    ["latest", ["4"]],
  ] as const)("of several people come to one number: %s", (annotators, answer) => {
    const votes = [1, 2, 4].map((value, n) => rated(n + 1, value, { taskId: 7, completedBy: `user ${n}` }));
    const other = rated(9, 1, { taskId: 8 });
    const data = trainingSet([...votes, other], [stars], { annotators, minItems: 1, heldOutShare: 0 });
    if (data.kind !== "ready") throw new Error(data.reason);
    expect(data.rows.map(({ answers }) => answers.get("stars"))).toEqual([answer, ["1"]]);
    expect(data.controls).toEqual([{ control: stars, labels: ["stars"] }]);
  });

  it("are learned from two different ones on, and counted by rating", () => {
    const same = Array.from({ length: 12 }, (_, n) => rated(n + 1, 2));
    expect(trainingSet(same, [stars])).toMatchObject({
      kind: "insufficient",
      reason: expect.stringMatching(/2 different numbers.*have 2/),
    });
    const data = trainingSet([...same, rated(90, 4), rated(91, 9)], [stars]);
    expect(data).toMatchObject({ kind: "ready", reports: [{ items: { 2: 12, 4: 1 }, unknownLabels: { 9: 1 } }] });
  });
});
