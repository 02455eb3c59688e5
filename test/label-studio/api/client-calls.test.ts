import { describe, expect, it } from "vitest";
import { labelStudioProjectId } from "../../../src/label-studio/api/label-studio-client.js";
import { choicesRegion, type ProjectOptions, type SimulatedLabelStudio } from "../simulated-label-studio.js";
import { clientOf, collect, config, studioOf, thrown } from "./studio-client.js";

async function projectOf(studio: SimulatedLabelStudio, tasks: number, options: Partial<ProjectOptions> = {}) {
  const project = studio.createProject({ labelConfig: config, ...options });
  const ids = await project.addTasks(Array.from({ length: tasks }, (_, i) => ({ text: `text ${i}` })));
  return { project, ids };
}

function predictionsFor(ids: readonly number[], modelVersion = "v1") {
  const result = [{ ...choicesRegion("mood", "text", ["Good"]), type: "choices" as const, score: 0.9 }];
  return ids.map((task, i) => ({ task, result, score: i / ids.length, model_version: modelVersion }));
}

const good = [choicesRegion("mood", "text", ["Good"])];

describe("exportAnnotations", () => {
  it("gives each annotation once, with its task's data, over several pages", async () => {
    const studio = await studioOf({ now: () => 1_800_000_000_123 });
    const { project, ids } = await projectOf(studio, 25);
    const annotated = ids.filter((id) => id % 3 === 0);
    for (const id of annotated) await project.annotate(id, good, { user: 7 });
    await project.annotate(ids[0]!, [], { wasCancelled: true, groundTruth: true });
    const { client } = clientOf(studio);
    const pages = await collect(client.exportAnnotations(project.id, { pageSize: 10 }));
    expect(pages.map(({ seen, total }) => [seen, total])).toEqual([
      [10, 25],
      [20, 25],
      [25, 25],
    ]);
    const records = pages.flatMap(({ items }) => items);
    expect(records.map(({ taskId }) => taskId)).toEqual([ids[0], ...annotated]);
    expect(records[1]).toEqual({
      id: expect.any(Number),
      taskId: annotated[0],
      data: { text: `text ${annotated[0]! - 1}` },
      result: good,
      completedBy: "7",
      wasCancelled: false,
      groundTruth: false,
      updatedAt: 1_800_000_000_123,
      createdAt: 1_800_000_000_123,
      taskCreatedAt: 1_800_000_000_123,
      leadTime: 2.5,
    });
    expect(records[0]).toMatchObject({ wasCancelled: true, groundTruth: true, result: [] });
    const queries = studio.seen
      .filter(({ url }) => url.startsWith("/api/tasks"))
      .map(({ url }) => new URLSearchParams(url.split("?")[1]));
    expect(queries.map((query) => query.get("page"))).toEqual(["1", "2", "3"]);
    expect(Object.fromEntries(queries[0]!)).toMatchObject({
      project: String(project.id),
      fields: "all",
      resolve_uri: "false",
      page_size: "10",
    });
  });

  it("takes an empty project, one whose last page is full, and tells a project that is not there", async () => {
    const studio = await studioOf();
    const { client } = clientOf(studio);
    expect(await collect(client.exportAnnotations((await projectOf(studio, 0)).project.id))).toEqual([]);
    const { project } = await projectOf(studio, 20);
    expect(await collect(client.exportAnnotations(project.id, { pageSize: 10 }))).toHaveLength(2);
    expect(await thrown(collect(client.exportAnnotations(99)))).toMatchObject({ code: "E_LABEL_STUDIO", status: 404 });
  });

  it("ends when tasks are deleted meanwhile, and gives none twice when some are added", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 30);
    const { client } = clientOf(studio);
    const seen: number[] = [];
    for await (const { items } of client.unlabelledTasks(project.id, { pageSize: 10 })) {
      seen.push(...items.map(({ id }) => id));
      if (seen.length === 10) await project.deleteTasks(ids.slice(0, 20));
    }
    expect(seen).toEqual(ids.slice(0, 10));
    const all: number[] = [];
    for await (const { items } of client.unlabelledTasks(project.id, { pageSize: 5 })) {
      all.push(...items.map(({ id }) => id));
      if (all.length === 5)
        project.tasks.unshift({ id: 1000, data: { text: "new" }, annotations: [], predictions: [], createdAt: 0, updatedAt: 0 });
    }
    expect(all).toEqual(ids.slice(20));
  });

  it("reads users, times and gaps as the versions of Label Studio write them", async () => {
    const studio = await studioOf();
    const { client } = clientOf(studio);
    const annotations = [
      { id: 1, result: null, completed_by: { id: 4, email: "a@example.org" }, updated_at: "2026-01-02T03:04:05.678901Z" },
      { id: 2, completed_by: null, created_at: "2026-01-02T03:04:05" },
      { id: 3, result: [], completed_by: "b@example.org", updated_at: "never" },
    ];
    const tasks = [
      { id: 5, data: { text: "a" }, annotations },
      { id: 6, data: {}, annotations: null },
    ];
    studio.fail({ kind: "status", status: 200, body: { tasks, total: 2 }, match: /tasks/ });
    const [page] = await collect(client.exportAnnotations(1));
    expect(page?.items.map(({ completedBy, updatedAt, result }) => [completedBy, updatedAt, result])).toEqual([
      ["4", Date.UTC(2026, 0, 2, 3, 4, 5, 678), []],
      [undefined, Date.UTC(2026, 0, 2, 3, 4, 5), []],
      ["b@example.org", 0, []],
    ]);
  });
});

