import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BaalError, errorMessage, throwIfAborted } from "../../core/errors.js";
import { cellProcess } from "../../experiment/cell-processes.js";
import { experimentConfig } from "../../experiment/experiment-config.js";
import { type Cell, planCell } from "../../experiment/experiment-plan.js";
import { cellSteps, isFinished } from "../../experiment/experiment-results.js";
import type { RunElsewhere } from "../../experiment/run-experiment.js";
import { readRunRecord } from "../../experiment/run-record.js";
import { strategyLabel } from "../../experiment/strategy-spec.js";
import { unlessMissing, writeFileAtomic } from "../../system/files.js";
import { reportedError } from "../../system/worker-process.js";
import { type Clock, isBusy, type ShardLease, type ShardQueue } from "../queue/shard-queue.js";
import { systemClock } from "./system-clock.js";

/** In a cell's folder: why it could not be run. */
const FAILED = "failed.json";
/** No failure of a cell: another worker has its folder still, since it stands still, or has taken it over. */
const OTHERS: ReadonlySet<string> = new Set(["E_LOCKED", "E_ABORTED"]);
/** Between two looks at the cells. */
const LOOK_MS = 2000;

/**
 * Puts the cells of an experiment on a queue, and waits until workers have run them: its folder is one that all of them see under the same path. A cell's log is
 * its checkpoint, so that one whose worker was lost goes on with its next step. Throws `E_ABORTED`; cells go on then.
 */
export async function runCellsElsewhere(
  queue: ShardQueue,
  cells: readonly Cell[],
  { output, plan, hash, signal, onFinished }: RunElsewhere,
  { clock = systemClock }: { readonly clock?: Clock | undefined } = {},
): Promise<void> {
  const folderOf = (cell: Cell) => join(output, cell.folder);
  const open = new Set(cells);
  const submit = () =>
    queue.add(
      [...open].map((cell) => ({ run: hash, store: resolve(output), kind: "cell" as const, shard: plan.cells.indexOf(cell) })),
    );
  // A failure of an earlier run is no failure of this one.
  for (const cell of cells) await rm(join(folderOf(cell), FAILED), { force: true });
  await submit();
  while (open.size > 0) {
    await clock.sleep(LOOK_MS, signal);
    throwIfAborted(signal, "The experiment");
    for (const cell of open) {
      const failure = await readFile(join(folderOf(cell), FAILED), "utf8").catch(unlessMissing);
      if (failure === undefined && !isFinished(await cellSteps(output, cell))) continue;
      open.delete(cell);
      const error = failure === undefined ? undefined : reportedError(JSON.parse(failure) as Parameters<typeof reportedError>[0]);
      await onFinished(cell, { error });
    }
    // The queue's server may have been lost with all that was on it; one that cannot be reached is asked again.
    if (open.size > 0 && !(await isBusy(queue).catch(() => true))) await submit().catch(() => {});
  }
}

/** Runs a cell that a queue has given, in a process of its own. What fails in the cell is written down beside its log. */
export async function runLeasedCell(
  { store: output, run, shard }: ShardLease,
  { dataDir, signal }: { readonly dataDir: string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const record = await readRunRecord(output);
  if (record === undefined || record.hash !== run)
    throw new BaalError(
      "E_CONFLICT",
      `${output} is not the folder of the experiment: all workers must see it under the same path.`,
    );
  const config = experimentConfig(record.config);
  const cell = config.seeds.flatMap((seed) => config.strategies.map((spec) => planCell(strategyLabel(spec), seed)))[shard];
  if (cell === undefined) throw new BaalError("E_CONFLICT", `The experiment of ${output} has no cell ${shard}.`);
  const process = cellProcess();
  const end = () => void process.stop();
  signal.addEventListener("abort", end, { once: true });
  try {
    const { threads } = record.machine;
    await process.call("prepare", { config, output, dataDir, threads, areCellsShared: true });
    const failure = await process.call("run", cell);
    throwIfAborted(signal, "The cell");
    if (failure?.code !== undefined && OTHERS.has(failure.code)) throw reportedError(failure);
    if (failure !== null) await writeFileAtomic(join(output, cell.folder, FAILED), `${JSON.stringify(failure)}\n`);
  } catch (error) {
    throwIfAborted(signal, "The cell");
    // What lets no cell run, such as data that are not here, is this machine's: another may have them.
    throw new BaalError("E_STORE", `${cell.strategy}, seed ${cell.seed}: ${errorMessage(error)}`, { cause: error });
  } finally {
    signal.removeEventListener("abort", end);
    await process.stop();
  }
}
