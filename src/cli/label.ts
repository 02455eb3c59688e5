import { existsSync } from "node:fs";
import type { Command } from "commander";
import { DEFAULT_SEED } from "../core/defaults.js";
import { errorMessage } from "../core/errors.js";
import { WORDS_ALONE } from "../data/text/tf-idf.js";
import type { Ranker } from "../studio/ranking/ranker.js";
import type { LabelData } from "../studio/store/import-data.js";
import type { StudioStore } from "../studio/store/open-studio-store.js";
import type { ItemRecord } from "../studio/store/records.js";
import type { LabellingDesk } from "../studio/terminal/labelling-desk.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { readLabelData } from "./label-data.js";
import { exportAnswers } from "./label-export.js";
import {
  accountName,
  addLabellingOptions,
  dataToLabel,
  type Given,
  givenStrategy,
  type LabellingOptions,
  labellingFolder,
} from "./labelling-options.js";
import type { ModelOptions } from "./model-options.js";
import { oneOf, rowsFile } from "./option-parsers.js";
import { cachePath, DEFAULT_ENCODER, withoutHub } from "./picking-options.js";
import { PROJECT_FILE } from "./project-file.js";
import { textSource } from "./text-rows.js";
import { addDeviceOptions } from "./train-options.js";
import { UsageError } from "./usage-error.js";

interface LabelOptions extends LabellingOptions, ModelOptions {
  readonly skipped?: boolean | undefined;
  readonly images?: string | undefined;
  readonly import?: string | undefined;
  readonly export?: string | undefined;
}

/** `baal label`: labels texts or images in the terminal. */
export function labelCommand(command: Command): Command {
  addLabellingOptions(command, {
    kept: "answers are",
    labels: "; those of the data and of earlier times are known without",
    multi: ": keys mark them, Enter saves",
    model: `tfidf (by the texts' words alone, without weights), or none (default: ${DEFAULT_ENCODER} for texts, none for images); what baal select has picked keeps its order`,
    user: "whose answers these are",
  })
    .option("--skipped", "show the items again that were skipped")
    .option(
      "--images <how>",
      "show images by kitty, iterm, blocks or none (default: what the terminal can)",
      oneOf(["kitty", "iterm", "blocks", "none"]),
    )
    .option(
      "--import <path>",
      "take over labels first: a file with texts and labels, an export of Label Studio, Argilla, Prodigy or doccano, or a folder of a LabellingSession",
    )
    .option(
      "--export <file>",
      "write what is labelled to a .csv, .jsonl or .parquet file instead of labelling, or to - (CSV)",
      rowsFile,
    );
  return addDeviceOptions(command).addHelpText("after", EXAMPLES).action(commandAction(label));
}

const EXAMPLES = `
Every answer is on the disk before the next item is shown. The same command goes on where it stopped.

Examples:
  baal label all.csv --labels refund,delivery,cancel
  baal label next.csv                             # what baal select has picked, best first, with its suggestions
  baal label photos/ --labels cat,dog --multi
  baal label all.csv --export labelled.csv`;

async function label(given: Given<LabelOptions>, context: CommandContext, argument: string | undefined): Promise<void> {
  const options: LabelOptions = { ...given, ...textSource(given) };
  const path = dataToLabel(argument, options, "label");
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (options.export === undefined && !isTerminal)
    throw new UsageError(
      "baal label needs a terminal for its keys, and standard input or output is none. Start it in a terminal; --export writes what is labelled without one.",
    );
  const strategy = await givenStrategy(options.strategy);
  const data = await readLabelData(path, options);
  const { openStudioStore } = await import("../studio/store/open-studio-store.js");
  const store = await openStudioStore(labellingFolder(path, options.dataDir));
  try {
    const items = await fillStore(store, data, { ...options, path, context });
    if (options.export !== undefined) {
      await exportAnswers(store, options.export, { ...options, context, items: items.map(({ id }) => id) });
      return;
    }
    await labelItems({ store, items, data, options: { ...options, strategy }, context, path });
  } finally {
    await store.close();
  }
}

/** Brings items, labels and answers of the data into the store, as far as they are new, and gives the items, each once. */
async function fillStore(
  store: StudioStore,
  data: LabelData,
  options: LabelOptions & { readonly path: string; readonly context: CommandContext },
): Promise<readonly ItemRecord[]> {
  const { path, labels = [], seed = DEFAULT_SEED, multi, import: from, context } = options;
  const { textHash } = await import("../studio/store/item-table.js");
  const { importLabelling, isLabellingFolder, labelNamed } = await import("../studio/store/import-labelling.js");
  const { importAnswers } = await import("../studio/store/import-data.js");
  const task = multi ? "multi" : (store.project()?.task ?? data.task);
  store.beginProject({ kind: data.kind, task, seed });
  const { ids } = store.importItems(data.items);
  for (const name of labels) labelNamed(store, name);
  warnOfConflicts(importAnswers(store, data, ids, path), path);
  if (from !== undefined) {
    if (isLabellingFolder(from)) await importLabelling(store, from, ids);
    else {
      const given = await readLabelData(from, options);
      const known = given.items.map(({ content, contentHash }) => store.itemByContent(contentHash ?? textHash(content))?.id);
      warnOfConflicts(importAnswers(store, given, known, from), from);
      const unknown = known.filter((id, n) => id === undefined && given.answers.has(n)).length;
      if (unknown > 0)
        context.output.warn(`${from}: ${unknown} answers are of items that the data do not have, and are left out`);
    }
  }
  const byId = new Map(store.items().map((item) => [item.id, item]));
  return [...new Set(ids)].map((id) => byId.get(id)!);
}

