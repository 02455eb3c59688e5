import { sha256Bytes } from "../../system/digest.js";

export interface SplitItem {
  /** Items of the same key are held out together, or not at all. */
  readonly key: string;
  readonly labels: readonly string[];
}

/**
 * Which keys are held out: those whose hash falls into the share, so that more labels do not move an item that a version was
 * trained on, or tested on. Two exceptions keep the split fair to small classes: every class has an item to learn from, and one to be
 * tested on where it has `1 / share` of them.
 */
export function heldOutKeys(items: readonly SplitItem[], share: number): ReadonlySet<string> {
  if (!(share > 0)) return new Set();
  const classes = new Map<string, Map<string, number>>();
  const held = new Set<string>();
  for (const { key, labels } of items) {
    const place = uniformOf(key);
    if (place < share) held.add(key);
    for (const label of labels) {
      const own = classes.get(label) ?? new Map<string, number>();
      classes.set(label, own.set(key, place));
    }
  }
  for (const places of classes.values()) {
    const [lowest] = extremes(places);
    if (places.size * share >= 1 && ![...places.keys()].some((key) => held.has(key))) held.add(lowest);
  }
  // Last, since a class without an item to learn from could not be learned at all.
  for (const places of classes.values()) {
    const [, highest] = extremes(places);
    if ([...places.keys()].every((key) => held.has(key))) held.delete(highest);
  }
  return held;
}

/** A number in [0, 1) that only depends on the key. */
function uniformOf(key: string): number {
  return sha256Bytes(key).readUInt32BE(0) / 2 ** 32;
}

function extremes(places: ReadonlyMap<string, number>): readonly [lowest: string, highest: string] {
  const sorted = [...places].sort(([, a], [, b]) => a - b);
  return [sorted[0]![0], sorted.at(-1)![0]];
}
