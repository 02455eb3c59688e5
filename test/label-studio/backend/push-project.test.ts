import { describe, expect, it } from "vitest";
import { type PushProjectOptions, pushProject } from "../../../src/label-studio/backend/push-project.js";
import { textTaskModel } from "../../../src/label-studio/contract/task-model.js";
import type { ProjectModels } from "../../../src/label-studio/serving/project-models.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { clientOf, config, labels, studioOf } from "../api/studio-client.js";
import { fakePredictor } from "../fake-predictor.js";
import { choicesRegion, type ProjectOptions } from "../simulated-label-studio.js";
import { openTestStore } from "../state/open-test-store.js";
import { addTestVersion } from "../state/test-version.js";

/** A project in a Label Studio and in a store, whose serving version is a name alone. */
async function setUp(options: Partial<ProjectOptions> = {}) {
  const studio = await studioOf();
  const project = studio.createProject({ labelConfig: config, ...options });
  await project.addTasks(["a Good day", "a Bad day", "another Good day"].map((text) => ({ text })));
  const store = await openTestStore(temporaryFolder());
  const { id } = store.project({ hostname: studio.url, project: project.key });
  store.saveConfig(id, { labelConfig: config });
  const model = textTaskModel(fakePredictor(labels));
  const models = {
    of: () => ({
      get modelVersion() {
        return store.projectById(id)!.servingVersion!;
      },
      withTaskModel: (work: (...of: readonly unknown[]) => unknown) =>
        work(model, { modelVersion: store.projectById(id)!.servingVersion, iterations: 2, seed: 0 }),
    }),
  } as unknown as ProjectModels;
  const { client } = clientOf(studio, { retries: 0 });
  const push = async (version: string, sampling?: PushProjectOptions["sampling"]) => {
    if (!store.versions(id).some((known) => known.version === version)) await addTestVersion(store, id, version);
    store.serve(id, version);
    const places = { client, store, models, baseVersion: "base-1", sampling };
    const end = await pushProject(places, id, { cause: "version", signal: new AbortController().signal });
    if (end.kind === "pushed") store.scoresPushed(id, version);
    return end;
  };
  return { studio, project, store, id, client, push };
}

const good = [{ ...choicesRegion("mood", "text", ["Good"]), type: "choices" as const, score: 0.9 }];

describe("pushing a version's scores", () => {
  it("deletes the predictions of the server's versions before, and nobody else's", async () => {
    const { project, store, id, client, push } = await setUp();
    const [first] = project.tasks;
    const made = (model_version: string) => ({ task: first!.id, result: good, score: 0.5, model_version });
    await client.createPredictions(project.id, [made("base-1"), made("another server's"), made("v7-00000000")]);
    expect(await push("v1-a")).toMatchObject({ kind: "pushed", deleted: 1 });
    expect([...project.modelVersions()]).toEqual([
      ["another server's", 1],
      ["v7-00000000", 1],
      ["v1-a", 3],
    ]);
    // One that was removed here in the meantime is known still.
    store.serve(id, undefined);
    store.removeVersion(id, "v1-a");
    expect(await push("v2-b")).toMatchObject({ kind: "pushed", deleted: 3, problem: undefined });
    expect([...project.modelVersions()]).toEqual([
      ["another server's", 1],
      ["v7-00000000", 1],
      ["v2-b", 3],
    ]);
    expect(project.modelVersion).toBe("v2-b");
  });

  it("is done though the versions before cannot be deleted, which the next push does", async () => {
    const { studio, project, push } = await setUp();
    await push("v1-a");
    studio.fail({ kind: "status", status: 403, match: /DELETE/ });
    const end = await push("v2-b");
    expect(end).toMatchObject({ kind: "pushed", deleted: 0, problem: expect.stringContaining("403") });
    expect(project.modelVersion).toBe("v2-b");
    studio.heal();
    expect(await push("v3-c")).toMatchObject({ deleted: 6 });
    expect([...project.modelVersions().keys()]).toEqual(["v3-c"]);
  });

  it("orders a project by uncertainty once, where nobody has chosen an order", async () => {
    const { project, push } = await setUp();
    expect(await push("v1-a")).toMatchObject({ sampling: "Uncertainty sampling" });
    expect([project.modelVersion, project.sampling]).toEqual(["v1-a", "Uncertainty sampling"]);
    // Somebody wants it otherwise.
    project.sampling = "Sequential sampling";
    expect(await push("v2-b")).toMatchObject({ sampling: undefined });
    expect([project.modelVersion, project.sampling]).toEqual(["v2-b", "Sequential sampling"]);
  });

  it.each([
    ["Uniform sampling", undefined, "Uniform sampling"],
    ["Sequential sampling", "unchanged", "Sequential sampling"],
    ["Sequential sampling", "Uniform sampling", "Uniform sampling"],
  ] as const)("leaves %s with %s at %s", async (before, asked, after) => {
    const { project, push } = await setUp({ sampling: before });
    await push("v1-a", asked);
    expect([project.modelVersion, project.sampling]).toEqual(["v1-a", after]);
  });
});