function warnOfConflicts(conflicts: number, path: string): void {
  if (conflicts === 0) return;
  const message = `${path}: ${conflicts} texts or images are there more than once with different labels; none of these counts: label them again.`;
  process.emitWarning(message, { type: "BaalWarning", code: "BAAL_CONFLICT" });
}

interface Labelling {
  readonly store: StudioStore;
  readonly items: readonly ItemRecord[];
  readonly data: LabelData;
  readonly options: LabelOptions;
  readonly context: CommandContext;
  readonly path: string;
}

async function labelItems({ store, items, data, options, context, path }: Labelling): Promise<void> {
  const { LabellingDesk } = await import("../studio/terminal/labelling-desk.js");
  const { runTerminal } = await import("../studio/terminal/run-terminal.js");
  const { imageProtocol, terminalImages } = await import("../studio/terminal/terminal-images.js");
  const { signal } = context;
  const isImages = data.kind === "image";
  let terminal: { redraw(): void } | undefined;
  let ranker: Ranker | undefined;
  const desk = new LabellingDesk({
    ...{ store, items, task: store.project()!.task, user: options.user ?? accountName(), seed: store.project()!.seed },
    ...{ strategy: options.strategy, isSkippedShown: options.skipped, suggestions: itemSuggestions(data, items) },
    onChange: () => ranker?.changed(),
  });
  const model = data.isRanked ? "none" : (options.model ?? (isImages ? "none" : DEFAULT_ENCODER));
  if (isImages && model === WORDS_ALONE) throw new UsageError(`--model ${model} is for texts: give a model of images, or none.`);
  if (data.isRanked) desk.describeOrder("in the order in which baal select has picked");
  else if (isImages && model === "none") desk.describeOrder("in the order of the data: --model ranks images");
  if (data.leftOut > 0) desk.say(`${data.leftOut} rows have no text and are left out.`);
  if (model !== "none") {
    ranker = await startRanker(desk, model, { ...options, kind: data.kind, context, redraw: () => terminal?.redraw() });
    ranker.begin({
      contents: items.map(({ content }) => content),
      maxSeqLen: options.maxSeqLen,
      cacheFolder: cachePath(options.cache),
    });
  }
  try {
    const images = isImages
      ? terminalImages((options.images as ReturnType<typeof imageProtocol> | undefined) ?? imageProtocol(process.env))
      : undefined;
    const open = runTerminal({ desk, input: process.stdin, output: process.stdout, signal, images, isImages });
    terminal = open;
    await open.ended;
  } finally {
    terminal = undefined;
    await ranker?.stop();
  }
  report(desk, { store, path, context });
}

interface RankerContext extends LabelOptions {
  readonly kind: LabelData["kind"];
  readonly context: CommandContext;
  readonly redraw: () => void;
}

/** Starts the process that ranks, and loads its encoder: what is wrong with it is said before the first item. */
async function startRanker(desk: LabellingDesk, model: string, options: RankerContext): Promise<Ranker> {
  const { Ranker } = await import("../studio/ranking/ranker.js");
  const { context, redraw, kind, device, threads, onnxFile } = options;
  const ranker: Ranker = new Ranker({
    request: () => desk.request(),
    onEvent(event) {
      if (event.type === "download") context.output.note(`downloading ${event.file} (${(event.total / 1e6).toFixed(1)} MB)`);
      else {
        desk.describeOrder(
          event.done < event.total
            ? `in the order of the data: reading the ${kind}s, ${event.done} of ${event.total}`
            : "in the order of the data: ranking",
        );
        redraw();
      }
    },
    onRanking(ranking) {
      desk.ranked(ranking);
      redraw();
    },
    onFailure(error) {
      desk.describeOrder(`in the order of before, as ranking has failed: ${errorMessage(error)}`);
      redraw();
    },
  });
  context.output.note(`loading ${model}`);
  try {
    await ranker.load({ kind, model, device, threads, onnxFile }, { signal: context.signal });
    return ranker;
  } catch (error) {
    await ranker.stop();
    throw kind === "text" ? withoutHub(error, model) : error;
  }
}

/** By the items' positions. */
function itemSuggestions({ items: rows, suggestions }: LabelData, items: readonly ItemRecord[]): LabelData["suggestions"] {
  const byContent = new Map([...suggestions].map(([n, own]) => [rows[n]!.content, own]));
  return new Map(
    items.flatMap(({ content }, position) => {
      const own = byContent.get(content);
      return own ? [[position, own] as const] : [];
    }),
  );
}

function report(
  desk: LabellingDesk,
  { store, path, context }: { readonly store: StudioStore; readonly path: string; readonly context: CommandContext },
): void {
  const { progress, labels } = desk.view();
  const { answered, total, skipped, here } = progress;
  const counts = Object.fromEntries(labels.map(({ name, count }) => [name, count]));
  const lines = [
    `labelled ${answered} of ${total}, ${here} of them now${skipped > 0 ? `; ${skipped} are skipped or left out` : ""}`,
    `kept in ${store.folder}`,
    existsSync(PROJECT_FILE) ? "next: baal merge" : `next: baal merge --data ${path} --answers ${store.folder} --output <file>`,
  ];
  context.output.result(lines.join("\n"), { folder: store.folder, total, labelled: answered, now: here, skipped, counts });
}
