import { sha256 } from "../system/digest.js";
import { type DuplicateGroups, duplicateGroups, itemIndices } from "./duplicate-groups.js";

/** Options of {@link exactDuplicates}. */
export interface ExactDuplicatesOptions<Item> {
  /**
   * Items with the same key are the same. By default texts by their {@link normalizeText}, bytes and number arrays by a SHA-256 of their
   * content.
   */
  readonly key?: ((item: Item) => string) | undefined;
  /** Dataset indices of the items; 0, 1, 2, ... by default. */
  readonly indices?: readonly number[] | undefined;
}

/** Inputs that have a key by default. */
export type Hashable = string | NodeJS.TypedArray;

/**
 * Groups of items that are the same after normalisation, in one pass. Duplicates make a pool look larger than it is: top-k
 * selection labels the same item again and again, and copies that are in training and test data at once flatter the evaluation.
 * Throws `E_SHAPE`, `E_ARGUMENT` for indices that do not fit.
 */
export function exactDuplicates<Item extends Hashable>(
  items: readonly Item[],
  options?: ExactDuplicatesOptions<Item>,
): DuplicateGroups;
export function exactDuplicates<Item>(
  items: readonly Item[],
  options: Omit<ExactDuplicatesOptions<Item>, "key"> & { readonly key: (item: Item) => string },
): DuplicateGroups;
export function exactDuplicates<Item extends Hashable>(
  items: readonly Item[],
  { key = contentKey, indices }: ExactDuplicatesOptions<Item> = {},
): DuplicateGroups {
  const names = itemIndices(items.length, indices);
  const first = new Map<string, number>();
  const representatives = items.map((item, position) => {
    const content = key(item);
    const known = first.get(content);
    if (known !== undefined) return known;
    first.set(content, position);
    return position;
  });
  return duplicateGroups(representatives, names);
}

function contentKey(item: Hashable): string {
  return typeof item === "string" ? normalizeText(item) : sha256(item);
}

/** One form for texts that read the same: Unicode's NFKC, lower case, single spaces, none at the ends. */
export function normalizeText(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}
