import type { Suggestion } from "../api/item-contract.js";
import type { ItemProbabilities } from "./brain.js";
import { readItemRows, rowLookup } from "./item-rows.js";

/** Probabilities that are served, and the file that they are in. */
export interface Served extends ItemProbabilities {
  readonly file: string;
}

/** Reads the probabilities of a version. Throws as {@link readItemRows}. */
export async function readServed(
  file: string,
  { version, labels }: { readonly version: string; readonly labels: readonly number[] },
): Promise<Served> {
  const rows = await readItemRows(file);
  return { version, labels, file, of: rowLookup(rows) };
}

/** All labels of an item with their probabilities, the most probable first; none for an item that has no probabilities. */
export function suggestionsOf(served: ItemProbabilities | undefined, item: number): Suggestion[] {
  const probs_C = served?.of(item);
  if (served === undefined || probs_C === undefined) return [];
  const all = served.labels.flatMap((label, c) => {
    const probability = probs_C[c]!;
    return Number.isNaN(probability) ? [] : [{ label, probability }];
  });
  return all.sort((a, b) => b.probability - a.probability || a.label - b.label);
}
