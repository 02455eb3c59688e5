import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { createRandom, deriveSeed } from "../../core/random.js";
import type { Row } from "../../data/rows/row.js";
import type { ExperimentData } from "./experiment-data.js";

const share = z.number().gt(0).lt(1);

/** Options of every data set, beside its own. */
export const ROW_OPTIONS = {
  /** Part of the training items that is tested on, for data without a test set. */
  testShare: share.optional(),
  /** Part of the training items that is set aside to tune on, for data without validation items. */
  validationShare: share.optional(),
  /** Part of a class's training items that stay, by label; `"*"` for all others. For imbalanced data. */
  keep: z.record(z.string(), z.number().min(0).max(1)).optional(),
  /** At most so many training or test items, drawn at random. */
  trainItems: z.int().min(1).optional(),
  testItems: z.int().min(1).optional(),
  /** The only classes whose items are taken, of all parts. */
  classes: z.array(z.string()).min(2).optional(),
  /** Names of the classes, where not those of the data shall count. */
  labels: z.array(z.string()).min(2).optional(),
  /** Of the draws above: it is the same for all seeds of an experiment. */
  splitSeed: z.int().default(0),
} as const;

export type RowOptions = z.output<z.ZodObject<typeof ROW_OPTIONS>>;

/** The purposes of draws. */
const PURPOSE = { test: 1, validation: 2, keep: 3, trainItems: 4, testItems: 5 } as const;

/** The data split, thinned and cut as asked for, rows in their old order. Throws `E_ARGUMENT`. */
export function adaptRows(data: ExperimentData, options: RowOptions): ExperimentData {
  const { testShare, validationShare, keep, trainItems, testItems, splitSeed } = options;
  if (data.noise !== undefined && (testShare ?? validationShare ?? keep ?? trainItems) !== undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      "Repeated items are not split or cut after repeating, which would tear copies apart: use dataset.baseItems.",
    );
  }
  checkShare("testShare", testShare, data.test, "a test set");
  checkShare("validationShare", validationShare, data.validation, "validation items");
  const random = (purpose: keyof typeof PURPOSE) => createRandom(deriveSeed(splitSeed, PURPOSE[purpose]));
  const pick = (rows: readonly Row[], count: number, purpose: keyof typeof PURPOSE) =>
    new Set(random(purpose).shuffled(rows.keys()).slice(0, count));
  let { train, validation, test } = data;
  const carve = (part: number, purpose: "test" | "validation") => {
    const picked = pick(train, Math.max(1, Math.round(part * train.length)), purpose);
    const carved = train.filter((_, i) => picked.has(i));
    train = train.filter((_, i) => !picked.has(i));
    return carved;
  };
  if (testShare !== undefined) test = carve(testShare, "test");
  if (validationShare !== undefined) validation = carve(validationShare, "validation");
  if (keep !== undefined) train = thinned(train, { keep, label: data.columns.label, random: random("keep") });
  const cut = (rows: readonly Row[], count: number | undefined, purpose: "trainItems" | "testItems") => {
    if (count === undefined || count >= rows.length) return rows;
    const picked = pick(rows, count, purpose);
    return rows.filter((_, i) => picked.has(i));
  };
  return { ...data, train: cut(train, trainItems, "trainItems"), validation, test: cut(test, testItems, "testItems") };
}

interface Thinning {
  readonly keep: NonNullable<RowOptions["keep"]>;
  readonly label: string;
  readonly random: ReturnType<typeof createRandom>;
}

function thinned(rows: readonly Row[], { keep, label, random }: Thinning): Row[] {
  const byLabel = new Map<string, number[]>();
  for (const [i, row] of rows.entries()) {
    const name = String(row[label]);
    const items = byLabel.get(name) ?? [];
    items.push(i);
    byLabel.set(name, items);
  }
  const unknown = Object.keys(keep).find((name) => name !== "*" && !byLabel.has(name));
  if (unknown !== undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      `dataset.keep: no item has the label "${unknown}"; there are ${[...byLabel.keys()].join(", ")}.`,
    );
  }
  const kept = new Set<number>();
  for (const name of [...byLabel.keys()].sort()) {
    const items = byLabel.get(name)!;
    const part = keep[name] ?? keep["*"] ?? 1;
    for (const item of random.shuffled(items).slice(0, Math.round(part * items.length))) kept.add(item);
  }
  return rows.filter((_, i) => kept.has(i));
}

function checkShare(option: string, part: number | undefined, rows: readonly Row[], what: string): void {
  if (part === undefined || rows.length === 0) return;
  throw new BaalError(
    "E_ARGUMENT",
    `dataset.${option}: the data have ${what} of their own (${rows.length} items); leave it out.`,
  );
}
