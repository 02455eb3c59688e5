import type { Dataset } from "../../core/dataset.js";
import { datasetView } from "../../core/dataset-view.js";
import { fitOutOfScope } from "../../training/fit-out-of-scope.js";
import { canSolve, type HeadSources, type Suggestion, solvedHead, suggest } from "./solved-head.js";

/** Items that people have said to belong to none of the classes. */
export interface OutOfScopeItems {
  /** What they are called; none of the classes. */
  readonly label: string;
  /** Dataset indices. */
  readonly items: readonly number[];
}

/** Fewer items in scope or out of it say nothing of where the border between them is. */
const FEWEST = 2;

/**
 * Suggestions, with the name for what is out of scope in place of a class where an item is taken for such: by the rule of `fitOutOfScope`, its threshold
 * found on labels that were held out in turns. The rule has a head of its own: as the heads of these turns it is solved on labels alone, for items without one would be drawn to the
 * classes whatever they are, and is not made surer. As they came where
 * there are too few items to find a rule by, and of several labels an item, of which none is an answer already.
 */
export async function withAbstentions(
  suggestions: readonly (readonly Suggestion[])[],
  items: Dataset<Float32Array>,
  sources: HeadSources,
  { label, items: outside }: OutOfScopeItems,
): Promise<readonly (readonly Suggestion[])[]> {
  const { dataset, labelled, seed, signal, task } = sources;
  if (task === "multi" || !canSolve(sources) || labelled.length < FEWEST || outside.length < FEWEST) return suggestions;
  const head = await solvedHead({ ...sources, names: undefined, pool: [] });
  try {
    const outOfScope = datasetView(dataset, outside, () => undefined);
    await fitOutOfScope(head, { labelled: datasetView(dataset, labelled), outOfScope, label, seed, signal });
    const answers = await suggest(head, items, { signal });
    return suggestions.map((own, i) => {
      const [best] = own;
      return best && answers[i]![0]!.label === label ? [{ ...best, label }] : own;
    });
  } finally {
    await head.dispose();
  }
}
