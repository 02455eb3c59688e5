import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalError } from "../../../core/errors.js";
import type { Row } from "../../../data/rows/row.js";
import { writeRows } from "../../../data/rows/write-rows.js";
import { packFolder } from "../../../system/pack-folder.js";
import type { ExportFormat } from "../../api/contract.js";
import { answerRows } from "../../store/answer-rows.js";
import type { Desk } from "../desk.js";
import { datasetCard } from "./dataset-card.js";
import { labelStudioTasks } from "./label-studio-tasks.js";
import { patchworkRows } from "./patchwork-rows.js";

/** A file for download. */
export interface ExportedFile {
  readonly path: string;
  /** As browsers should call it. */
  readonly name: string;
  readonly type: string;
}

type Writer = (desk: Desk, folder: string, name: string) => Promise<Omit<ExportedFile, "type">>;

const WRITERS: Readonly<Record<ExportFormat, { readonly write: Writer; readonly type: string }>> = {
  csv: { write: rowsAs("csv"), type: "text/csv; charset=utf-8" },
  jsonl: { write: rowsAs("jsonl"), type: "application/x-ndjson" },
  parquet: { write: rowsAs("parquet"), type: "application/vnd.apache.parquet" },
  patchwork: {
    type: "text/csv; charset=utf-8",
    async write(desk, folder, name) {
      const path = join(folder, "labels.csv");
      const { rows, columns } = patchworkRows(desk);
      await writeRows(path, rows, columns);
      return { path, name: `${name}-labels.csv` };
    },
  },
  "label-studio": {
    type: "application/json",
    async write(desk, folder, name) {
      const path = join(folder, "tasks.json");
      await writeFile(path, JSON.stringify(labelStudioTasks(desk)));
      return { path, name: `${name}-label-studio.json` };
    },
  },
  dataset: { write: dataset, type: "application/x-tar" },
  model: { write: model, type: "application/x-tar" },
};

/** Writes the project in a format into a folder, which is the caller's to remove. Throws `E_ARGUMENT` where there is no model yet. */
export async function writeExport(desk: Desk, format: ExportFormat, folder: string): Promise<ExportedFile> {
  const { write, type } = WRITERS[format];
  const name = desk.name.replace(/\.[^.]*$/, "").replace(/[^\p{L}\p{N}._-]+/gu, "-") || "project";
  return { ...(await write(desk, folder, name)), type };
}

/** All items but excluded ones, with the label that each has now, or none. */
function rowsAs(format: "csv" | "jsonl" | "parquet"): Writer {
  return async (desk, folder, name) => {
    const path = join(folder, `rows.${format}`);
    const rows = answerRows(desk.store, desk.data.columns, format === "csv" ? "text" : "list").map(({ row }) => row);
    await writeRows(path, rows, columnsOf(rows));
    return { path, name: `${name}.${format}` };
  };
}

/** What a hub takes as a data set: `data/train.parquet`, `data/validation.parquet` and a card, labelled items alone. */
async function dataset(desk: Desk, folder: string, name: string): ReturnType<Writer> {
  const root = join(folder, name);
  const ids = { train: [] as number[], validation: [] as number[] };
  for (const { item, isValidation } of desk.states.all()) ids[isValidation ? "validation" : "train"].push(item.id);
  const splits = (["train", "validation"] as const).map((split) => {
    const rows = answerRows(desk.store, { ...desk.data.columns, items: ids[split] }, "list");
    return { split, rows: rows.flatMap(({ row, labels }) => (labels === undefined ? [] : [row])) };
  });
  const filled = splits.filter(({ rows }) => rows.length > 0);
  if (filled.length === 0) throw new BaalError("E_ARGUMENT", "A data set is of labelled items, and none is labelled yet.");
  await mkdir(join(root, "data"), { recursive: true });
  for (const { split, rows } of filled) await writeRows(join(root, "data", `${split}.parquet`), rows, columnsOf(rows));
  await writeFile(
    join(root, "README.md"),
    datasetCard(
      desk,
      filled.map(({ split, rows }) => ({ split, rows: rows.length })),
    ),
  );
  const path = join(folder, "dataset.tar");
  await packFolder(root, path, name);
  return { path, name: `${name}-dataset.tar` };
}

async function model(desk: Desk, folder: string, name: string): ReturnType<Writer> {
  const brain = desk.brain();
  if (!brain) throw new BaalError("E_ARGUMENT", "There is no model to export: choose an encoder in Settings, and train.");
  const root = join(folder, "model");
  await brain.saveModel(root);
  const path = join(folder, "model.tar");
  await packFolder(root, path, `${name}-model`);
  return { path, name: `${name}-model.tar` };
}

function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}
