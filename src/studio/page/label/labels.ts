import { computed } from "@preact/signals";
import type { LabelView } from "../../api/contract.js";
import type { ItemView } from "../../api/item-contract.js";
import { studio } from "../client/live.js";

/** The labels that are offered, in their order. */
export const liveLabels = computed<readonly LabelView[]>(
  () => studio.value?.labels.filter(({ isArchived, mergedInto }) => !isArchived && mergedInto === undefined) ?? [],
);

/** All labels by their number: what was answered may be one that is no longer offered. */
export const labelsById = computed<ReadonlyMap<number, LabelView>>(
  () => new Map(studio.value?.labels.map((label) => [label.id, label])),
);

export const isMulti = computed(() => studio.value?.project.task === "multi");

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

/** The label of a digit's key: 0 to 9, and 10 to 19 with Shift. */
export function labelAt(place: number): LabelView | undefined {
  if (place >= 10) return liveLabels.peek()[place];
  return liveLabels.peek().find(({ key }) => key === DIGITS[place]);
}

/** The chord that gives a label, if there is one. */
export function chordOfLabel({ id, key }: LabelView): string | undefined {
  if (key !== undefined) return key;
  const place = liveLabels.value.findIndex((label) => label.id === id);
  return place >= 10 && place < 20 ? `Shift+${DIGITS[place - 10]}` : undefined;
}

/** A label's colour for a style: one of the page's hues, or its own. */
export function colourOf({ colour }: LabelView): string {
  return /^\d+$/.test(colour) ? `var(--hue-${colour})` : colour;
}

/** The labels that an item has by its user. */
export function givenLabels({ mine }: Pick<ItemView, "mine">): readonly LabelView[] {
  return Object.entries(mine).flatMap(([id, value]) => {
    const label = value === 1 ? labelsById.value.get(Number(id)) : undefined;
    return label ? [label] : [];
  });
}

/** Whether nothing is open any more: one label was chosen, or each of several is known. */
export function isAnswered({ mine }: Pick<ItemView, "mine">): boolean {
  const values = Object.values(mine);
  return isMulti.value ? liveLabels.value.every(({ id }) => mine[id] !== undefined) && values.length > 0 : values.includes(1);
}
