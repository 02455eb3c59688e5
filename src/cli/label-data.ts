import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { Target } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { encodeLabels } from "../data/rows/encode-labels.js";
import type { Row } from "../data/rows/row.js";
import type { LabelData } from "../studio/store/import-data.js";
import type { NewItem } from "../studio/store/item-table.js";
import { sha256 } from "../system/digest.js";
import { type LabelFileOptions, readOptions } from "./data-file-options.js";

export interface LabelDataOptions extends LabelFileOptions {
  /** The column, or the template of `text`. */
  readonly textColumn: string;
  readonly text?: string | undefined;
  readonly labelColumn: string;
  readonly imageColumn?: string | undefined;
  readonly labelSeparator?: string | undefined;
  readonly multi?: boolean | undefined;
  readonly control?: string | undefined;
  /** What cannot be read is told in `problems`, and does not end the reading. */
  readonly isSkippingBad?: boolean | undefined;
}

/** Reads texts, or images, with the labels that they have. Throws `E_FILE_NOT_FOUND`, `E_DATA`. */
export async function readLabelData(path: string, options: LabelDataOptions): Promise<LabelData> {
  const { imageSourceKind } = await import("./image-rows.js");
  const source = await imageSourceKind(path);
  if (source === "archive")
    throw new BaalError(
      "E_DATA",
      `${path} is an archive, and images are shown from their files: unpack it, and give the folder.`,
    );
  const patchwork = source === "file" && options.imageColumn === undefined ? await readPatchwork(path, options) : undefined;
  if (patchwork) return patchwork;
  return source === "folder" || options.imageColumn !== undefined ? readImages(path, options) : readTexts(path, options);
}

async function readTexts(path: string, options: LabelDataOptions): Promise<LabelData> {
  const { readTextRows } = await import("./text-rows.js");
  const { textColumn } = options;
  const rows = await readTextRows(path, { ...options, columns: [textColumn], labels: "any" });
  const kept = rows.flatMap((row, n) => {
    const text = row[textColumn] ?? "";
    if (typeof text !== "string") throw new BaalError("E_DATA", `${path}, row ${n}, column "${textColumn}": a text is needed.`);
    return text.trim() === "" ? [] : [{ row, n, text }];
  });
  if (kept.length === 0) throw new BaalError("E_DATA", `${path}: no row has a text in column "${textColumn}".`);
  const items = kept.map(({ row, n, text }): NewItem => {
    const { [textColumn]: _, ...fields } = row;
    return { content: text, fields, source: `${path}, row ${n}` };
  });
  return {
    kind: "text",
    items,
    leftOut: rows.length - kept.length,
    ...given(
      path,
      kept.map(({ row }) => row),
      options,
    ),
  };
}

async function readImages(path: string, options: LabelDataOptions): Promise<LabelData> {
  const { imagesToPredict } = await import("./image-rows.js");
  const { rows: list, column, root } = await imagesToPredict(path, options.imageColumn ?? "image", options);
  const rows: Row[] = [];
  const items: NewItem[] = [];
  const problems: { readonly source: string; readonly reason: string }[] = [];
  for await (const row of list()) {
    const name = String(row[column] ?? "");
    if (name === "") continue;
    const file = isAbsolute(name) || root === undefined ? resolve(name) : join(resolve(root), name);
    const bytes = await readImage(file, `${path}: the image ${name}`, options).catch((error: unknown) => {
      if (!options.isSkippingBad || !(error instanceof BaalError)) throw error;
      problems.push({ source: name, reason: error.message });
    });
    if (bytes === undefined) continue;
    const { [column]: _, ...fields } = row;
    rows.push(row);
    items.push({ content: file, contentHash: sha256(bytes), fields, source: `${path}, ${name}` });
  }
  if (items.length === 0) throw new BaalError("E_DATA", `${path} has no images.`);
  return { kind: "image", items, leftOut: 0, problems, ...given(path, rows, options) };
}

/** The file's bytes. Where bad ones are passed over, its header is looked at as well. */
async function readImage(file: string, what: string, { isSkippingBad }: LabelDataOptions): Promise<Buffer> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `${what} is not there or cannot be read.`, { cause });
  });
  if (isSkippingBad) {
    const { readImageHeader } = await import("../data/images/decode-image.js");
    await readImageHeader(bytes, file);
  }
  return bytes;
}

