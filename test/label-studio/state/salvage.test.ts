import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { useClosedStore } from "./closed-store.js";
import { openTestStore } from "./open-test-store.js";
import { annotation, projectKey } from "./test-records.js";

const closedStore = useClosedStore();
const pageSize = 4096;

it("reads what the backup lacks from a database with one damaged page, whichever it is", async () => {
  const outcomes = { undamaged: 0, complete: 0, partial: 0 };
  const { length } = readFileSync(join(closedStore(), "baal.db"));
  for (let page = 1; page < length / pageSize; page += 3) {
    const folder = closedStore();
    const path = join(folder, "baal.db");
    const bytes = readFileSync(path);
    bytes.fill(0xff, page * pageSize, (page + 1) * pageSize);
    writeFileSync(path, bytes);
    const store = await openTestStore(folder);
    const { id, labelConfig } = store.findProject(projectKey)!;
    expect(labelConfig).toBe("<View/>");
    const ids = new Set(store.annotations(id).map((one) => one.id));
    // Those of the backup are there in any case, unless they were deleted since.
    for (let one = 1; one <= 500; one++) if (one !== 7) expect(ids.has(one)).toBe(true);
    expect(store.annotations(id).find((one) => one.id === 500)).toEqual(annotation(500));
    const isDamaged = store.events(10).some(({ message }) => message.includes("could not be used"));
    const isComplete = ids.has(501) && !ids.has(7) && store.projectById(id)?.servingVersion === "v3";
    if (!isDamaged) expect(isComplete).toBe(true);
    outcomes[isDamaged ? (isComplete ? "complete" : "partial") : "undamaged"]++;
    await store.close();
  }
  expect(outcomes.complete).toBeGreaterThan(2 * outcomes.partial);
  expect(outcomes.complete).toBeGreaterThan(10);
});

it("is content with the backup where nothing can be read", async () => {
  const folder = closedStore();
  const path = join(folder, "baal.db");
  writeFileSync(path, readFileSync(path).fill(0x5a));
  const store = await openTestStore(folder);
  expect(store.countAnnotations(1)).toBe(500);
  expect(store.events(10).map(({ message }) => message)).toContainEqual(expect.stringMatching(/^0 annotations/));
});
