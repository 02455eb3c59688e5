import { afterAll, expect, it } from "vitest";
import { startServer } from "./started-server.js";
import { textWorkplace } from "./text-model.js";
import { configOf, TextProject, textOf } from "./text-project.js";

const place = await textWorkplace();
afterAll(() => place.remove());

const NONE = "None of these";
const strange = (n: number) => `where is the next train to rome, please tell me ${n}`;

it("a server that was told the choice for what is out of scope learns to abstain, and answers with it", async () => {
  const server = await startServer({
    ...{ ...place, dataDir: place.at("none-of-these") },
    args: ["--train-args", '{"maxSteps": 120}', "--iterations", "2", "--out-of-scope-choice", NONE],
  });
  const project = new TextProject(server, 1, { labelConfig: configOf(["Positive", "Negative", NONE]) });
  await project.setup();
  for (let id = 1; id <= 60; id++) {
    const choice = [NONE, "Positive", "Negative"][id % 3]!;
    await project.created({ id, choice, text: choice === NONE ? strange(id) : textOf(choice, id) });
  }
  await project.startTraining();
  const { lastRun, versions } = await project.trained();
  expect(lastRun).toMatchObject({
    status: "completed",
    message: expect.stringMatching(/^it abstains: .* out of scope are told/),
  });
  // What it is out of is none of its classes.
  expect(versions[0]).toMatchObject({ labels: ["Positive", "Negative"] });
  expect(versions[0]!.metrics).toMatchObject({ accuracy: expect.any(Number), outOfScopeRecall: expect.any(Number) });
  const texts = [strange(901), strange(902), textOf("Positive", 903), textOf("Negative", 904)];
  const { json } = await project.predict(texts.map((text, n) => ({ id: 900 + n, data: { text } })));
  expect(json.results.map(({ result }) => result[0]?.value.choices)).toEqual([[NONE], [NONE], ["Positive"], ["Negative"]]);
  expect(await server.stop()).toBe(0);
}, 300_000);
