import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { expect, it } from "vitest";
import { readLabelData } from "../../../src/cli/label-data.js";
import { openStudioStore } from "../../../src/studio/store/open-studio-store.js";
import { backUpProject, isProjectBackup, restoreProject } from "../../../src/studio/store/project-backup.js";
import { readArchive, unpackFile } from "../../../src/system/unpack-archive.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { type Browser, openTestStudio, stateOf, texts } from "./open-test-studio.js";

const COLUMNS = { textColumn: "text", labelColumn: "label" };

/** Downloads an export into a file of that ending. */
async function exported(browser: Browser, format: string, ending: string): Promise<string> {
  const path = join(temporaryFolder(), `export.${ending}`);
  const { body } = await browser
    .get(`export?format=${format}`)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => done(null, Buffer.concat(chunks)));
    })
    .expect(200);
  await writeFile(path, body as Buffer);
  return path;
}

async function labelled(task: "single" | "multi") {
  const data = {
    ...texts(0),
    items: ['with "quotes", and\nlines', "plain", "naïve ünïcode", "without"].map((content, n) => ({
      content,
      source: `row ${n}`,
      fields: { id: String(n) },
    })),
  };
  const studio = await openTestStudio(data, { begin: { task } });
  const ann = await studio.browser();
  const answers = task === "single" ? [[1], [2], [1]] : [[1, 3], [2], []];
  await ann
    .post("labels", { batchId: "all", baseSeq: 0, via: "grid", answers: answers.map((classes, n) => ({ item: n + 1, classes })) })
    .expect(200);
  return { ...studio, ann, answers };
}

/** What came back, as contents with names of labels. */
async function imported(path: string, options: object = {}) {
  const { items, labels, answers } = await readLabelData(path, { ...COLUMNS, ...options });
  return items.map(({ content, fields }, n) => [content, fields?.["id"], answers.get(n)?.map((c) => labels[c]!)]);
}

it.each(["csv", "jsonl", "parquet"])("imports unchanged what it has exported as %s, labels and all", async (format) => {
  const { ann, store } = await labelled("single");
  const path = await exported(ann, format, format);
  expect(await imported(path)).toEqual(
    store.items().map(({ content, fields }, n) => [content, fields["id"], [["a"], ["b"], ["a"], undefined][n]]),
  );
});

it("imports unchanged what it has exported with several labels, also for Label Studio", async () => {
  const { ann, store } = await labelled("multi");
  const wanted = store.items().map(({ content }, n) => [content, [["a", "c"], ["b"], [], undefined][n]]);
  for (const [format, ending] of [
    ["jsonl", "jsonl"],
    ["label-studio", "json"],
  ] as const) {
    const back = await imported(await exported(ann, format, ending), { multi: true });
    // Label Studio's choices have no answer that says none of them.
    const none = format === "label-studio" ? undefined : [];
    expect(back.map(([content, , labels]) => [content, labels])).toEqual(
      wanted.map(([content, labels]) => [content, labels?.length === 0 ? none : labels]),
    );
  }
});

it("makes a data set of labelled items, in splits, and one file of it", async () => {
  const { ann } = await labelled("single");
  await ann
    .post("labels", { batchId: "v", baseSeq: 9, via: "grid", changes: [{ item: 2, flag: "validation", value: 1 }] })
    .expect(200);
  const path = await exported(ann, "dataset", "tar");
  const folder = temporaryFolder();
  await readArchive(path, { isExpected: (name) => name.startsWith("all/"), what: "a data set" }, (file) =>
    unpackFile(file, folder),
  );
  expect((await imported(join(folder, "all/data/train.parquet"))).map(([, id, labels]) => [id, labels])).toEqual([
    ["0", ["a"]],
    ["2", ["a"]],
  ]);
  expect((await imported(join(folder, "all/data/validation.parquet"))).length).toBe(1);
  const card = await readFile(join(folder, "all/README.md"), "utf8");
  expect(card).toContain("path: data/validation.parquet");
  await ann.get("export?format=model").expect(400);
  await ann.get("export?format=nonsense").expect(400);
});

async function patchworkTable(rows: readonly string[], header = "filepath,exclude,validation,cat,dog,subset") {
  const folder = temporaryFolder();
  const path = join(folder, "labels.csv");
  for (const [n, row] of rows.entries()) {
    const file = join(folder, row.split(",")[0]!);
    await mkdir(dirname(file), { recursive: true });
    await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: n * 5, g: 9, b: 40 } } })
      .png()
      .toFile(file);
  }
  await writeFile(path, [header, ...rows, ""].join("\n"));
  return path;
}

