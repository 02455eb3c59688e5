import { toLengthOne } from "../../../core/features.js";
import { createRandom } from "../../../core/random.js";
import { neighbourGraph, spreadOverNeighbours } from "../../../hygiene/label-propagation/neighbour-propagation.js";
import type { CallContext } from "../../../system/worker-process.js";
import { readItemRows, writeItemRows } from "../item-rows.js";
import type { Entries, HeldOutRow, JobCalls, JobEvent, PropagateRequest } from "./job-calls.js";

/** Parts of the labels that are held out in turn, where no item is of the validation. */
const FOLDS = 5;

/** Spreads the labels over all items, and finds out how right that is of labels that had no part in it. */
export async function propagateLabels(
  request: PropagateRequest,
  { signal, tell }: CallContext<JobEvent>,
): Promise<ReturnType<JobCalls["propagate"]>> {
  const { features, neighbours, temperature, iterations, labels, known, held, file, seed } = request;
  const { items, width, data } = await readItemRows(features);
  tell({ type: "progress", share: 0, message: "Looking for neighbours" });
  const vectors = toLengthOne({ shape: [items.length, width], data, indices: Array.from(items.keys()) });
  const graph = await neighbourGraph(vectors, { neighbours, temperature, signal });
  tell({ type: "progress", share: 0.5, message: "Spreading labels" });
  const rowOf = new Map(Array.from(items, (item, row) => [item, row]));
  const rows = (some: readonly (readonly [number, Entries])[]) =>
    new Map(
      some.flatMap(([item, entries]) => {
        const row = rowOf.get(item);
        return row === undefined ? [] : [[row, entries] as const];
      }),
    );
  const spread = (some: readonly (readonly [number, Entries])[]) =>
    spreadOverNeighbours(graph, rows(some), { labels, iterations, signal });
  const probs_N_C = await spread(known);
  await writeItemRows(file, { items, width: labels, data: probs_N_C });

  const heldOut: HeldOutRow[] = [];
  const take = (some: readonly (readonly [number, Entries])[], probs: Float32Array) => {
    for (const row of rows(some).keys())
      heldOut.push({ item: items[row]!, probs_C: probs.slice(row * labels, (row + 1) * labels) });
  };
  if (held.length > 0) take(held, probs_N_C);
  else {
    const order = createRandom(seed).shuffled(known);
    for (let fold = 0; fold < FOLDS && order.length >= FOLDS; fold++) {
      tell({ type: "progress", share: 0.6 + (0.4 * fold) / FOLDS, message: "Checking with labels held out" });
      const part = order.filter((_, i) => i % FOLDS === fold);
      take(part, await spread(order.filter((_, i) => i % FOLDS !== fold)));
    }
  }
  const start = new Set(rows(known).keys());
  let reached = 0;
  for (let row = 0; row < items.length; row++)
    if (!start.has(row) && probs_N_C.subarray(row * labels, (row + 1) * labels).some((p) => !Number.isNaN(p))) reached++;
  return { reached, heldOut };
}
