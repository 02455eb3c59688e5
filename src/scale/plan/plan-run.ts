import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import { canonicalJson } from "../../core/json-values.js";
import type { Row } from "../../data/rows/row.js";
import { jsonLinesFormat } from "../../data/rows/row-format.js";
import { newDigest } from "../../system/digest.js";
import { packageManifest } from "../../system/package-files.js";
import type { RunStore } from "../store/run-store.js";
import { dataKey, PLAN_KEY, type RunPlan, readPlan, requireSamePlan } from "./run-plan.js";

const [compress, decompress] = [promisify(gzip), promisify(gunzip)];

/** What a plan says beside what is found in the data. */
export type PlanSettings = Omit<RunPlan, "format" | "packageVersion" | "rows" | "columns" | "data"> & {
  readonly data: Omit<RunPlan["data"], "sha256">;
};

export interface PlanOptions {
  readonly signal?: AbortSignal | undefined;
  /** Rows that are in the store. */
  readonly onProgress?: ((rows: number) => void) | undefined;
}

/**
 * Brings a pool's rows into the store, shard by shard, and its plan behind them; where the plan is there already for a file of the same name, size and
 * time, nothing is read. Several may plan the same run at once. Memory is that of one shard's rows.
 *
 * Throws `E_CONFLICT` where the store has another run, `E_DATA` for a pool without rows, `E_STORE`, `E_ABORTED`.
 */
export async function planRun(
  rows: () => AsyncIterable<Row> | Iterable<Row>,
  settings: PlanSettings,
  store: RunStore,
  { signal, onProgress }: PlanOptions = {},
): Promise<RunPlan> {
  const { data } = settings;
  const made = { format: 1, packageVersion: packageManifest().version } as const;
  const known = await readPlan(store);
  const { sha256: _, ...file } = known?.data ?? { sha256: undefined };
  if (known && data.modified !== null && canonicalJson(file) === canonicalJson(data)) {
    const { data: found, rows: count, columns } = known;
    requireSamePlan(store, known, { ...made, ...settings, data: found, rows: count, columns });
    return known;
  }
  const digest = newDigest();
  const columns = new Set<string>();
  let [count, shard] = [0, 0];
  let lines: string[] = [];
  const close = async () => {
    throwIfAborted(signal, "The planning of the run");
    const text = lines.join("");
    digest.update(text);
    // Another run's rows would stay under this key, and only its plan tells whose they are.
    if (!(await store.writeOnce(dataKey(shard), await compress(text)))) await requireSameRows(store, shard, text);
    shard++;
    lines = [];
    onProgress?.(count);
  };
  for await (const row of rows()) {
    const own = Object.keys(row);
    for (const column of own) columns.add(column);
    lines.push(jsonLinesFormat.line(row, own));
    count++;
    if (lines.length === settings.rowsPerShard) await close();
  }
  if (lines.length > 0) await close();
  if (count === 0) throw new BaalError("E_DATA", `${data.name} has no rows: there is nothing to score.`);
  const plan: RunPlan = {
    ...made,
    ...settings,
    data: { ...data, sha256: digest.digest("hex") },
    rows: count,
    columns: [...columns],
  };
  if (known) requireSamePlan(store, known, plan);
  if (!(await store.writeOnce(PLAN_KEY, `${JSON.stringify(plan, null, 2)}\n`))) {
    requireSamePlan(store, (await readPlan(store))!, plan);
  }
  return plan;
}

async function requireSameRows(store: RunStore, shard: number, text: string): Promise<void> {
  const found = await store.read(dataKey(shard));
  if (found !== undefined && (await decompress(found)).toString("utf8") === text) return;
  throw new BaalError(
    "E_CONFLICT",
    `The store ${store.address} has other rows than the pool in ${dataKey(shard)}: choose another --store, or remove what an earlier run has left there.`,
  );
}

/** The rows of a shard. Throws `E_STORE` where they are not there or damaged. */
export async function readShardRows(store: RunStore, shard: number): Promise<Row[]> {
  const bytes = await store.read(dataKey(shard));
  try {
    if (bytes === undefined) throw new Error("it is not there");
    const text = (await decompress(bytes)).toString("utf8");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Row);
  } catch (cause) {
    throw new BaalError(
      "E_STORE",
      `${dataKey(shard)} in the store ${store.address} cannot be read (${(cause as Error).message}): remove it together with ${PLAN_KEY}, and give "baal score" with the pool again.`,
      { cause },
    );
  }
}
