import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { DEFAULT_MAX_SEQ_LEN } from "../../core/defaults.js";
import { BaalError, errorMessage } from "../../core/errors.js";
import { WorkerProcess } from "../../system/worker-process.js";
import { ifPossible } from "../store/if-possible.js";
import type { ItemKind } from "../store/records.js";
import type { BrainOptions } from "./brain.js";
import type { JobBoard, JobContext } from "./job-board.js";
import type { KnownAnswers } from "./known-answers.js";
import type { KnownItems, LiveCalls, LiveEvent, LiveRanking } from "./live-calls.js";

/** Whoever labels comes first. */
const NICE = 10;
/** How well the labels predict each other is found out again after so many rankings. */
const HELD_OUT_EVERY = 5;
/** Items that a ranking names, as far as they are no large part of the pool. */
const MOST_RANKED = 60;
const SHARE_RANKED = 0.05;
const LEAST_RANKED = 5;
/** Items that are sent to the process at once, so that nobody waits for the sending. */
const SLICE = 1000;

/** The process that embeds the project's items and ranks them after every label. */
export interface LiveProcess {
  readonly ranking: LiveRanking | undefined;
  /** Labels (by number) of the ranking's probabilities. */
  readonly rankedLabels: readonly number[];
  readonly isRanking: boolean;
  readonly failure: string | undefined;
  /** Number of items with features. */
  readonly embedded: number;
  readonly width: number;
  readonly lastMap: readonly [number, number, number] | undefined;
  /** Items that could not be read, and why. */
  readonly failed: readonly { readonly item: number; readonly reason: string }[];
  call: WorkerProcess<LiveCalls, LiveEvent>["call"];
  /** Embeds what has come, then ranks. */
  itemsChanged(): void;
  labelsChanged(): void;
  stop(): Promise<void>;
}

export interface LiveProcessOptions {
  readonly brain: BrainOptions;
  readonly kind: ItemKind;
  readonly known: KnownAnswers;
  readonly board: JobBoard;
  /** Where features and probabilities are written. */
  readonly featuresFile: string;
  readonly probabilitiesFile: string;
  /** There is a new ranking; its file of probabilities is there as well. */
  readonly onRanking: (ranking: LiveRanking) => Promise<void>;
  readonly onChange: () => void;
}

/** Between two tries to read the items on a disk that is full. */
const RETRY_MS = 15_000;

