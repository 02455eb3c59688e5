import { describe, expect, it } from "vitest";
import { predictions } from "../../../src/core/predictions.js";
import { type PushProgress, type PushScoresOptions, pushScores } from "../../../src/label-studio/api/push-scores.js";
import { choicesControls } from "../../../src/label-studio/contract/choices-controls.js";
import { textTaskModel } from "../../../src/label-studio/contract/task-model.js";
import { choicesRegion, type SimulatedLabelStudio, type SimulatedProject } from "../simulated-label-studio.js";
import { clientOf, config, labels, studioOf, thrown } from "./studio-client.js";

/** The number in a text is the logit of the first class in half of the draws: the higher it is, the more the draws disagree. */
const model = textTaskModel({
  labels,
  async predict(texts, { iterations }) {
    const data = texts.flatMap((text) => {
      const doubt = Number(/\d+/.exec(text)?.[0] ?? 0) / 20;
      return [
        Array.from({ length: iterations }, (_, k) => (k % 2 ? doubt : -doubt)),
        new Array<number>(iterations).fill(0),
      ].flat();
    });
    return predictions("logits", [texts.length, 2, iterations], new Float32Array(data));
  },
});

async function poolOf(tasks: number) {
  const studio = await studioOf();
  const project = studio.createProject({ labelConfig: config });
  const numbers = Array.from({ length: tasks }, (_, i) => (i * 7) % tasks);
  const ids = await project.addTasks(numbers.map((number) => ({ text: `text ${number}` })));
  return { studio, project, ids };
}

function push(
  studio: SimulatedLabelStudio,
  project: SimulatedProject,
  options: Partial<PushScoresOptions> = {},
  labelConfig = config,
) {
  const { controls } = choicesControls(labelConfig, "text");
  const { client } = clientOf(studio);
  const target = { client, labelStudioId: project.id, controls, model };
  return pushScores(target, {
    modelVersion: "v2",
    iterations: 4,
    seed: 0,
    score: "bald",
    pageSize: 10,
    storeSize: 10,
    sampling: "Uncertainty sampling",
    ...options,
  });
}

function versions(project: SimulatedProject) {
  return project.tasks.map(({ predictions: made }) => made.map(({ modelVersion }) => modelVersion));
}

