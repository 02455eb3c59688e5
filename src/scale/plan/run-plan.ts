import { BaalError } from "../../core/errors.js";
import { canonicalJson, differences } from "../../core/json-values.js";
import { sha256 } from "../../system/digest.js";
import type { RunStore } from "../store/run-store.js";

/**
 * All that decides what a pool's scores and picks are. What of it names the run (`runId`) holds no times and no machines, so that the same pool, model and settings
 * are the same run, and a shard has the same bytes, wherever it is scored.
 */
export interface RunPlan {
  readonly format: 1;
  /** Of the package: other versions may draw otherwise. */
  readonly packageVersion: string;
  readonly kind: "text" | "image";
  /** The name of what the model's folder holds (`modelVersion`), and where it is for those who see the same disks, or its name on the hub. */
  readonly model: { readonly version: string; readonly source: string };
  /** SHA-256 of the rows; name, size and time of the file that they came from, in milliseconds since 1970, and none of a folder. */
  readonly data: { readonly sha256: string; readonly name: string; readonly bytes: number; readonly modified: number | null };
  readonly rows: number;
  /** Batches never cross the bounds of a shard, so that an item's scores do not depend on who scores which shard. */
  readonly rowsPerShard: number;
  /** Of the data, in the order in which they are met. */
  readonly columns: readonly string[];
  /** Column of the text, or the image. */
  readonly inputColumn: string;
  /** A template that makes the text of several columns. */
  readonly text: string | null;
  readonly maxSeqLen: number;
  readonly iterations: number;
  readonly seed: number;
  /** Where linear layers are computed in other numbers than float32. */
  readonly precision?: "int8";
  /** Where the draws of an item are balanced. */
  readonly masks?: "balanced";
  readonly strategy: string;
  /** How many items are to be picked. */
  readonly count: number;
}

/** Key of the plan in a store: it is written last, so that where it is all shards of the data are. */
export const PLAN_KEY = "run.json";

/** Names a run: two with the same name give the same bytes. */
export function runId(plan: RunPlan): string {
  const { model, data, ...rest } = plan;
  return sha256(canonicalJson({ ...rest, model: modelHash(model.version), data: data.sha256 })).slice(0, 16);
}

/** What of a model's name is made of its contents alone: folders may be called as they like. */
export const modelHash = (version: string) => version.slice(-12);

export function shardCount({ rows, rowsPerShard }: Pick<RunPlan, "rows" | "rowsPerShard">): number {
  return Math.ceil(rows / rowsPerShard);
}

/** The first row of a shard, and how many it has. */
export function shardBounds(plan: Pick<RunPlan, "rows" | "rowsPerShard">, shard: number): { start: number; length: number } {
  const start = shard * plan.rowsPerShard;
  return { start, length: Math.min(plan.rowsPerShard, plan.rows - start) };
}

/** A part of all shards: that of one task of an array job. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** The shards of a share: whole ones, next to each other, each in one share. */
export function shardsOf(plan: Pick<RunPlan, "rows" | "rowsPerShard">, { index, of }: Share = { index: 0, of: 1 }): number[] {
  const shards = shardCount(plan);
  const [first, end] = [Math.floor((index * shards) / of), Math.floor(((index + 1) * shards) / of)];
  return Array.from({ length: end - first }, (_, n) => first + n);
}

const numbered = (shard: number) => String(shard).padStart(8, "0");
export const dataKey = (shard: number) => `data/${numbered(shard)}.jsonl.gz`;
/** Where a run's results are: another one in the same store, as after a change of its pool, finds none of them. */
export const resultsOf = (plan: RunPlan) => `results/${runId(plan)}/`;
export const resultKey = (plan: RunPlan, shard: number) => `${resultsOf(plan)}${numbered(shard)}.bin`;
/** The shard that a key of {@link dataKey} or {@link resultKey} is about. */
export const shardOfKey = (key: string) => Number(/(\d+)\.[a-z.]+$/.exec(key)?.[1]);

/** The plan of a store; `undefined` while there is none. Throws `E_CHECKPOINT` for one of another format. */
export async function readPlan(store: RunStore): Promise<RunPlan | undefined> {
  const bytes = await store.read(PLAN_KEY);
  if (bytes === undefined) return undefined;
  let plan: Partial<RunPlan> | undefined;
  try {
    plan = JSON.parse(Buffer.from(bytes).toString("utf8")) as Partial<RunPlan>;
  } catch {
    // Said below.
  }
  if (plan?.format === 1) return plan as RunPlan;
  throw new BaalError(
    "E_CHECKPOINT",
    `${store.address}/${PLAN_KEY} is damaged, or of another version of the package: choose another store.`,
  );
}

/** Throws `E_CONFLICT`, with what is another, unless the store's plan is this one. */
export function requireSamePlan(store: RunStore, found: RunPlan, wanted: RunPlan): void {
  if (runId(found) === runId(wanted)) return;
  const flat = ({ model, data, columns, ...rest }: RunPlan) => ({
    precision: "float32",
    masks: "independent",
    ...rest,
    model: modelHash(model.version),
    data: data.sha256.slice(0, 12),
    columns: columns.join(", "),
  });
  const changed = differences(flat(found), flat(wanted)).map(({ field, before, now }) => `${field} was ${before}, now ${now}`);
  throw new BaalError(
    "E_CONFLICT",
    `The store ${store.address} belongs to another run (${changed.join("; ")}): repeat its settings to go on with it, or choose another --store.`,
  );
}
