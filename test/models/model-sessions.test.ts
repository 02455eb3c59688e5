import { afterEach, beforeEach, expect, it } from "vitest";
import { DeepEnsemble } from "../../src/bayesian/deep-ensemble.js";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { Sgd } from "../../src/engine/optimizers/sgd.js";
import { releaseIdleSessions, sessionCounts } from "../../src/engine/runtime/session.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { draws } from "./draw-moments.js";
import { asDataset, tinyConfig, tinyTexts } from "./tiny.js";

const texts = tinyTexts(6, (index) => index % 3);
const tinyModel = () => TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b", "c"], seed: 5 });
let before = 0;

beforeEach(() => {
  before = sessionCounts().held;
});
afterEach(() => releaseIdleSessions());

it("a model holds the sessions of its predictions until it is disposed of, and makes them anew when it is used again", async () => {
  const model = tinyModel();
  const plain = await draws(model, texts);
  patchModule(model, { where: "head" });
  const drawn = await draws(model, texts, { iterations: 3 });
  patchModule(model, { posterior: new DeepEnsemble([model.stateDict(), tinyModel().stateDict()]) });
  await draws(model, texts, { iterations: 2 });
  for await (const _ of model.features(asDataset(texts)));
  expect(sessionCounts().held).toBeGreaterThan(before + 3);
  await model.dispose();
  expect(sessionCounts().held).toBe(before);

  patchModule(model, { where: "head" });
  expect(await draws(model, texts, { iterations: 3 })).toEqual(drawn);
  expect(await draws(model, texts, { mode: "deterministic" })).toEqual(plain);
  await model[Symbol.asyncDispose]();
  expect(sessionCounts().held).toBe(before);
});

it("models of one graph share their sessions: one that goes takes nothing from the other", async () => {
  const [one, other] = [tinyModel(), tinyModel()];
  const expected = await draws(one, texts);
  await draws(other, texts);
  const { held } = sessionCounts();
  await one.dispose();
  expect(sessionCounts().held).toBe(held);
  expect(await draws(other, texts)).toEqual(expected);
  await other.dispose();
  expect(sessionCounts().held).toBe(before);
});

it("a learner gives its sessions back, those of its draws too", async () => {
  const learner = await tinyModel().createLearner({
    ...{ loss: { name: "crossEntropy" } as const, optimizer: new Sgd(), maxGradNorm: 1, seed: 1 },
  });
  await learner.step([texts], { step: 0, learningRate: 0.1 });
  await learner.soft!.draw(texts, { seed: 2 });
  expect(sessionCounts().held).toBeGreaterThan(before);
  await learner.release?.();
  expect(sessionCounts().held).toBe(before);
});
