import { describe, expect, it } from "vitest";
import { fetchHistory, type HistoryProgress } from "../../../src/label-studio/api/history.js";
import type { AnnotationRecord } from "../../../src/label-studio/state/records.js";
import { choicesRegion } from "../simulated-label-studio.js";
import { clientOf, config, studioOf, thrown } from "./studio-client.js";

/** Keeps what is newer, by project. */
function annotationStore() {
  const kept = new Map<number, AnnotationRecord>();
  return {
    kept,
    saveAnnotations(projectId: number, annotations: readonly AnnotationRecord[]) {
      expect(projectId).toBe(77);
      const news = annotations.filter(({ id, updatedAt }) => updatedAt > (kept.get(id)?.updatedAt ?? -1));
      for (const annotation of news) kept.set(annotation.id, annotation);
      return { stored: news.length, unchanged: annotations.length - news.length };
    },
  };
}

async function labelled() {
  let ms = 1_800_000_000_000;
  const studio = await studioOf({ now: () => ms++ });
  const project = studio.createProject({ labelConfig: config });
  const ids = await project.addTasks(Array.from({ length: 30 }, (_, i) => ({ text: `text ${i}` })));
  for (const id of ids.slice(5, 25)) await project.annotate(id, [choicesRegion("mood", "text", [id % 2 ? "Good" : "Bad"])]);
  const store = annotationStore();
  return { studio, project, store, places: { store, labelStudioId: project.id, projectId: 77, client: clientOf(studio).client } };
}

describe("fetchHistory", () => {
  it("brings all annotations into the store, once, and tells how far it is", async () => {
    const { project, places, store } = await labelled();
    const told: HistoryProgress[] = [];
    const done = await fetchHistory(places, { pageSize: 10, onProgress: (progress) => told.push(progress) });
    expect(done).toEqual({ seen: 30, total: 30, stored: 20, unchanged: 0 });
    expect(told.map(({ seen, stored }) => [seen, stored])).toEqual([
      [10, 5],
      [20, 15],
      [30, 20],
    ]);
    expect([...store.kept.values()].map(({ taskId, data, result }) => ({ id: taskId, data, result }))).toEqual(
      project.tasks
        .filter(({ annotations }) => annotations.length > 0)
        .map(({ id, data, annotations }) => ({ id, data, result: annotations[0]?.result })),
    );
    await project.update([...store.kept.keys()][0]!, []);
    expect(await fetchHistory(places)).toMatchObject({ stored: 1, unchanged: 19 });
  });

  it("keeps what it has when Label Studio fails half-way, and finishes later", async () => {
    const { studio, places, store } = await labelled();
    const failing = fetchHistory(places, { pageSize: 10, onProgress: () => studio.fail({ kind: "status", status: 500 }) });
    expect(await thrown(failing)).toMatchObject({ code: "E_LABEL_STUDIO", status: 500 });
    expect(store.kept.size).toBe(5);
    studio.heal();
    expect(await fetchHistory(places, { pageSize: 10 })).toMatchObject({ stored: 15, unchanged: 5 });
  });

  it("can be cancelled", async () => {
    const { places } = await labelled();
    const controller = new AbortController();
    const running = fetchHistory(places, { pageSize: 10, signal: controller.signal, onProgress: () => controller.abort() });
    expect(await thrown(running)).toMatchObject({ code: "E_ABORTED" });
  });
});
