import { expect, it } from "vitest";
import { ActiveLearningDataset } from "../../../src/active/active-learning-dataset.js";
import { LabellingSession } from "../../../src/active/labelling/labelling-session.js";
import { importLabelling, isLabellingFolder } from "../../../src/studio/store/import-labelling.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { beginTestProject } from "./open-test-project.js";

it("takes over what a labelling session holds: labels as they are now, and what was skipped", async () => {
  const folder = temporaryFolder();
  const dataset = new ActiveLearningDataset({
    length: 4,
    at: (index) => ({ index, input: `text ${index + 1}`, target: undefined }),
  });
  const loop = { select: async () => ({ indices: [2, 0, 3], scores: [3, 2, 1] }) };
  const session = await LabellingSession.open(folder, { dataset, loop, labels: ["b", "new"] });
  await session.next(3);
  await session.submit(2, "b");
  await session.submit(0, "b");
  await session.submit(0, "new");
  await session.skip(3, "spam");
  const store = await beginTestProject(temporaryFolder());
  await expect(importLabelling(store, folder, [1, 2, 3, 4])).rejects.toMatchObject({ code: "E_LOCKED" });
  await session.close();
  expect(isLabellingFolder(folder)).toBe(true);
  await expect(importLabelling(store, folder, [1, 2])).rejects.toMatchObject({ code: "E_DATA" });
  expect(await importLabelling(store, folder, [1, 2, 3, 4])).toEqual({ labelled: 2, excluded: 1 });
  expect(store.liveLabels().map(({ name }) => name)).toEqual(["a", "b", "c", "new"]);
  expect(store.answersOf(3).resolved).toEqual(new Map([[2, 1]]));
  expect(store.answersOf(1).resolved).toEqual(new Map([[4, 1]]));
  expect(store.flags()).toEqual([{ item: 4, flag: "exclude", user: "", value: 1, note: "spam" }]);
  const { length } = store.events();
  await importLabelling(store, folder, [1, 2, 3, 4]);
  expect(store.events()).toHaveLength(length);
});
