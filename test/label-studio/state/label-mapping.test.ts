import { expect, it } from "vitest";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "./open-test-store.js";
import { projectKey } from "./test-records.js";

it("the mapping of a project's labels is kept, by control, and replaced as a whole", async () => {
  const folder = temporaryFolder();
  const store = await openTestStore(folder);
  const { id } = store.project(projectKey);
  const other = store.project({ ...projectKey, project: "2.1700000000" });
  expect(store.labelMapping(id)).toEqual([]);
  store.saveLabelMapping(id, "mood", { Fine: "Good", Halved: undefined });
  store.saveLabelMapping(id, "topic", { Bill: "Money" });
  store.saveLabelMapping(id, "mood", { Fine: "Great" });
  const expected = [
    { control: "mood", label: "Fine", target: "Great" },
    { control: "topic", label: "Bill", target: "Money" },
  ];
  await store.close();
  const again = await openTestStore(folder);
  expect(again.labelMapping(id)).toEqual(expected);
  expect(again.labelMapping(other.id)).toEqual([]);
  again.saveLabelMapping(id, "mood", {});
  expect(again.labelMapping(id)).toEqual(expected.slice(1));
});
