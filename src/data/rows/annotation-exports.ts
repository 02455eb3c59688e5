import { BaalError } from "../../core/errors.js";
import { isRecord } from "../../core/json-values.js";
import { doccanoLists } from "./joined-labels.js";
import type { Row } from "./row.js";

/** What an export's rows are made into. */
export interface AnnotationExportOptions {
  /** The file, for messages. */
  readonly path: string;
  readonly textColumn: string;
  readonly labelColumn: string;
  /** The question whose answers are the labels, of an export of Argilla with several. */
  readonly question?: string | undefined;
}

/** Rows of an export, with a text and a label each. */
export interface AnnotationRows {
  readonly rows: readonly Row[];
  /** How many answers were left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

interface Tool {
  readonly name: string;
  readonly isOne: (row: Row) => boolean;
  readonly read: (rows: readonly Row[], options: AnnotationExportOptions) => AnnotationRows;
}

/** Labels of an item: `undefined` where nobody has answered. */
type Labels = readonly string[] | undefined;

/**
 * Tools whose exports are read: Argilla (`records.to_json`, and `to_datasets` as JSON Lines), Prodigy (`db-out`, of `choice` and of single labels that
 * were accepted or rejected) and doccano (JSON, JSON Lines and CSV of document classification).
 */
const TOOLS: readonly Tool[] = [
  { name: "Argilla", isOne: (row) => isRecord(row["fields"]) && isRecord(row["responses"]), read: readArgilla },
  { name: "Argilla", isOne: (row) => responseColumns(row).length > 0, read: readFlatArgilla },
  { name: "Prodigy", isOne: (row) => "_task_hash" in row && typeof row["answer"] === "string", read: readProdigy },
  {
    name: "doccano",
    isOne: (row) => Array.isArray(row["label"]) && Array.isArray(row["Comments"]) && "id" in row,
    read: readDoccano,
  },
  {
    name: "doccano",
    isOne: (row) => "id" in row && ["label", "Comments"].every((column) => column in row && isTextOrNothing(row[column])),
    read: readDoccanoTable,
  },
];

/** The tool whose export a row belongs to, by its form; `undefined` for ordinary data. */
export function annotationTool(row: Row): string | undefined {
  return TOOLS.find(({ isOne }) => isOne(row))?.name;
}

/**
 * An export's rows as data with a text and a label: a list of labels where an item has several, `null` where it has none. What people disagree about goes
 * by majority, as exports of Label Studio do. Throws `E_DATA` where rows are of another form than the first one, and where it is not said which
 * text or question is meant.
 */
export function annotationRows(rows: readonly Row[], options: AnnotationExportOptions): AnnotationRows {
  const tool = TOOLS.find(({ isOne }) => rows[0] !== undefined && isOne(rows[0]));
  const other = rows.findIndex((row) => !tool?.isOne(row));
  if (!tool || other >= 0)
    throw new BaalError(
      "E_DATA",
      `${options.path}, row ${Math.max(0, other)}: a row of an export of ${tool?.name ?? "a known tool"} is needed as before it.`,
    );
  return tool.read(rows, options);
}

function readArgilla(rows: readonly Row[], options: AnnotationExportOptions): AnnotationRows {
  const fields = rows.map((row) => row["fields"] as Row);
  const responses = rows.map((row) => row["responses"] as Row);
  const question = chosen(
    responses.flatMap((one) => Object.keys(one)),
    options,
  );
  const answers = responses.map((one) => {
    const given = one[question ?? ""];
    return Array.isArray(given) ? given.filter(isRecord).map(({ value }) => value) : [];
  });
  const column = textColumnOf(fields, options.textColumn, options.path);
  const metadata = rows.map((row) => (isRecord(row["metadata"]) ? row["metadata"] : {}));
  return byMajority(
    fields.map(({ [column]: text, ...own }, n) => ({ id: rows[n]!["id"], ...metadata[n], ...own, [options.textColumn]: text })),
    answers,
    options,
  );
}

const RESPONSES = ".responses";

function responseColumns(row: Row): string[] {
  return Object.keys(row).filter((column) => column.endsWith(RESPONSES) && `${column}.status` in row);
}

function readFlatArgilla(rows: readonly Row[], options: AnnotationExportOptions): AnnotationRows {
  const questions = rows.flatMap((row) => responseColumns(row).map((column) => column.slice(0, -RESPONSES.length)));
  const column = `${chosen(questions, options)}${RESPONSES}`;
  const answers = rows.map((row) => {
    const [values, status] = [row[column], row[`${column}.status`]];
    if (!Array.isArray(values)) return [];
    return values.filter((_, n) => !Array.isArray(status) || status[n] === "submitted" || status[n] === null);
  });
  return byMajority(rows, answers, options);
}

/** The one question, or the one that was named. */
function chosen(names: readonly string[], { path, question }: AnnotationExportOptions): string | undefined {
  const known = [...new Set(names)];
  if (question === undefined && known.length <= 1) return known[0];
  if (question !== undefined && known.includes(question)) return question;
  throw new BaalError(
    "E_DATA",
    `${path} is an export of Argilla with the questions ${known.join(", ")}: name one of them: --control (control).`,
  );
}

function byMajority(
  rows: readonly Row[],
  answers: readonly (readonly unknown[])[],
  options: AnnotationExportOptions,
): AnnotationRows {
  let disagreements = 0;
  const labels = answers.map((given): Labels => {
    const lists = given.map(labelsOf).filter((list) => list !== undefined);
    const counts = new Map<string, number>();
    for (const list of lists) counts.set(JSON.stringify(list), (counts.get(JSON.stringify(list)) ?? 0) + 1);
    const [first, second] = [...counts].sort(([, a], [, b]) => b - a);
    if (first === undefined) return undefined;
    if (second === undefined || first[1] > second[1]) return JSON.parse(first[0]) as string[];
    disagreements++;
    return undefined;
  });
  return { rows: withLabels(rows, labels, options), leftOut: { "without a majority": disagreements } };
}

/** What one person has answered, as labels in their order. */
function labelsOf(value: unknown): Labels {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return Array.isArray(value) ? value.map(String).sort() : undefined;
}

/** One row for each text: Prodigy asks about one label at a time, or several people. */
function readProdigy(rows: readonly Row[], options: AnnotationExportOptions): AnnotationRows {
  const items = new Map<
    string,
    { readonly row: Row; readonly choices: unknown[]; readonly accepted: Set<string>; isAsked: boolean }
  >();
  const counts = { ignored: 0, rejected: 0 };
  for (const row of rows) {
    const key = String(row["_input_hash"] ?? row[options.textColumn]);
    const item = items.get(key) ?? { row, choices: [], accepted: new Set<string>(), isAsked: false };
    items.set(key, item);
    if (row["answer"] === "ignore") counts.ignored++;
    else if (row["answer"] === "reject") counts.rejected++;
    else if (Array.isArray(row["accept"])) item.choices.push(row["accept"]);
    else if (row["label"] !== undefined && row["label"] !== null) {
      item.isAsked = true;
      item.accepted.add(String(row["label"]));
    }
  }
  const all = [...items.values()];
  const own = all.map(
    ({ row: { options: _o, accept: _a, answer: _w, label: _l, _input_hash: _i, _task_hash: _t, ...row } }) => row,
  );
  const answers = all.map(({ choices, accepted, isAsked }) => [...choices, ...(isAsked ? [[...accepted]] : [])]);
  const read = byMajority(own, answers, options);
  return { rows: read.rows, leftOut: { ...read.leftOut, ...counts } };
}

function readDoccano(rows: readonly Row[], options: AnnotationExportOptions): AnnotationRows {
  const labels = rows.map(({ label }) => {
    const list = label as readonly unknown[];
    const span = list.find((one) => Array.isArray(one) || isRecord(one));
    if (span !== undefined)
      throw new BaalError(
        "E_DATA",
        `${options.path} labels parts of texts (${JSON.stringify(span)}); labels of whole texts are needed: export a project of document classification.`,
      );
    return list.length === 0 ? undefined : list.map(String);
  });
  const own = rows.map(({ label: _, Comments: _c, ...row }) => row);
  return { rows: withLabels(own, labels, options), leftOut: {} };
}

function isTextOrNothing(value: unknown): boolean {
  return typeof value === "string" || value === null || value === undefined;
}

/** Several labels of an item are joined by `#` there. */
function readDoccanoTable(rows: readonly Row[], options: AnnotationExportOptions): AnnotationRows {
  const texts = rows.map(({ label }) => (typeof label === "string" && label.trim() !== "" ? label : undefined));
  const labels = doccanoLists(texts) ?? texts.map((text) => (text === undefined ? undefined : [text]));
  const own = rows.map(({ label: _, Comments: _c, ...row }) => row);
  return { rows: withLabels(own, labels, options), leftOut: {} };
}

/** One label each, or lists where an item has several. */
function withLabels(
  rows: readonly Row[],
  labels: readonly Labels[],
  { path, textColumn, labelColumn }: AnnotationExportOptions,
): Row[] {
  const column = textColumnOf(rows, textColumn, path);
  const isMulti = labels.some((own) => own !== undefined && own.length > 1);
  return rows.map(({ [column]: text, ...row }, n) => {
    const own = labels[n];
    return { ...row, [textColumn]: text, [labelColumn]: own === undefined ? null : isMulti ? own : (own[0] ?? null) };
  });
}

function textColumnOf(rows: readonly Row[], wanted: string, path: string): string {
  if (rows.some((row) => wanted in row)) return wanted;
  const texts = [
    ...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => name !== "id" && typeof row[name] === "string"))),
  ];
  if (texts.length === 1) return texts[0]!;
  throw new BaalError(
    "E_DATA",
    `${path} has no text "${wanted}"; name one of ${texts.join(", ") || "none"}: --text-column (textColumn).`,
  );
}
