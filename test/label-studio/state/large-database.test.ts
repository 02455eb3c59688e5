import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { forgetProject } from "../../../src/label-studio/state/forget-project.js";
import { openStore } from "../../../src/label-studio/state/store.js";
import { automaticBackups } from "../../../src/system/automatic-backups.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "./open-test-store.js";
import { annotation, projectKey } from "./test-records.js";

/** More than is copied and checked in passing. */
async function largeStore(): Promise<string> {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  const { id } = store.project(projectKey);
  const text = "a long text of a task ".repeat(200);
  store.saveAnnotations(
    id,
    Array.from({ length: 1500 }, (_, n) => annotation(n + 1, { data: { text: `${n} ${text}` } })),
  );
  await store.backUp();
  store.saveAnnotations(id, [annotation(5000)]);
  await store.close();
  expect(statSync(join(folder, "baal.db")).size).toBeGreaterThan(4_000_000);
  return folder;
}

it("a large database is copied beside the server that has opened it, and what was begun is given up at its end", async () => {
  const folder = await largeStore();
  const before = await automaticBackups(folder);
  const store = await openTestStore(folder);
  // Open, and the copy is still being made.
  expect(await automaticBackups(folder)).toEqual(before);
  await store.backUp();
  const [newest, ...others] = await automaticBackups(folder);
  expect(others).toEqual(before);
  expect(before).not.toContain(newest);
  await store.close();

  const again = await openTestStore(folder);
  again.saveAnnotations(1, [annotation(5001)]);
  const copying = again.backUp();
  await again.close();
  await copying;
  expect((await automaticBackups(folder))[0]).toBe(newest);
  const last = await openTestStore(folder);
  await last.backUp();
  expect(last.events(10).map(({ message }) => message)).toEqual([]);
  expect(readdirSync(join(folder, "backups")).filter((name) => name.includes("tmp"))).toEqual([]);
});

it("damage of a large database is found, and its backup takes its place", async () => {
  const folder = await largeStore();
  const path = join(folder, "baal.db");
  writeFileSync(path, readFileSync(path).fill(0xa5, 8192, 8192 + 4096));
  const store = await openTestStore(folder);
  expect(store.events(10).map(({ message }) => message)).toContainEqual(expect.stringContaining("was restored in its place"));
  expect(store.countAnnotations(1)).toBeGreaterThanOrEqual(1500);
});

it("a project is forgotten in the copy that is being made, too", async () => {
  const folder = await largeStore();
  await forgetProject(folder, "1");
  const copies = await automaticBackups(folder);
  // The one of the empty store, and two with the project.
  expect(copies).toHaveLength(3);
  for (const copy of copies) expect(readFileSync(copy, "latin1")).not.toContain("a long text of a task");
});