it("reads a patchwork table, and writes what is untouched byte for byte", async () => {
  const cell = fc.constantFrom("", "1.0", "0.0", "1", "0");
  const flag = fc.constantFrom("True", "False");
  const row = fc.tuple(flag, flag, cell, cell, fc.constantFrom("", "north"));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), async (cells) => {
      const path = await patchworkTable(cells.map((own, n) => [`img/${n}.png`, ...own].join(",")));
      const data = await readLabelData(path, COLUMNS);
      expect([data.kind, data.task, data.labels]).toEqual(["image", "multi", ["cat", "dog"]]);
      const { browser } = await openTestStudio(data, { data: { wantedLabels: [] }, begin: false });
      const ann = await browser();
      await ann.post("project", { task: "multi", labels: ["cat", "dog"], encoder: "none", validationShare: 0 }).expect(201);
      expect(await readFile(await exported(ann, "patchwork", "csv"), "utf8")).toBe(await readFile(path, "utf8"));
    }),
    { numRuns: 6 },
  );
});

it("changes of a patchwork table what was changed, and nothing else", async () => {
  const path = await patchworkTable(["0.png,False,False,1.0,,x", "1.png,False,False,,0.0,x", "2.png,True,False,,,y"]);
  const { browser } = await openTestStudio(await readLabelData(path, COLUMNS), { data: { wantedLabels: [] }, begin: false });
  const ann = await browser();
  await ann.post("project", { task: "multi", labels: [], encoder: "none", validationShare: 0 }).expect(201);
  expect((await stateOf(ann)).counts).toMatchObject({ items: 2, partial: 2, excluded: 1 });
  const changes = [
    { item: 2, class: 1, value: 1 },
    { item: 1, flag: "validation", value: 1 },
    { item: 3, flag: "exclude", value: 0 },
  ];
  await ann.post("labels", { batchId: "c", baseSeq: 99, via: "grid", changes }).expect(200);
  expect(await readFile(await exported(ann, "patchwork", "csv"), "utf8")).toBe(
    "filepath,exclude,validation,cat,dog,subset\n0.png,False,True,1.0,,x\n1.png,False,False,1.0,0.0,x\n2.png,False,False,,,y\n",
  );
});

it("takes further data into a running project, and takes items out of it", async () => {
  const { desk, browser, store } = await openTestStudio(3);
  Object.assign(desk, { readData: (path: string) => readLabelData(path, COLUMNS) });
  const ann = await browser();
  const more = "text,label\ntext 2,a\nsomething new,b\n";
  const told = await ann
    .post("import?name=more.csv")
    .type("text/csv")
    .send(more as unknown as object)
    .expect(200);
  expect(told.body).toEqual({ items: 2, added: 1, answered: 2, conflicts: 0, problems: [] });
  const added = store.items().find(({ content }) => content === "something new")!;
  expect(added.source).toBe("more.csv, row 1");
  expect((await stateOf(ann)).counts).toMatchObject({ items: 4, answered: 2 });
  await ann.post("items/remove", { items: [1, added.id] }).expect(200);
  expect((await stateOf(ann)).counts).toMatchObject({ items: 2, answered: 1 });
  await ann
    .post("import?name=../../x.sh")
    .type("text/csv")
    .send(more as unknown as object)
    .expect(400);
  await (await browser("bob"))
    .post("import?name=more.csv")
    .type("text/csv")
    .send(more as unknown as object)
    .expect(403);
});

it.each(["backup", "backup.tar.gz"])("backs a project up to %s while it is open, and restores it", async (name) => {
  const { ann, store } = await labelled("single");
  await mkdir(join(store.folder, "models/v1"), { recursive: true });
  await writeFile(join(store.folder, "models/v1/weights"), "abc");
  const target = join(temporaryFolder(), name);
  expect(await backUpProject(store.folder, target)).toMatchObject({ files: 3 });
  await expect(backUpProject(store.folder, target)).rejects.toMatchObject({ code: "E_ARGUMENT" });
  await backUpProject(store.folder, target, { overwrite: true });
  expect(await isProjectBackup(target)).toBe(true);
  await ann.post("undo").expect(200);
  const folder = join(temporaryFolder(), "restored");
  await restoreProject(folder, target);
  await expect(restoreProject(folder, target)).rejects.toMatchObject({ code: "E_ARGUMENT" });
  expect(await readFile(join(folder, "models/v1/weights"), "utf8")).toBe("abc");
  const again = await openStudioStore(folder);
  try {
    expect([...again.answers().values()].map(({ resolved }) => [...resolved!])).toEqual([[[1, 1]], [[2, 1]], [[1, 1]]]);
    await expect(restoreProject(folder, target, { force: true })).rejects.toMatchObject({ code: "E_LOCKED" });
  } finally {
    await again.close();
  }
});
