import type { MapHeader } from "../api/work-contract.js";
import type { ItemRows } from "./item-rows.js";
import type { KnownAnswers } from "./known-answers.js";
import { doubtOf } from "./order-items.js";
import type { Served } from "./served-probabilities.js";

const USER = { nobody: -1, several: -2 } as const;
const STATES = { open: 0, answered: 1, partial: 2, excluded: 3, validation: 4 } as const;

/** The answer of `GET api/map`, see {@link MapHeader}: the places of all items that are there, with what is known and said of them. */
export function mapBytes(
  places: ItemRows,
  known: KnownAnswers,
  served: Served | undefined,
  facts: Omit<MapHeader, "users">,
): Uint8Array {
  const rows = Array.from(places.items.keys()).filter((row) => known.items.has(places.items[row]!));
  const users = new Map<string, number>();
  const user_N = rows.map((row) => {
    const [first, ...others] = known.answeredBy(places.items[row]!);
    if (first === undefined) return USER.nobody;
    if (others.length > 0) return USER.several;
    if (!users.has(first)) users.set(first, users.size);
    return users.get(first)!;
  });
  const text = Buffer.from(JSON.stringify({ ...facts, users: [...users.keys()] } satisfies MapHeader));
  const start = 8 + 4 * Math.ceil(text.length / 4);
  const bytes = new Uint8Array(start + rows.length * 29);
  bytes.fill(32, 8, start);
  bytes.set(text, 8);
  const view = new DataView(bytes.buffer);
  const width = start - 8;
  view.setUint32(0, rows.length, true);
  view.setUint32(4, width, true);
  const column = (n: number) => start + 4 * n * rows.length;
  for (const [n, row] of rows.entries()) {
    const item = places.items[row]!;
    const at = 4 * n;
    view.setUint32(column(0) + at, item, true);
    view.setFloat32(column(1) + at, places.data[2 * row]!, true);
    view.setFloat32(column(2) + at, places.data[2 * row + 1]!, true);
    view.setInt32(column(3) + at, answeredLabel(item, known), true);
    const probs_C = served?.of(item);
    view.setInt32(column(4) + at, probs_C ? predictedLabel(probs_C, served!.labels, known) : -1, true);
    view.setFloat32(column(5) + at, probs_C ? doubtOf(probs_C, known.task) : Number.NaN, true);
    view.setInt32(column(6) + at, user_N[n]!, true);
    bytes[column(7) + n] = STATES[stateOf(item, known)];
  }
  return bytes;
}

function answeredLabel(item: number, known: KnownAnswers): number {
  const values = known.resolved(item);
  return known.labels.find(({ id }) => values?.get(id) === 1)?.id ?? -1;
}

function predictedLabel(probs_C: Float32Array, labels: readonly number[], known: KnownAnswers): number {
  let best = -1;
  for (const [c, p] of probs_C.entries()) if (!Number.isNaN(p) && (best < 0 || p > probs_C[best]!)) best = c;
  if (best < 0 || (known.task === "multi" && probs_C[best]! < 0.5)) return -1;
  return labels[best]!;
}

function stateOf(item: number, known: KnownAnswers): keyof typeof STATES {
  if (known.isExcluded(item)) return "excluded";
  if (known.isValidation(item)) return "validation";
  const entries = known.entries(item);
  if (entries === undefined) return "open";
  return entries.includes(null) ? "partial" : "answered";
}