describe("pushScores", () => {
  it("scores the unlabelled tasks and lets the label stream go by them", async () => {
    const { studio, project, ids } = await poolOf(25);
    await project.annotate(ids[3]!, [choicesRegion("mood", "text", ["Good"])]);
    const told: PushProgress[] = [];
    const done = await push(studio, project, { onProgress: (progress) => told.push(progress) });
    expect(done).toEqual({ seen: 25, total: 25, created: 24, present: 0, failed: 0, problems: [], switched: true });
    expect(told.map(({ seen, created }) => [seen, created])).toEqual([
      [10, 0],
      [20, 19],
      [25, 19],
      [25, 24],
    ]);
    expect(versions(project)).toEqual(ids.map((id) => (id === ids[3] ? [] : ["v2"])));
    expect([project.modelVersion, project.sampling]).toEqual(["v2", "Uncertainty sampling"]);
    const served: number[] = [];
    for (;;) {
      const task = await project.nextTask();
      if (task === undefined) break;
      served.push(Number(String(task.data["text"]).slice(5)));
      expect(task.predictions).toHaveLength(1);
      await project.annotate(task.id, [choicesRegion("mood", "text", ["Bad"])]);
    }
    // The one that was labelled before is 21.
    expect(served).toEqual(Array.from({ length: 25 }, (_, i) => 24 - i).filter((number) => number !== 21));
  });

  it("leaves sampling and order alone where nothing else is asked for", async () => {
    const { studio, project } = await poolOf(3);
    await push(studio, project, { sampling: undefined });
    expect([project.modelVersion, project.sampling]).toEqual(["v2", "Sequential sampling"]);
  });

  it("does the rest after it was cancelled; until then the project goes on with its version", async () => {
    const { studio, project, ids } = await poolOf(25);
    await push(studio, project, { modelVersion: "v1" });
    const controller = new AbortController();
    const running = push(studio, project, { signal: controller.signal, onProgress: () => controller.abort() });
    expect(await thrown(running)).toMatchObject({ code: "E_ABORTED" });
    expect(project.modelVersion).toBe("v1");
    expect(versions(project).filter((made) => made.includes("v2"))).toHaveLength(10);
    expect((await project.nextTask())?.predictions.map(({ modelVersion }) => modelVersion)).toEqual(["v1"]);
    expect(await push(studio, project)).toMatchObject({ created: 15, present: 10, switched: true });
    expect(versions(project)).toEqual(ids.map(() => ["v1", "v2"]));
    expect(project.modelVersion).toBe("v2");
  });

  it("does not switch once it is no longer wanted, even at the end", async () => {
    const { studio, project } = await poolOf(5);
    const controller = new AbortController();
    const late = push(studio, project, { signal: controller.signal, onProgress: ({ seen }) => seen === 5 && controller.abort() });
    expect(await thrown(late)).toMatchObject({ code: "E_ABORTED" });
    expect(project.modelVersion).toBe("");
  });

  it("does the rest after Label Studio failed", async () => {
    const { studio, project, ids } = await poolOf(25);
    const failing = push(studio, project, {
      onProgress: () => studio.fail({ kind: "status", status: 500, match: /predictions/ }),
    });
    expect(await thrown(failing)).toMatchObject({ code: "E_LABEL_STUDIO", status: 500 });
    studio.heal();
    expect(await push(studio, project)).toMatchObject({ created: 15, present: 10 });
    expect(versions(project)).toEqual(ids.map(() => ["v2"]));
  });

  it("goes on through restarts of Label Studio and expired tokens", async () => {
    const { studio, project, ids } = await poolOf(25);
    studio.fail({ kind: "status", status: 503, times: 3, match: /predictions|tasks/ });
    const done = await push(studio, project, {
      onProgress: () => {
        studio.tokens.revoke();
        studio.fail({ kind: "status", status: 503, times: 2 });
      },
    });
    expect(done).toMatchObject({ created: 25, switched: true });
    expect(versions(project)).toEqual(ids.map(() => ["v2"]));
  });

  it("gives up where Label Studio leaves all of them out without a word", async () => {
    const { studio, project } = await poolOf(20);
    project.importing.isSilent = true;
    project.labelConfig = config.replaceAll("mood", "tone");
    const refused = await thrown(push(studio, project));
    expect(refused.message).toMatch(/rejects all predictions: Label Studio has left out 10 predictions/);
    expect(project.modelVersion).toBe("");
  });

  it("pushes nothing for tasks that cannot be predicted, and says why", async () => {
    const { studio, project } = await poolOf(2);
    const [bad] = await project.addTasks([{ title: "no text" }]);
    const done = await push(studio, project);
    expect(done).toMatchObject({ created: 2, failed: 1, switched: true });
    expect(done.problems).toEqual([expect.stringMatching(`task ${bad}: .*"text" is not in its data`)]);
    expect(versions(project)).toEqual([["v2"], ["v2"], []]);
  });

  it("changes nothing where nothing is unlabelled", async () => {
    const { studio, project, ids } = await poolOf(2);
    for (const id of ids) await project.annotate(id, []);
    expect(await push(studio, project)).toMatchObject({ created: 0, switched: false, seen: 2 });
    expect(studio.seen.filter(({ method }) => method === "PATCH")).toEqual([]);
    const controller = new AbortController();
    const late = push(studio, project, { signal: controller.signal, onProgress: () => controller.abort() });
    expect(await thrown(late)).toMatchObject({ code: "E_ABORTED" });
  });

  it("gives up when Label Studio wants none of its predictions, or the model knows none of its labels", async () => {
    const { studio, project } = await poolOf(25);
    project.labelConfig = config.replaceAll("mood", "tone");
    const refused = await thrown(push(studio, project));
    expect(refused.message).toContain("Label Studio rejects all predictions");
    expect(refused.message).toContain("Control tag mood for text is not in the config");
    expect(
      studio.seen.filter(({ url }) => url === "/api/tasks?project=1&fields=all&resolve_uri=false&page=2&page_size=10"),
    ).toEqual([]);
    const others = config.replace("Good", "Cat").replace("Bad", "Dog");
    expect(await thrown(push(studio, project, {}, others))).toMatchObject({ code: "E_LABEL_CONFIG" });
    expect(await thrown(push(studio, project, {}, "<View></View>"))).toMatchObject({ code: "E_LABEL_CONFIG" });
    expect(project.modelVersion).toBe("");
  });
});