describe("unlabelledTasks", () => {
  it("gives what the label stream still serves, with the versions of its predictions", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 4, { overlap: 2 });
    const [none, one, both, skipped] = ids as [number, number, number, number];
    await project.annotate(one, good);
    await project.annotate(both, good, { user: 1 });
    await project.annotate(both, good, { user: 2 });
    await project.annotate(skipped, [], { user: 1, wasCancelled: true });
    const { client } = clientOf(studio);
    await client.createPredictions(project.id, [...predictionsFor([none], "v1"), ...predictionsFor([none], "v2")]);
    const tasks = (await collect(client.unlabelledTasks(project.id))).flatMap(({ items }) => items);
    expect(tasks.map(({ id }) => id)).toEqual([none, one, skipped]);
    expect(tasks[0]).toEqual({ id: none, data: { text: "text 0" }, modelVersions: new Set(["v1", "v2"]) });
  });

  it("counts annotations where Label Studio does not say whether a task is labelled", async () => {
    const studio = await studioOf();
    const annotation = { id: 1, result: [] };
    const tasks = [
      { id: 1, data: {}, annotations: [annotation] },
      { id: 2, data: {}, annotations: [{ ...annotation, was_cancelled: true }] },
      { id: 3, data: {} },
    ];
    studio.fail({ kind: "status", status: 200, body: { tasks, total: 3 }, match: /tasks/ });
    const [page] = await collect(clientOf(studio).client.unlabelledTasks(1));
    expect(page?.items.map(({ id }) => id)).toEqual([2, 3]);
  });
});

describe("createPredictions", () => {
  const imports = (studio: SimulatedLabelStudio) => studio.seen.filter(({ url }) => url.endsWith("/import/predictions"));

  it("stores all, many in one request", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 1_200);
    const { client } = clientOf(studio);
    expect(await client.createPredictions(project.id, predictionsFor(ids))).toEqual({ created: 1_200, rejected: [], dropped: 0 });
    expect(imports(studio)).toHaveLength(1);
    expect(project.tasks.map(({ predictions }) => predictions.map(({ score, modelVersion }) => [score, modelVersion]))).toEqual(
      ids.map((_, i) => [[i / 1_200, "v1"]]),
    );
    expect(await client.createPredictions(project.id, [])).toEqual({ created: 0, rejected: [], dropped: 0 });
  });

  it("counts those that Label Studio leaves out without a word", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 3);
    project.importing.isSilent = true;
    const predictions = predictionsFor(ids).map((made, i) =>
      i === 1 ? { ...made, result: [choicesRegion("mood", "text", ["Ugly"])] as never } : made,
    );
    const { client } = clientOf(studio);
    expect(await client.createPredictions(project.id, predictions)).toEqual({ created: 2, rejected: [], dropped: 1 });
  });

  it("stores none twice where a refused request was stored in part", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 1_300);
    project.importing.batch = 500;
    const { client } = clientOf(studio);
    await client.createPredictions(project.id, predictionsFor(ids.slice(0, 3)));
    const rest = predictionsFor(ids).slice(3);
    const gone = rest.map((made, i) => (i === 777 ? { ...made, task: 99_999 } : made));
    expect(await client.createPredictions(project.id, gone)).toMatchObject({ created: 1_296, rejected: [{ taskId: 99_999 }] });
    expect(project.tasks.map(({ predictions }) => predictions.length)).toEqual(ids.map((_, i) => (i === 780 ? 0 : 1)));
  });

  it("tells predictions that Label Studio does not want, and stores the others", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 40);
    const predictions = predictionsFor(ids).map((made, i) => {
      if (i === 7) return { ...made, result: [choicesRegion("mood", "text", ["Ugly"])] as never };
      return i === 30 ? { ...made, task: 999 } : made;
    });
    const { created, rejected } = await clientOf(studio).client.createPredictions(project.id, predictions);
    expect(created).toBe(38);
    expect(rejected.map(({ taskId }) => taskId)).toEqual([ids[7], 999]);
    expect(rejected[0]?.reason).toContain("Choices Ugly are not in Good, Bad");
    expect(project.tasks.map(({ predictions: made }) => made.length)).toEqual(ids.map((_, i) => (i === 7 || i === 30 ? 0 : 1)));
    // Halved, not one by one.
    expect(imports(studio).length).toBeLessThan(24);
  });

  it("does not ask about each of many that are all refused", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 500);
    project.labelConfig = config.replaceAll("mood", "tone");
    const { created, rejected } = await clientOf(studio).client.createPredictions(project.id, predictionsFor(ids));
    expect([created, rejected.length]).toEqual([0, 500]);
    expect(new Set(rejected.map(({ taskId }) => taskId)).size).toBe(500);
    expect(imports(studio).length).toBeLessThan(30);
  });

  it("halves what is too large for a proxy", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 20);
    studio.fail({ kind: "status", status: 413, times: 1, match: /predictions/ });
    expect(await clientOf(studio).client.createPredictions(project.id, predictionsFor(ids))).toMatchObject({ created: 20 });
    expect(imports(studio)).toHaveLength(3);
  });

  it("stops at the first failure that is no fault of a prediction", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 1_500);
    studio.fail({ kind: "status", status: 500, match: /predictions/ });
    const { client } = clientOf(studio);
    expect(await thrown(client.createPredictions(project.id, predictionsFor(ids)))).toMatchObject({ status: 500 });
    expect(imports(studio)).toHaveLength(1);
  });

  it("stores none twice: what may have been done is not asked for again, what was surely not done is", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 10);
    const { client } = clientOf(studio);
    studio.fail({ kind: "status", status: 503, times: 2, match: /predictions/ });
    studio.fail({ kind: "unanswered", times: 1, match: /predictions/ });
    const lost = await thrown(client.createPredictions(project.id, predictionsFor(ids)));
    expect(lost).toMatchObject({ code: "E_LABEL_STUDIO", status: undefined });
    expect(imports(studio)).toHaveLength(3);
    expect(project.tasks.map(({ predictions }) => predictions.length)).toEqual(ids.map(() => 1));
  });

  it("stops when the caller is gone", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 10);
    const { client } = clientOf(studio);
    const signal = AbortSignal.abort();
    expect(await thrown(client.createPredictions(project.id, predictionsFor(ids), { signal }))).toMatchObject({
      code: "E_ABORTED",
    });
    expect(imports(studio)).toEqual([]);
  });
});

