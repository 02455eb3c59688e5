import { expect, it } from "vitest";
import { backendStatus } from "../../../src/label-studio/backend/status.js";
import type { ProjectModels } from "../../../src/label-studio/serving/project-models.js";
import { TrainingQueue } from "../../../src/label-studio/training/training-queue.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "../state/open-test-store.js";

const queue = { waitingTasks: 0, runningTasks: 0, rejected: 0 };
const models = {
  of: () => ({ status: () => ({ modelVersion: "base-1", isLoaded: false }) }),
  status: () => ({ queues: { interactive: queue, bulk: queue } }),
} as unknown as ProjectModels;

it("thousands of projects are told of a page at a time, each once, with their number; one is found on whatever page it is", async () => {
  const store = await openTestStore(temporaryFolder());
  for (let n = 1; n <= 450; n++) store.project({ hostname: "http://studio", project: `${n}.1700000000` });
  const trainings = new TrainingQueue({ store, job: () => Promise.resolve({ status: "completed" }) });
  const serve = () => Promise.resolve();
  const status = backendStatus({ store, models, trainings, baseModel: "base-1" }, { serve });
  const pages = [1, 2, 3, 4].map((page) => status.snapshot(page));
  expect(pages.map(({ projects, projectCount }) => [projects.length, projectCount])).toEqual([
    [200, 450],
    [200, 450],
    [50, 450],
    [0, 450],
  ]);
  const shown = pages.flatMap(({ projects }) => projects.map(({ project }) => project));
  expect(new Set(shown).size).toBe(450);
  expect(status.snapshot().projects).toEqual(pages[0]!.projects);
  const last = pages[2]!.projects.at(-1)!;
  expect(status.project(last.id)).toEqual(last);
});
