import { needsPredictions } from "../../active/gather-evidence.js";
import { ENOUGH_OF_SEVERAL } from "../../active/picks/default-strategy.js";
import { pickItems } from "../../active/picks/pick-items.js";
import { canSolve, solvedHead } from "../../active/picks/solved-head.js";
import { BaalError, errorMessage } from "../../core/errors.js";
import { scaleToLengthOne } from "../../core/features.js";
import { createRandom } from "../../core/random.js";
import { findStrategy } from "../../strategies/registry.js";
import type { CallHandlers } from "../../system/worker-process.js";
import type { RankTarget } from "../ranking/ranking-calls.js";
import type { LabelTask } from "../store/records.js";
import { type ItemEncoder, openEncoder } from "./item-encoder.js";
import { type ItemRows, readItemRows, rowLookup, writeItemRows } from "./item-rows.js";
import type { KnownItems, LiveCalls, LiveEvent, LoadLive } from "./live-calls.js";
import { evidenceItems, headProbabilities, type KeptHead, keptHead, saveKeptHead } from "./live-head.js";
import { gradientItems, projectedItems, spreadPicks } from "./spread-picks.js";

/** What the process that embeds and ranks does, by call. */
export function liveWork(): CallHandlers<LiveCalls, LiveEvent> {
  let encoder: ItemEncoder | undefined;
  let how: LoadLive | undefined;
  const given = new Map<number, string>();
  /** Of length 1; how long each was is in `lengths`. */
  let vectors: ItemRows = NO_ROWS;
  let lengths = new Float32Array(0);
  let rowOf = new Map<number, number>();
  /** Of the last ranking. */
  let solved: KeptHead | undefined;

  const rowsOf = (items: readonly number[]): number[] =>
    items.flatMap((item) => {
      const row = rowOf.get(item);
      return row === undefined ? [] : [row];
    });
  const itemsOf = (rows: readonly number[]): number[] => rows.map((row) => vectors.items[row]!);
  const requireVectors = () => {
    if (vectors.items.length === 0) throw new BaalError("E_MODEL_HOST", "No items have been embedded in this process.");
  };
  /** Targets by row, rows that are out, and the others. */
  const known = ({ answered, excluded }: KnownItems) => {
    const targets = new Map<number, NonNullable<RankTarget>>();
    for (const [item, target] of answered) {
      const row = rowOf.get(item);
      if (row !== undefined) targets.set(row, target);
    }
    const out = rowsOf(excluded);
    const taken = new Set([...targets.keys(), ...out]);
    const pool = Array.from(vectors.items.keys()).filter((row) => !taken.has(row));
    return { targets, out, pool };
  };
  const names = async (labels: readonly string[], signal: AbortSignal) => encoder?.vectorsOfNames(labels, { ...how!, signal });

  return {
    async load(request, { signal, tell }) {
      how = request;
      const onDownload = ({ file, total }: { readonly file: string; readonly total: number }) =>
        tell({ type: "download", file, total });
      encoder = await openEncoder({ ...request, signal, onDownload });
      return null;
    },
    give({ items, contents }) {
      for (const [n, item] of items.entries()) given.set(item, contents[n]!);
      return null;
    },
    async embed({ file }, { signal, tell }) {
      if (encoder === undefined || how === undefined)
        throw new BaalError("E_MODEL_HOST", "No encoder has been loaded in this process.");
      if (encoder.isOfAll) vectors = NO_ROWS;
      const fresh = [...given].filter(([item]) => encoder!.isOfAll || !rowOf.has(item));
      if (!encoder.isOfAll) given.clear();
      const onProgress = ({ type, done, total }: { readonly type: string; readonly done: number; readonly total: number }) => {
        if (type === "features") tell({ type: "embed", done, total });
      };
      const { rows, failed } = await embedAll(encoder, fresh, { ...how, signal, onProgress });
      if (rows.items.length > 0) {
        lengths = joinedNumbers(vectors.items.length === 0 ? new Float32Array(0) : lengths, scaleRows(rows));
        vectors = joined(vectors, rows);
      }
      rowOf = new Map(Array.from(vectors.items, (item, row) => [item, row]));
      // Heads are trained on what the encoder gives.
      const raw = vectors.data.map((value, at) => value * lengths[Math.floor(at / vectors.width)]!);
      await writeItemRows(file, { ...vectors, data: raw });
      return { items: vectors.items.length, width: vectors.width, lastMap: encoder.lastMap, failed };
    },
    async rank(request, { signal }) {
      requireVectors();
      const { labels, task, strategy, seed, count, file } = request;
      const { targets, out, pool } = known(request);
      const items = evidenceItems({ vectors, targets });
      const sources = { labels, task, names: await names(task === "single" ? labels : [], signal), seed, signal };
      const evidence = { ...sources, dataset: items, labelled: [...targets.keys()], pool };
      const head = canSolve(evidence) ? await solvedHead(evidence) : undefined;
      try {
        const probs_N_C = head && (await headProbabilities(head, vectors, signal));
        if (probs_N_C) await writeItemRows(file, { items: vectors.items, width: labels.length, data: probs_N_C });
        solved = head && keptHead(head);
        const common = { labelled: targets.size, hasProbabilities: probs_N_C !== undefined };
        if (pool.length === 0) {
          const reason = "every item has an answer";
          return { ...common, items: [], strategy: strategy ?? "none", reason, heldOutAccuracy: undefined };
        }
        const first = firstStrategy(strategy, targets, task);
        const picked = await pickItems(items, labels, {
          ...{ ...sources, count, strategy: first?.name ?? strategy, excluded: out, withHeldOut: request.withHeldOut },
          strategyOptions: optionsOf(first?.name ?? strategy),
          // Strategies that compare draws want a head that is not calibrated, and make it themselves.
          head: strategy === undefined ? head : undefined,
        });
        return {
          ...common,
          items: itemsOf(picked.picks.map(({ index }) => index)),
          ...{ strategy: picked.strategy.name, reason: (first ?? picked.strategy).reason },
          heldOutAccuracy: picked.heldOut?.accuracy,
        };
      } finally {
        await head?.dispose();
      }
    },
    async saveHead({ folder }) {
      if (solved === undefined) throw new BaalError("E_ARGUMENT", "There is no model yet: label items of two labels first.");
      await saveKeptHead(solved, folder);
      return null;
    },
    async spread({ sort, among, centres, file, label, count, seed }, { signal }) {
      requireVectors();
      const options = { among: rowsOf(among), centres: rowsOf(centres), count, random: createRandom(seed), signal };
      if (sort === "diversity" || file === undefined)
        return itemsOf(await spreadPicks(await projectedItems(vectors.data, vectors.width, seed), options));
      const rows = await readItemRows(file);
      const probsOf = rowLookup(rows);
      const probs_N_C = new Float32Array(vectors.items.length * rows.width).fill(0.5);
      for (const [row, item] of vectors.items.entries()) {
        const own = probsOf(item);
        if (own) probs_N_C.set(own, row * rows.width);
      }
      const gradients = gradientItems(probs_N_C, vectors.data, { classes: rows.width, width: vectors.width, label });
      return itemsOf(await spreadPicks(gradients, options));
    },
    async pick(request, { signal }) {
      requireVectors();
      const { task, labels, strategy, count, seed } = request;
      const { targets } = known(request);
      // What has an answer teaches; a strategy picks of the others.
      const wanted = new Set(rowsOf(request.among).filter((row) => !targets.has(row)));
      if (wanted.size === 0) return { picks: [], strategy, reason: "no item is left to pick" };
      const excluded = Array.from(vectors.items.keys()).filter((row) => !wanted.has(row) && !targets.has(row));
      const first = firstStrategy(strategy, targets, task);
      const picked = await pickItems(evidenceItems({ vectors, targets }), labels, {
        ...{ count, strategy: first?.name ?? strategy, task, seed, signal, excluded, withHeldOut: false },
        strategyOptions: optionsOf(first?.name ?? strategy),
        names: await names(task === "single" ? labels : [], signal),
      });
      const picks = picked.picks.map(({ index, score }) => ({ item: vectors.items[index]!, score }));
      return { picks, strategy: picked.strategy.name, reason: (first ?? picked.strategy).reason };
    },
    similar({ item, k, without }) {
      requireVectors();
      const row = rowOf.get(item);
      if (row === undefined) throw new BaalError("E_ARGUMENT", `Item ${item} has no features yet: try again when it has.`);
      return nearest(vectors, row, { k, without: new Set([row, ...rowsOf(without)]) }).map(([other, similarity]) => ({
        item: vectors.items[other]!,
        similarity,
      }));
    },
  };
}