describe("modelVersions", () => {
  it("counts predictions by version, and knows the backends; a version is deleted whole", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 3);
    const { client } = clientOf(studio);
    await client.createPredictions(project.id, [...predictionsFor(ids, "v1"), ...predictionsFor(ids.slice(1), "v2")]);
    expect(await client.modelVersions(project.id)).toEqual({
      stored: new Map([
        ["v1", 3],
        ["v2", 2],
      ]),
      backends: [],
    });
    expect(await client.deletePredictions(project.id, "v1")).toBe(3);
    expect(await client.deletePredictions(project.id, "v1")).toBe(0);
    expect((await client.modelVersions(project.id)).stored).toEqual(new Map([["v2", 2]]));
  });
});

describe("updateProject", () => {
  it("sets version and sampling, and says what Label Studio has against it", async () => {
    const studio = await studioOf();
    const { project, ids } = await projectOf(studio, 1);
    const { client } = clientOf(studio);
    const refused = await thrown(client.updateProject(project.id, { modelVersion: "v1" }));
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.message).toContain("Model version doesn't exist");
    await client.createPredictions(project.id, predictionsFor(ids));
    const changed = await client.updateProject(project.id, { modelVersion: "v1", sampling: "Uncertainty sampling" });
    expect(changed).toEqual({
      id: project.id,
      title: "Project 1",
      createdAt: expect.any(Number),
      tasks: ids.length,
      labelConfig: config,
      modelVersion: "v1",
      sampling: "Uncertainty sampling",
      annotations: 0,
    });
    expect(await client.project(project.id)).toEqual(changed);
    await client.updateProject(project.id, { sampling: "Sequential sampling" });
    expect([project.modelVersion, project.sampling]).toEqual(["v1", "Sequential sampling"]);
  });
});

describe("download", () => {
  it("gives Label Studio's files, and no others", async () => {
    const studio = await studioOf({ prefix: "/studio" });
    studio.addFile("/data/upload/1/a.png", new Uint8Array([1, 2, 3]));
    const { client } = clientOf(studio);
    expect([...(await client.download("/data/upload/1/a.png"))]).toEqual([1, 2, 3]);
    const disguised = ["/data/upload/..%2F..%2Fapi/projects/1", "/data/%5C..%5Capi/projects"];
    const asked = studio.seen.length;
    for (const other of ["https://example.org/a.png", "/api/projects/1", "data:image/png;base64,AAAA", ...disguised]) {
      expect(await thrown(client.download(other))).toMatchObject({ code: "E_IMAGE" });
    }
    // They would be asked for with the token.
    expect(studio.seen).toHaveLength(asked);
  });
});

describe("labelStudioProjectId", () => {
  it("is the part before the dot", () => {
    expect(labelStudioProjectId("12.1700000000")).toBe(12);
    expect(labelStudioProjectId("12")).toBe(12);
    for (const bad of ["", "x", "1e3", "12x.5"]) expect(() => labelStudioProjectId(bad)).toThrow(/<id>\.<created>/);
  });
});
