import { readFile } from "node:fs/promises";
import type { CsvOptions } from "../rows/csv-table.js";
import type { Row } from "../rows/row.js";
import { readClassNames, streamRows } from "../rows/stream-rows.js";
import type { DatasetCard } from "./dataset-card.js";
import type { HubOptions } from "./hub-options.js";
import { listFiles, resolveFile, resolveFiles } from "./resolve-file.js";
import { splitFiles } from "./split-files.js";

export interface HubDatasetOptions extends Omit<HubOptions, "type"> {
  /** `"train"` by default. */
  readonly split?: string | undefined;
  /** The configuration (subset); needed where there are several and none is the default. */
  readonly config?: string | undefined;
  /** Columns that must be there. */
  readonly columns?: readonly string[] | undefined;
}

export interface HubDatasetFiles {
  /** Local paths of the split's files, in the order of their rows. */
  readonly files: readonly string[];
  /** Label names of the ClassLabel columns, by column: give them to `TextDataset` as `labels`. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  /** How CSV files are read, as the data set's card says: options of `readRows`. */
  readonly csv: CsvOptions;
}

export interface HubDataset extends HubDatasetFiles {
  readonly rows: readonly Row[];
}

/**
 * All rows of one split of a data set on the hub, such as `"stanfordnlp/imdb"`: from the Parquet (or CSV, JSON) files of its repository.
 * Throws `E_HUB` when the hub cannot be reached or refuses, `E_DATA` for an unknown split or configuration or a damaged file.
 *
 * @example
 * ```ts no-run=hub
 * import { loadHubDataset } from "baaljs";
 *
 * const { rows, labels } = await loadHubDataset("clinc/clinc_oos", { split: "train", config: "plus" });
 * console.log(rows.length, labels.get("intent")); // the names of a column's classes
 * ```
 */
export async function loadHubDataset(repo: string, options: HubDatasetOptions = {}): Promise<HubDataset> {
  const found = await resolveHubDataset(repo, options);
  const rows: Row[] = [];
  for (const file of found.files) {
    const reading = /\.[ct]sv(\.gz)?$/i.test(file) ? found.csv : {};
    for await (const row of streamRows(file, { columns: options.columns, ...reading })) rows.push(row);
  }
  return { ...found, rows };
}

/** Downloads the files of a split, or finds them in the cache, without reading their rows: `streamRows` does that. */
export async function resolveHubDataset(repo: string, options: HubDatasetOptions = {}): Promise<HubDatasetFiles> {
  const { split = "train", config, columns: _, ...hub } = options;
  const source: HubOptions = { ...hub, type: "dataset" };
  const listed = await listFiles(repo, source);
  const card = await datasetCard(repo, listed, source);
  const chosen = splitFiles(listed, card.configs, { split, config, repo });
  const files = await resolveFiles(repo, chosen.paths, source);
  const [first] = files;
  const inFile = first === undefined || !/\.(parquet|arrow)$/.test(first) ? [] : await readClassNames(first);
  const { csv = {} } = card.configs.find(({ name }) => name === chosen.config) ?? {};
  return { files, labels: new Map([...card.labels(chosen.config), ...inFile]), csv };
}

async function datasetCard(repo: string, listed: readonly string[], source: HubOptions): Promise<DatasetCard> {
  const { parseDatasetCard } = await import("./dataset-card.js");
  const name = "README.md";
  if (!listed.includes(name)) return parseDatasetCard("", name);
  return parseDatasetCard(await readFile(await resolveFile(repo, name, source), "utf8"), `${name} of data set ${repo}`);
}