/**
 * The `beta` of draws by a score's power. The doubt of a head of few labels is much the same all over the pool, so that a draw in proportion to it (1) is
 * hardly another one than at random: of 200 labels of imbalanced shapes it tells 64 % of each apart, this one 67 %, a random one 62 %.
 */
const COLDNESS = 8;

const optionsOf = (strategy: string | undefined) => (strategy?.startsWith("power:") ? { beta: COLDNESS } : undefined);

/** What comes before a strategy that asks a model: typical items, until two labels (of several labels an item so many items) are there to tell apart. */
function firstStrategy(
  asked: string | undefined,
  targets: ReadonlyMap<number, NonNullable<RankTarget>>,
  task: LabelTask,
): { readonly name: string; readonly reason: string } | undefined {
  if (asked === undefined || !needsPredictions(findStrategy(asked).needs)) return undefined;
  const hasModel = task === "multi" ? targets.size >= ENOUGH_OF_SEVERAL : new Set(targets.values()).size > 1;
  if (hasModel) return undefined;
  const name = targets.size === 0 ? "kmeans" : "typiclust";
  return { name, reason: `typical items, until ${asked} has a model of two labels to ask` };
}

const NO_ROWS: ItemRows = { items: new Uint32Array(0), width: 0, data: new Float32Array(0) };