/** A table of the labelling tool patchwork, by its columns; `undefined` for any other file. */
async function readPatchwork(path: string, options: LabelDataOptions): Promise<LabelData | undefined> {
  if (!/\.csv$/i.test(path)) return undefined;
  const { streamRows } = await import("../data/rows/stream-rows.js");
  const { classCell, flagCell, isPatchwork, PATCHWORK_COLUMNS } = await import("../studio/desk/exports/patchwork-rows.js");
  const rows = streamRows(path, readOptions(options));
  const items: NewItem[] = [];
  const facts: NonNullable<LabelData["facts"]>[number][] = [];
  const problems: { readonly source: string; readonly reason: string }[] = [];
  const hashes = new Set<string>();
  let labels: readonly string[] = [];
  let n = -1;
  for await (const row of rows) {
    n++;
    if (n === 0 && !isPatchwork(Object.keys(row))) return undefined;
    if (n === 0) labels = Object.keys(row).filter((name) => !PATCHWORK_COLUMNS.includes(name));
    const name = String(row["filepath"] ?? "");
    const file = isAbsolute(name) ? name : join(dirname(path), name);
    const bytes = await readImage(file, `${path}: the image ${name}`, options).catch((error: unknown) => {
      if (!options.isSkippingBad || !(error instanceof BaalError)) throw error;
      problems.push({ source: name, reason: error.message });
    });
    if (bytes === undefined) continue;
    // Each row is an item, also where two are of the same bytes.
    const own = sha256(bytes);
    const contentHash = hashes.has(own) ? sha256(`${own} ${name}`) : own;
    hashes.add(contentHash);
    const item = items.length;
    const subset = String(row["subset"] ?? "") || undefined;
    items.push({ content: file, contentHash, fields: row, source: `${path}, ${name}`, subset });
    for (const [label, column] of labels.entries()) {
      const value = classCell(row[column]);
      if (value === "wrong")
        throw new BaalError(
          "E_DATA",
          `${path}, row ${n}, column "${column}": 1, 0 or nothing is expected, ${JSON.stringify(row[column])} came.`,
        );
      if (value !== undefined) facts.push({ item, label, value });
    }
    for (const flag of ["exclude", "validation"] as const) if (flagCell(row[flag])) facts.push({ item, flag, value: 1 });
  }
  if (items.length === 0) throw new BaalError("E_DATA", `${path} has no images.`);
  return {
    ...{ kind: "image", task: "multi", items, labels, facts, problems, leftOut: 0, isRanked: false },
    ...{ answers: new Map(), suggestions: new Map() },
  };
}

type Given = Pick<LabelData, "task" | "labels" | "answers" | "suggestions" | "isRanked">;

function given(
  path: string,
  rows: readonly Row[],
  { labelColumn, labelSeparator, multi, normalizeLabels }: LabelDataOptions,
): Given {
  const separator = multi || labelSeparator !== undefined ? (labelSeparator ?? "|") : undefined;
  const encoded = encodeLabels(
    rows.map((row) => row[labelColumn]),
    (n) => `${path}, row ${n}, column "${labelColumn}"`,
    { normalizeLabels, labelSeparator: separator },
  );
  if (encoded.task === "regression")
    throw new BaalError("E_DATA", `${path}: column "${labelColumn}" holds numbers, which are not labelled by keys.`);
  const answers = new Map(
    encoded.targets.flatMap((target, n) => {
      const classes = classesOf(target);
      return classes === undefined ? [] : [[n, classes] as const];
    }),
  );
  const suggestions = new Map(
    rows.flatMap((row, n) => {
      const [names, probabilities] = [row["baal_label"], row["baal_probability"]].map((value) => listed(value, separator));
      const own = names!.map((label, i) => ({ label: String(label), probability: Number(probabilities![i] ?? Number.NaN) }));
      return own.length > 0 && own.every(({ label, probability }) => label !== "" && Number.isFinite(probability))
        ? [[n, own] as const]
        : [];
    }),
  );
  const isRanked = rows.some((row) => String(row["baal_rank"] ?? "") !== "");
  return { task: multi ? "multi" : encoded.task, labels: encoded.labels, answers, suggestions, isRanked };
}

/** Of several labels a list, or a text with a separator between them. */
function listed(value: unknown, separator: string | undefined): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined || value === "") return [];
  return separator === undefined ? [value] : String(value).split(separator);
}

function classesOf(target: Target): readonly number[] | undefined {
  if (target === undefined) return undefined;
  if (typeof target === "number") return [target];
  return Array.from(target as ArrayLike<number | null>).flatMap((value, c) => (value === 1 ? [c] : []));
}