export function liveProcess(options: LiveProcessOptions): LiveProcess {
  const { brain, known, board, kind } = options;
  const { store, encoder: model, cacheFolder, maxSeqLen = DEFAULT_MAX_SEQ_LEN } = brain;
  let worker: WorkerProcess<LiveCalls, LiveEvent> | undefined;
  const given = new Set<number>();
  let isStopped = false;
  let isEmbedding = false;
  let hasNewItems = true;
  let isDirty = true;
  let isRanking = false;
  let rankings = 0;
  const state = {
    ranking: undefined as LiveRanking | undefined,
    rankedLabels: [] as readonly number[],
    failure: undefined as string | undefined,
    embedded: 0,
    width: 0,
    lastMap: undefined as LiveProcess["lastMap"],
    failed: [] as { readonly item: number; readonly reason: string }[],
  };

  const start = async (context: JobContext): Promise<WorkerProcess<LiveCalls, LiveEvent>> => {
    if (worker && !worker.hasEnded) return worker;
    const begun = new WorkerProcess<LiveCalls, LiveEvent>(new URL("./live-process.js", import.meta.url), {
      name: "The process that ranks items",
      remedy: "labelling goes on without it; it is begun again with the next change",
      nice: NICE,
    });
    worker = begun;
    given.clear();
    state.embedded = 0;
    await begun.call(
      "load",
      { kind, model, cacheFolder, maxSeqLen },
      {
        signal: context.signal,
        onEvent: (event) => event.type === "download" && context.progress(0, `Downloading ${event.file}`),
      },
    );
    return begun;
  };

  const embed = async (context: JobContext): Promise<void> => {
    await mkdir(join(options.featuresFile, ".."), { recursive: true });
    const to = await start(context);
    const fresh = [...known.items].filter(([item]) => !given.has(item));
    for (let from = 0; from < fresh.length; from += SLICE) {
      const slice = fresh.slice(from, from + SLICE);
      await to.call("give", { items: slice.map(([item]) => item), contents: slice.map(([, { content }]) => content) });
      for (const [item] of slice) given.add(item);
      await setImmediate();
    }
    const embedded = await to.call(
      "embed",
      { file: options.featuresFile },
      {
        signal: context.signal,
        onEvent: (event) => event.type === "embed" && context.progress(event.done / Math.max(1, event.total)),
      },
    );
    state.embedded = embedded.items;
    state.width = embedded.width;
    state.lastMap = embedded.lastMap;
    state.failed.push(...embedded.failed);
  };

  const request = (): KnownItems & { readonly count: number } => {
    const answered = known.learnt().map((item) => [item, known.target(item)!] as const);
    const gone = [...given].filter((item) => !known.items.has(item));
    const excluded = [...known.out(), ...gone];
    const open = known.items.size - answered.length - excluded.length;
    const count = Math.max(LEAST_RANKED, Math.min(MOST_RANKED, Math.floor(SHARE_RANKED * open)));
    return { answered, excluded, count };
  };

  const rank = async (): Promise<void> => {
    const labels = known.labels;
    const { strategy } = brain;
    const ranking = await worker!.call("rank", {
      ...request(),
      ...{ task: known.task, labels: labels.map(({ name }) => name), strategy, seed: store.project()!.seed },
      ...{ withHeldOut: rankings % HELD_OUT_EVERY === 0, file: options.probabilitiesFile },
    });
    if (isStopped) return;
    rankings++;
    const heldOutAccuracy = ranking.heldOutAccuracy ?? state.ranking?.heldOutAccuracy;
    state.rankedLabels = labels.map(({ id }) => id);
    state.ranking = { ...ranking, heldOutAccuracy };
    state.failure = undefined;
    await options.onRanking(state.ranking);
  };

  const fail = (error: unknown) => {
    if (isStopped) return;
    state.failure = errorMessage(error);
    options.onChange();
  };

  /** Of a full disk: there may be space by then. */
  const tryAgainLater = () => {
    setTimeout(() => {
      hasNewItems = true;
      next();
    }, RETRY_MS).unref();
  };

  const next = (): void => {
    if (isStopped || isEmbedding || isRanking || model === "none" || !store.project()) return;
    if (hasNewItems || worker?.hasEnded) {
      hasNewItems = false;
      if (known.items.size === 0) return;
      isEmbedding = true;
      isDirty = true;
      const begin = () =>
        board.begin("features", `Reading ${known.items.size} ${kind}s`, async (context) => {
          try {
            await embed(context);
          } catch (error) {
            fail(error);
            if (error instanceof BaalError && error.code === "E_STORE") tryAgainLater();
            throw error;
          } finally {
            isEmbedding = false;
            if (state.embedded > 0) void Promise.resolve().then(next);
          }
        });
      if (ifPossible(begin)) return;
      isEmbedding = false;
      tryAgainLater();
      fail(
        new BaalError(
          "E_STORE",
          "The items could not be read, since the project's disk cannot be written: free some space on it.",
        ),
      );
      return;
    }
    if (!isDirty || state.embedded === 0) return;
    isDirty = false;
    isRanking = true;
    options.onChange();
    void rank()
      .catch(fail)
      .finally(() => {
        isRanking = false;
        options.onChange();
        // Not at once: what has just been answered is handled first.
        void setImmediate().then(next);
      });
  };
  queueMicrotask(next);

  return {
    get ranking() {
      return state.ranking;
    },
    get rankedLabels() {
      return state.rankedLabels;
    },
    get isRanking() {
      return isRanking || isEmbedding;
    },
    get failure() {
      return state.failure;
    },
    get embedded() {
      return state.embedded;
    },
    get width() {
      return state.width;
    },
    get lastMap() {
      return state.lastMap;
    },
    get failed() {
      return state.failed;
    },
    call(name, argument, how) {
      if (!worker || state.embedded === 0)
        return Promise.reject(
          new BaalError("E_ARGUMENT", state.failure ?? "The items have no features yet: wait until they are computed."),
        );
      return worker.call(name, argument, how);
    },
    itemsChanged() {
      hasNewItems = true;
      next();
    },
    labelsChanged() {
      isDirty = true;
      next();
    },
    async stop() {
      isStopped = true;
      await worker?.stop();
    },
  };
}
