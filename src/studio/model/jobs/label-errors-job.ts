import { createDataset } from "../../../core/dataset-view.js";
import { type Features, rowsOf, toLengthOne } from "../../../core/features.js";
import { predictions } from "../../../core/predictions.js";
import { labelErrors } from "../../../hygiene/label-errors.js";
import type { CallContext } from "../../../system/worker-process.js";
import { outOfSamplePredictions } from "../../../training/out-of-sample.js";
import { readItemRows } from "../item-rows.js";
import type { FoundError, JobEvent, LabelErrorsRequest } from "./job-calls.js";

/** Fewest items on either side of a label that are judged by each other. */
const FEWEST = 5;

/** Labels that look wrong to a head solved on the other labels alone: of one choice by class, of several each label's yes and no. */
export async function findLabelErrors(
  request: LabelErrorsRequest,
  { signal, tell }: CallContext<JobEvent>,
): Promise<FoundError[]> {
  const { features, task, labels, known } = request;
  const { items, width, data } = await readItemRows(features);
  const vectors = toLengthOne({ shape: [items.length, width], data, indices: Array.from(items.keys()) });
  const rowOf = new Map(Array.from(items, (item, row) => [item, row]));
  const found = known.flatMap(([item, entries]) => {
    const row = rowOf.get(item);
    return row === undefined ? [] : [{ item, row, entries }];
  });
  if (task === "single") {
    const rows = found.flatMap(({ row, entries }) => (entries.includes(1) ? [{ row, target: entries.indexOf(1) }] : []));
    const candidates = await wrong(vectors, rows, { classes: labels, seed: request.seed, signal });
    return candidates.map(({ index, suggested, selfConfidence, margin }) => ({
      ...{ item: items[index]!, label: suggested, probability: selfConfidence - margin, doubt: 1 - selfConfidence },
    }));
  }
  const errors: FoundError[] = [];
  for (let label = 0; label < labels; label++) {
    tell({ type: "progress", share: label / labels });
    const rows = found.flatMap(({ row, entries }) => {
      const target = entries[label];
      return target === null || target === undefined ? [] : [{ row, target }];
    });
    const yes = rows.filter(({ target }) => target === 1).length;
    if (yes < FEWEST || rows.length - yes < FEWEST) continue;
    for (const { index, given, selfConfidence } of await wrong(vectors, rows, { classes: 2, seed: request.seed, signal })) {
      const probability = given === 1 ? selfConfidence : 1 - selfConfidence;
      errors.push({ item: items[index]!, label, probability, doubt: 1 - selfConfidence });
    }
  }
  return errors.sort((a, b) => b.doubt - a.doubt || a.item - b.item);
}

async function wrong(
  vectors: Features,
  rows: readonly { readonly row: number; readonly target: number }[],
  options: { readonly classes: number; readonly seed: number; readonly signal: AbortSignal },
) {
  if (new Set(rows.map(({ target }) => target)).size < 2) return [];
  const own = rowsOf(
    vectors,
    rows.map(({ row }) => row),
  );
  const dataset = createDataset(rows.length, (n) => ({ index: rows[n]!.row, input: n, target: rows[n]!.target }));
  const encoder = {
    async *features() {
      yield own;
    },
  };
  const { data, indices, shape } = await outOfSamplePredictions(encoder, dataset, options);
  return labelErrors(
    predictions("logits", shape as [number, number, number], data, indices),
    rows.map(({ target }) => target),
  ).candidates;
}
