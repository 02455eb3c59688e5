import { afterAll, describe, expect, it } from "vitest";
import { eventually, type StartedServer, startServer } from "./started-server.js";
import { textWorkplace } from "./text-model.js";
import { configOf, TextProject, textOf } from "./text-project.js";

const place = await textWorkplace();
afterAll(() => place.remove());

const start = (dataDir: string): Promise<StartedServer> =>
  startServer({ ...place, dataDir: place.at(dataDir), args: ["--train-recipe", "solvedHead", "--iterations", "5"] });

/** Scores and choices of texts that are asked for. */
async function answersOf(project: TextProject) {
  const tasks = ["Positive", "Negative"].map((label, n) => ({ id: 500 + n, data: { text: textOf(label, 900 + n) } }));
  const { json } = await project.predict(tasks);
  return json.results.map(({ model_version, score, result }) => ({
    version: model_version,
    score,
    choices: result[0]?.value.choices,
  }));
}

/** When cross-validation has nothing more to say of so many labels. */
async function settledAnswers(project: TextProject, labels: number) {
  await eventually(async () => {
    const { head } = await project.status();
    return (head?.labelled === labels && head.isSettled) || undefined;
  });
  return answersOf(project);
}

const headOf = async (project: TextProject) => (await project.status()).head;

/** When the head has so many labels, and a version is published. */
const solved = (project: TextProject, labels: number) =>
  eventually(async () => {
    const { head, modelVersion } = await project.status();
    return head?.labelled === labels && modelVersion.startsWith("v") ? modelVersion : undefined;
  });

describe("a server whose head is solved with each label", () => {
  it("has each label in the next answer, and after kill -9 the same head under the same version", async () => {
    let server = await start("each-label");
    const project = new TextProject(server, 1);
    await project.setup();
    expect(await solved(project, 0)).toMatch(/^v1-/);
    // Texts that were asked for take part as unlabelled ones from the next label on.
    await answersOf(project);
    await project.created({ id: 1, choice: "Positive" });
    await project.created({ id: 2, choice: "Negative" });
    const before = await answersOf(project);
    expect(await headOf(project)).toMatchObject({ labelled: 2, unlabelled: 2 });

    // Another opinion, which is taken back.
    await project.created({ id: 3, task: 3, text: textOf("Positive", 900), choice: "Negative" });
    const between = await answersOf(project);
    expect(between[0]!.score).not.toBeCloseTo(before[0]!.score, 3);
    expect(await headOf(project)).toMatchObject({ labelled: 3 });
    await project.event("ANNOTATIONS_DELETED", { annotations: [{ id: 3 }] });
    const after = await settledAnswers(project, 2);
    const served = await project.version();

    await server.kill();
    server = await start("each-label");
    project.server = server;
    expect(await project.version()).toBe(served);
    const again = await settledAnswers(project, 2);
    for (const [n, { score }] of again.entries()) expect(score).toBeCloseTo(after[n]!.score, 2);
    expect(await server.stop()).toBe(0);
  }, 300_000);

  it("makes a whole model of them when a training is asked for, and goes on solving", async () => {
    const server = await start("training");
    const project = new TextProject(server, 1);
    await project.setup();
    await project.label(24);
    await solved(project, 24);
    await project.startTraining();
    const { lastRun, versions } = await project.trained();
    expect(lastRun).toMatchObject({
      status: "completed",
      cause: "START_TRAINING",
      message: expect.stringContaining("labels of 2 classes"),
    });
    expect(versions.find(({ version }) => version === lastRun!.version)).toMatchObject({ trained: 18, heldOut: 6 });
    await project.created({ id: 100, choice: "Positive" });
    expect((await answersOf(project))[0]).toMatchObject({ version: lastRun!.version });
    expect(await headOf(project)).toMatchObject({ labelled: 25 });
    expect(await server.stop()).toBe(0);
  }, 300_000);

  it("says of a configuration that its none-of-these is a class like the others", async () => {
    const server = await startServer({
      ...{ ...place, dataDir: place.at("none") },
      args: ["--train-recipe", "solvedHead", "--out-of-scope-choice", "None"],
    });
    const notesOf = async (labels: readonly string[]) =>
      (await server.call("POST", "/validate", { body: { config: configOf(labels) } })).json["notes"];
    expect(await notesOf(["Late", "Broken", "None"])).toEqual([expect.stringMatching(/^"None" is a class like the others/)]);
    expect(await notesOf(["Late", "Broken"])).toEqual([]);
    expect(await server.stop()).toBe(0);
  });

  it("trains by arguments where these are given", async () => {
    const server = await startServer({ ...place, dataDir: place.at("arguments"), args: ["--train-args", '{"maxSteps": 2}'] });
    const project = new TextProject(server, 1);
    await project.setup();
    expect(await headOf(project)).toBeUndefined();
    expect(await server.stop()).toBe(0);
  });
});
