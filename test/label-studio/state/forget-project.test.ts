import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { EventJournal } from "../../../src/label-studio/state/event-journal.js";
import { forgetProject } from "../../../src/label-studio/state/forget-project.js";
import { openStore } from "../../../src/label-studio/state/store.js";
import { automaticBackups } from "../../../src/system/automatic-backups.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { annotation, projectKey } from "./test-records.js";

/** All bytes of the files below a folder. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

async function filled() {
  const folder = temporaryFolder();
  const store = await openStore(folder);
  const other = { ...projectKey, project: "2.1700000000" };
  for (const [key, text] of [
    [projectKey, "secret"],
    [other, "public"],
  ] as const) {
    const { id } = store.project(key, `Title ${text}`);
    store.saveAnnotations(
      id,
      Array.from({ length: 200 }, (_, n) => annotation(n + 1, { data: { text: `${text} sentence ${n}` } })),
    );
    store.deleteAnnotations(id, [1]);
    store.beginRun(id, "annotations");
    store.logEvent({ projectId: id, level: "info", message: `about ${text}` });
    for (const name of ["models", "live", "images"]) {
      mkdirSync(join(folder, name, String(id)), { recursive: true });
      writeFileSync(join(folder, name, String(id), "texts.jsonl"), `${text} in a file`);
    }
    await store.backUp();
  }
  const { journal } = await EventJournal.open(folder, { position: store.journalPosition() });
  const event = (id: number, text: string) =>
    journal.append({ action: "ANNOTATION_CREATED", project: { id, created_at: "2023-11-14T22:13:20Z" }, text }, 1);
  await event(1, "secret event");
  await event(2, "public event");
  await journal.close();
  await store.close();
  return folder;
}

it("a project that is forgotten is in no file any more: database, copies, journal, models; the others are as they were", async () => {
  const folder = await filled();
  expect(everything(folder)).toContain("secret sentence");
  expect((await automaticBackups(folder)).length).toBeGreaterThan(1);
  const forgotten = await forgetProject(folder, projectKey.project);
  expect(forgotten).toMatchObject({ project: projectKey.project, title: "Title secret", annotations: 199 });
  expect(forgotten.copies).toBeGreaterThan(1);
  expect(everything(folder)).not.toContain("secret");
  expect(existsSync(join(folder, "models", "1"))).toBe(false);
  const store = await openStore(folder);
  try {
    expect(store.projects().map(({ title }) => title)).toEqual(["Title public"]);
    expect(store.annotations(2)).toHaveLength(199);
    expect(store.events(50, 2).map(({ message }) => message)).toContain("about public");
  } finally {
    await store.close();
  }
  const { pending } = await EventJournal.open(folder, { position: 0 });
  expect(pending.map(({ body }) => (body as { text: string }).text)).toEqual(["public event"]);
});

it("a project that is not there, and a number that several have, are told with those that are", async () => {
  const folder = await filled();
  await expect(forgetProject(folder, "9.1")).rejects.toThrow(/1 \(1\.1700000000, .*2 \(2\.1700000000/);
  await expect(forgetProject(folder, "2")).resolves.toMatchObject({ project: "2.1700000000" });
});
