import { mkdirSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { BaalError } from "../../core/errors.js";
import { writeFileAtomic } from "../../system/files.js";
import { modelConfig } from "../api/model-config.js";
import type { LabelHistogram, MapHeader } from "../api/work-contract.js";
import { slices } from "../store/import-data.js";
import type { VersionRecord } from "../store/work-tables.js";
import type { Brain, BrainOptions, DoubtfulLabel } from "./brain.js";
import { checkModel } from "./check-model.js";
import { curvePoints } from "./curve-points.js";
import { type ItemRows, readItemRows } from "./item-rows.js";
import { jobBoard } from "./job-board.js";
import type { FoundError } from "./jobs/job-calls.js";
import { inJobProcess } from "./jobs/run-job.js";
import { knownAnswers } from "./known-answers.js";
import { liveProcess } from "./live-ranking.js";
import { mapBytes } from "./map-bytes.js";
import { LIVE, orderItems } from "./order-items.js";
import {
  acceptance,
  acceptedClasses,
  loadPropagation,
  PROPAGATED,
  PROPAGATION_DEFAULTS,
  type Propagated,
  propagationFile,
  savePropagation,
} from "./propagated.js";
import { readServed, type Served, suggestionsOf } from "./served-probabilities.js";
import { trainings, versionFolder } from "./trainings.js";
import { type JudgedItem, labelHistograms } from "./validation-score.js";

/** Learning curves are judged by this where nothing else is asked for. */
const TARGET = 0.9;
const FEWEST_JUDGED = 10;

/** Opens the model work of a project that has begun: reads the items and ranks them, in a process of its own. Files go into `model/` in the store's folder. */
export function openBrain(options: BrainOptions): Brain {
  const { store, encoder, onEvent } = options;
  const folder = join(store.folder, "model");
  mkdirSync(folder, { recursive: true });
  const files = { features: join(folder, "features.rows"), live: join(folder, "live.rows"), map: join(folder, "map.rows") };
  const kind = store.project()?.kind ?? "text";
  const seed = store.project()?.seed ?? 0;
  const known = knownAnswers(store);
  const board = jobBoard(store, (job) => onEvent({ type: "job", job }));
  const curve = curvePoints(folder, known);
  const earlier = new Map<string, Set<number>>();
  let served: Served | undefined;
  let liveServed: Served | undefined;
  let propagated: Propagated | undefined;
  let places: { readonly rows: ItemRows; readonly method: MapHeader["method"] } | undefined;
  let doubts: { readonly key: string; readonly errors: Promise<readonly FoundError[]> } | undefined;
  let isClosed = false;

  const tellModel = () => {
    if (!isClosed) onEvent({ type: "model" });
  };
  const serving = () => String(store.project()?.settings["serving"] ?? LIVE);
  const live = liveProcess({
    ...{ brain: options, kind, known, board, featuresFile: files.features, probabilitiesFile: files.live },
    async onRanking({ hasProbabilities, labelled }) {
      if (!hasProbabilities) return;
      liveServed = await readServed(files.live, { version: LIVE, labels: live.rankedLabels });
      if (serving() === LIVE) served = liveServed;
      if (curve.isDue(labelled)) await curve.add(LIVE, labelled, liveServed);
    },
    onChange() {
      tellModel();
      if (!live.isRanking) training.trainWhenDue(options.autoTrainEvery?.() ?? 0);
    },
  });
  const situation = () => ({
    ...{ kind, task: known.task, labels: known.labels.length, width: live.width, lastMap: live.lastMap },
    hasEncoder: encoder !== "none",
  });

  const readVersion = async (name: string): Promise<Served | undefined> => {
    const version = store.versions().find((one) => one.name === name);
    if (!version?.probabilities) return undefined;
    const labels = version.config["labels"] as readonly number[];
    return await readServed(join(store.folder, version.probabilities), { version: name, labels });
  };
  /** Reads what is to be served; what is served until then goes on. */
  const readServing = async (): Promise<void> => {
    const name = serving();
    const found = name === LIVE ? liveServed : name === PROPAGATED ? propagated?.served : await readVersion(name);
    if (name !== serving()) return;
    served = found ?? liveServed;
    tellModel();
  };
  const serve = (name: string) => {
    store.changeProject({ settings: { serving: name } });
    void readServing().catch(warn);
  };

  const judged = (items: readonly number[]): JudgedItem[] =>
    items.flatMap((item) => {
      const probs_C = served?.of(item);
      const entries = known.entries(item);
      if (probs_C === undefined || entries === undefined) return [];
      return [{ entries: entriesBy(served!, entries), probs_C }];
    });
  /** In the order of the version's labels. */
  const entriesBy = ({ labels }: Served, entries: readonly (0 | 1 | null)[]) =>
    labels.map((label) => {
      const index = known.labels.findIndex(({ id }) => id === label);
      return index < 0 ? null : entries[index]!;
    });
  const openItems = () =>
    [...known.items.keys()].filter(
      (item) => known.entries(item) === undefined && !known.isExcluded(item) && !known.isValidation(item),
    );
  let histograms: { readonly key: string; readonly value: readonly LabelHistogram[] } | undefined;
  const histogramsNow = (): readonly LabelHistogram[] => {
    if (served === undefined) return [];
    const key = `${served.version} ${served.file} ${live.ranking?.labelled} ${store.seq()}`;
    if (histograms?.key !== key) {
      const open = openItems().flatMap((item) => served!.of(item) ?? []);
      const value = labelHistograms({
        ...{ labels: served.labels, learnt: judged(known.learnt()), validated: judged(known.validated()), open },
      });
      histograms = { key, value };
    }
    return histograms.value;
  };

  const training = trainings({
    ...{ brain: options, folder, featuresFile: files.features, known, board, situation, histograms: histogramsNow },
    servedVersion: () => served?.version,
    async onVersion(version: VersionRecord, { isServed }) {
      const made = await readVersion(version.name);
      if (made) await curve.add(version.name, Number(version.config["labelled"]), made);
      if (isServed) serve(version.name);
    },
    onChange: () => onEvent({ type: "training" }),
  });

  const readAtFirst = async (): Promise<void> => {
    propagated = await loadPropagation(folder);
    await readServing();
    const method = await readFile(join(folder, "map.json"), "utf8").catch(() => undefined);
    if (method !== undefined) places = { rows: await readItemRows(files.map), ...(JSON.parse(method) as { method: "pca" }) };
  };
  const ready = readAtFirst().catch(warn);
  const requireFeatures = () => {
    if (live.embedded > 0) return;
    throw new BaalError("E_ARGUMENT", live.failure ?? "The items have no features yet: wait until they have been read.");
  };
  const entriesOf = (items: readonly number[]) => items.map((item) => [item, known.entries(item)!] as const);

  return {
    status() {
      const { ranking } = live;
      const isLive = (served?.version ?? LIVE) === LIVE;
      return {
        version: served?.version,
        strategy: isLive ? (ranking?.strategy ?? "random") : "doubt",
        reason: isLive
          ? (ranking?.reason ?? "the items have not been read yet")
          : `what version ${served!.version} is least sure of`,
        labelled: ranking?.labelled ?? known.learnt().length,
        isRanking: live.isRanking,
        heldOutAccuracy: ranking?.heldOutAccuracy,
        failure: live.failure,
      };
    },
    jobs: () => board.jobs(),
    labelsChanged(items) {
      known.readLabels(items);
      live.labelsChanged();
    },
    async itemsChanged(items) {
      for (const slice of items ? slices(items) : [undefined]) {
        known.readItems(slice);
        known.readLabels(slice);
        await setImmediate();
      }
      live.itemsChanged();
    },
    suggestions: (item) => suggestionsOf(served, item),
    probabilities: () => served,
    order: (request) => orderItems(request, { known, live, served, seed, earlier }),
    async similar(item, k) {
      requireFeatures();
      return await live.call("similar", { item, k, without: [] });
    },

    async map() {
      await ready;
      return (
        places && mapBytes(places.rows, known, served, { method: places.method, seq: store.seq(), version: served?.version })
      );
    },
    beginMap() {
      const running = board.running("map");
      if (running) return running;
      if (live.embedded === 0) {
        live.itemsChanged();
        const embedding = board.running("features");
        if (embedding) return embedding;
      }
      requireFeatures();
      return board.begin("map", "Placing the items", async ({ signal, progress }) => {
        const request = { features: files.features, file: files.map, seed };
        const { method } = await inJobProcess("map", request, {
          signal,
          onEvent: (event) => event.type === "progress" && progress(event.share, event.message),
        });
        await writeFileAtomic(join(folder, "map.json"), JSON.stringify({ method }));
        places = { rows: await readItemRows(files.map), method };
        onEvent({ type: "map" });
      });
    },

    model: () => checkModel(training.model(), situation()),
    checkModel: (config) => checkModel(config, situation()),
    setModel(config) {
      const view = checkModel(config, situation());
      const [problem] = view.problems;
      if (problem) throw new BaalError("E_ARGUMENT", problem.message);
      training.setModel(config);
      return view;
    },
    training: () => training.view(),
    train: (config) => training.train(config),
    serve(name) {
      if (name !== LIVE && !store.versions().some((version) => version.name === name))
        throw new BaalError("E_ARGUMENT", `There is no version ${JSON.stringify(name)}.`);
      serve(name);
    },

    propagate(config) {
      requireFeatures();
      if (board.running("propagate"))
        throw new BaalError("E_CONFLICT", "Labels are being spread already: wait for it, or cancel it.");
      const answered = known.learnt();
      if (answered.length === 0)
        throw new BaalError("E_ARGUMENT", "No item has an answer yet that could spread: label some first.");
      const labels = known.labels.map(({ id }) => id);
      return board.begin("propagate", "Spreading labels", async ({ signal, progress }) => {
        const request = {
          ...{
            ...config,
            features: files.features,
            file: propagationFile(folder),
            seed,
            task: known.task,
            labels: labels.length,
          },
          ...{ known: entriesOf(answered), held: entriesOf(known.validated()) },
        };
        const { reached, heldOut } = await inJobProcess("propagate", request, {
          signal,
          onEvent: (event) => event.type === "progress" && progress(event.share, event.message),
        });
        const rows = heldOut.map(({ item, probs_C }) => ({ item, probs_C: [...probs_C] }));
        propagated = await savePropagation(folder, { config, labels, reached, heldOut: rows });
        if (serving() === PROPAGATED) await readServing();
        onEvent({ type: "propagation" });
      });
    },
    propagation() {
      const job = board.jobs().find((one) => one.kind === "propagate");
      if (propagated === undefined) return { config: PROPAGATION_DEFAULTS, job, histograms: [], reached: 0, accepted: [] };
      const { config, labels, reached, heldOut, served: rows } = propagated;
      const held = new Map(heldOut.map(({ item, probs_C }) => [item, probs_C]));
      const items = (some: readonly number[], of: (item: number) => ArrayLike<number> | undefined): JudgedItem[] =>
        some.flatMap((item) => {
          const [probs_C, entries] = [of(item), known.entries(item)];
          return probs_C && entries ? [{ entries: entriesBy(rows, entries), probs_C }] : [];
        });
      const open = openItems();
      const indexOf = new Map(known.labels.map(({ id }, index) => [id, index]));
      return {
        ...{ config, job, reached },
        histograms: labelHistograms({
          labels,
          // Of items that the labels came from only what others say of them tells anything.
          learnt: items(known.learnt(), (item) => held.get(item)?.map((p) => p ?? Number.NaN)),
          validated: items(known.validated(), rows.of),
          open: open.flatMap((item) => rows.of(item) ?? []),
        }),
        accepted: acceptance(propagated, {
          ...{ task: known.task, open },
          entryOf: (item, label) => known.entries(item)?.[indexOf.get(label) ?? -1] ?? null,
        }),
      };
    },
    rankByPropagation() {
      if (!propagated) throw new BaalError("E_ARGUMENT", "No labels have been spread yet: do that first.");
      serve(PROPAGATED);
    },
    propagatedAnswers(threshold) {
      if (!propagated) throw new BaalError("E_ARGUMENT", "No labels have been spread yet: do that first.");
      const { labels, served: rows } = propagated;
      const offered = new Set(known.labels.map(({ id }) => id));
      return openItems().flatMap((item) => {
        const probs_C = rows.of(item);
        const classes = probs_C && acceptedClasses(probs_C, labels, { threshold, task: known.task });
        return classes?.every((label) => offered.has(label)) ? [{ item, classes }] : [];
      });
    },

    async labelErrors() {
      requireFeatures();
      const items = known.learnt();
      if (items.length < FEWEST_JUDGED)
        return {
          found: [],
          note: `${items.length} items have an answer; from ${FEWEST_JUDGED} on labels are judged by each other.`,
        };
      const labels = known.labels.map(({ id }) => id);
      // While nothing is said anew there is nothing to find anew, however often the screen is opened.
      const key = `${store.seq()} ${live.embedded} ${labels}`;
      if (doubts?.key !== key) {
        const request = { features: files.features, task: known.task, labels: labels.length, known: entriesOf(items), seed };
        const asked = { key, errors: inJobProcess("labelErrors", request) };
        doubts = asked;
        asked.errors.catch(() => {
          if (doubts === asked) doubts = undefined;
        });
      }
      const found = (await doubts.errors).map(
        ({ item, label, probability, doubt }): DoubtfulLabel => ({
          item,
          doubt,
          instead: { label: labels[label]!, probability },
        }),
      );
      return { found, note: found.length === 0 ? `Nothing is doubtful among ${items.length} answers.` : undefined };
    },
    progress: ({ target = TARGET } = {}) => curve.progress(target),

    async saveModel(target) {
      const name = served?.version;
      if (name === undefined || name === PROPAGATED)
        throw new BaalError(
          "E_ARGUMENT",
          name === undefined
            ? "There is no model yet: label items of two labels first."
            : "What was spread is no model: have a version or the head of the labels serve.",
        );
      const config = store.versions().find((one) => one.name === name)?.config ?? {};
      const of = {
        kind,
        encoder: String(config["encoder"] ?? encoder),
        model: modelConfig.safeParse(config["model"]).data,
        seed,
      };
      if (name !== LIVE) {
        await inJobProcess("wholeModel", { ...of, version: join(versionFolder(folder, name), "model"), folder: target });
        return;
      }
      const version = `${target}.head`;
      await live.call("saveHead", { folder: version });
      try {
        await inJobProcess("wholeModel", { ...of, version, folder: target });
      } finally {
        await rm(version, { recursive: true, force: true });
      }
    },
    cancel: (job) => board.cancel(job),
    async close() {
      isClosed = true;
      await live.stop();
      await board.stop();
    },
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), "BaalWarning");
}