/** Brings rows to length 1, and gives the lengths that they had. */
function scaleRows({ items, width, data }: ItemRows): Float32Array {
  const lengths = Float32Array.from(items, (_, row) => Math.hypot(...data.subarray(row * width, (row + 1) * width)));
  scaleToLengthOne(data, width);
  return lengths;
}

type FreshItems = readonly (readonly [item: number, content: string])[];

/** What one item's damaged file costs is that item: where all together fail, each is tried by itself. */
async function embedAll(
  encoder: ItemEncoder,
  fresh: FreshItems,
  how: Parameters<ItemEncoder["vectors"]>[1],
): Promise<{ readonly rows: ItemRows; readonly failed: { item: number; reason: string }[] }> {
  if (fresh.length === 0) return { rows: NO_ROWS, failed: [] };
  try {
    const contents = fresh.map(([, content]) => content);
    const { data, shape } = await encoder.vectors(contents, how);
    return { rows: { items: Uint32Array.from(fresh, ([item]) => item), width: shape[1], data }, failed: [] };
  } catch (error) {
    const isOfItem = error instanceof BaalError && ["E_IMAGE", "E_DATA", "E_FILE_NOT_FOUND"].includes(error.code);
    if (!isOfItem) throw error;
    if (fresh.length === 1) return { rows: NO_ROWS, failed: [{ item: fresh[0]![0], reason: errorMessage(error) }] };
    // By halves: what is sound is soon done, and from the cache.
    const middle = fresh.length >> 1;
    const [first, second] = [
      await embedAll(encoder, fresh.slice(0, middle), how),
      await embedAll(encoder, fresh.slice(middle), how),
    ];
    return { rows: joined(first.rows, second.rows), failed: [...first.failed, ...second.failed] };
  }
}

function joined(a: ItemRows, b: ItemRows): ItemRows {
  if (a.items.length === 0 || b.items.length === 0) return a.items.length === 0 ? b : a;
  const items = new Uint32Array(a.items.length + b.items.length);
  items.set(a.items);
  items.set(b.items, a.items.length);
  return { items, width: a.width, data: joinedNumbers(a.data, b.data) };
}

function joinedNumbers(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const all = new Float32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** Rows by their cosine to one, the vectors being of length 1; equal ones by their row. */
function nearest(
  { items, width, data }: ItemRows,
  row: number,
  { k, without }: { readonly k: number; readonly without: ReadonlySet<number> },
): [row: number, similarity: number][] {
  const own = data.subarray(row * width, (row + 1) * width);
  const found: [number, number][] = [];
  for (let other = 0; other < items.length; other++) {
    if (without.has(other)) continue;
    let product = 0;
    for (let d = 0, at = other * width; d < width; d++, at++) product += own[d]! * data[at]!;
    found.push([other, product]);
  }
  return found.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, k);
}
