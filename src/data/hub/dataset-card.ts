import { parse } from "yaml";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { CsvOptions } from "../rows/csv-table.js";

/** Files of one split, as a dataset card names them. */
interface CardSplit {
  readonly split: string;
  /** Paths in the repository; `*`, `?`, `**`, `[0-9]` and `{a,b}` match as in a shell. */
  readonly patterns: readonly string[];
}

/** A configuration (subset) of a hub data set. */
export interface CardConfig {
  readonly name: string;
  readonly isDefault: boolean;
  readonly splits: readonly CardSplit[];
  /** The folder of its files (`data_dir`), where the card names no files. */
  readonly folder: string | undefined;
  /** How its CSV files are read: `sep`, `delimiter`, `quotechar` and `quoting` of the card. */
  readonly csv: CsvOptions;
}

/** Files and labels, as the head of a dataset repository's README tells of them. */
export interface DatasetCard {
  readonly configs: readonly CardConfig[];
  /** Label names of the ClassLabel columns of a configuration. */
  labels(config: string | undefined): ReadonlyMap<string, readonly string[]>;
}

/** Reads the YAML between the `---` lines at the head of a README. `where` names it. Throws `E_DATA` for damaged YAML. */
export function parseDatasetCard(readme: string, where: string): DatasetCard {
  const head = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(readme)?.[1] ?? "";
  let card: unknown;
  try {
    // Names such as 1.0 stay as they are written.
    card = parse(head, { logLevel: "error", schema: "failsafe" });
  } catch (error) {
    throw new BaalError("E_DATA", `The head of ${where} is no valid YAML: ${errorMessage(error)}`, { cause: error });
  }
  const infos = list(field(card, "dataset_info"));
  return {
    configs: list(field(card, "configs")).map((config) => cardConfig(config, where)),
    labels(config) {
      const info =
        infos.find((candidate) => field(candidate, "config_name") === config) ?? (infos.length === 1 ? infos[0] : undefined);
      const entries = list(field(info, "features")).map(
        (feature) => [String(field(feature, "name")), labelNames(feature)] as const,
      );
      return new Map(entries.flatMap(([column, names]) => (names ? [[column, names] as const] : [])));
    },
  };
}

function cardConfig(value: unknown, where: string): CardConfig {
  const files = field(value, "data_files");
  const splits = list(files).map((entry) => {
    if (typeof entry === "string") return { split: "train", patterns: [entry] };
    return { split: String(field(entry, "split") ?? "train"), patterns: list(field(entry, "path")).map(String) };
  });
  const name = String(field(value, "config_name") ?? "default");
  const isDefault = isTrue(field(value, "default")) || name === "default";
  const folder = field(value, "data_dir");
  return { name, isDefault, splits, folder: folder === undefined ? undefined : String(folder), csv: csvOptions(value, where) };
}

function isTrue(value: unknown): boolean {
  return typeof value === "string" && /^true$/i.test(value);
}

/** What a card may say of reading its files that we do not do, and the values that say nothing. */
const UNREAD: Readonly<Record<string, RegExp>> = {
  names: /^$/,
  column_names: /^$/,
  header: /^(infer|0)$/,
  skiprows: /^0?$/,
  encoding: /^utf-?8(-sig)?$/i,
  field: /^$/,
  escapechar: /^$/,
  decimal: /^\.$/,
  comment: /^$/,
};

/** Throws `E_DATA` for what would be read in another way than its authors mean it. */
function csvOptions(value: unknown, where: string): CsvOptions {
  for (const [name, usual] of Object.entries(UNREAD)) {
    const given = field(value, name);
    const text = typeof given === "string" ? given.replace(/^(null|~)$/, "") : given === undefined ? undefined : "a list";
    if (text === undefined || usual.test(text) || (text === "" && name !== "header")) continue;
    throw new BaalError(
      "E_DATA",
      `${where} asks for the files to be read with ${name}: ${text}, which is not known. Download them, and read them with readRows.`,
    );
  }
  const delimiter = field(value, "sep") ?? field(value, "delimiter");
  const quotechar = field(value, "quotechar");
  const isLiteral = String(field(value, "quoting") ?? "") === "3";
  return {
    delimiter: delimiter === undefined ? undefined : String(delimiter).replace(/^\\t$/, "\t"),
    quote: isLiteral ? "none" : quotechar === undefined ? undefined : String(quotechar),
  };
}

/** `dtype: {class_label: {names: {"0": a, "1": b}}}`, or the same below `list` or `sequence`. */
function labelNames(feature: unknown): readonly string[] | undefined {
  for (const key of ["dtype", "list", "sequence"]) {
    const names =
      field(field(field(feature, key), "class_label"), "names") ??
      field(field(field(field(feature, key), "dtype"), "class_label"), "names");
    if (Array.isArray(names)) return names.map(String);
    if (typeof names === "object" && names !== null) {
      return Object.entries(names)
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([, name]) => String(name));
    }
  }
  return undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A list, or one thing that stands where a list may. */
function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null || value === "") return [];
  return Array.isArray(value) ? value : [value];
}
