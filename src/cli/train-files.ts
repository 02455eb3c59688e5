import { readdir, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BayesianModel } from "../core/bayesian-model.js";
import { TRAINING_RECORD_FILE, type TrainingRecord } from "../models/checkpoint/training-record.js";
import { addFile, fileSha256, newDigest } from "../system/digest.js";
import { writeFolderAtomic } from "../system/files.js";
import type { TrainerState } from "../training/trainer-state.js";
import { type ModelCardFacts, modelCard } from "./model-card.js";
import type { Output } from "./output.js";
import { isStandardInput } from "./standard-streams.js";

/** What `baal train` writes beside a model. */
export interface TrainFiles {
  readonly record: TrainingRecord;
  /** Of the training by steps, where there was one. */
  readonly state: TrainerState | undefined;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly card: ModelCardFacts;
  readonly log: readonly string[];
}

/** Writes a model's folder with all that belongs into it, whole or not at all, and gives the names of the files beside the model's own. */
export async function saveTrained(
  model: Pick<BayesianModel, "save">,
  target: string,
  { record, state, metrics, card, log }: TrainFiles,
): Promise<readonly string[]> {
  const files = {
    [TRAINING_RECORD_FILE]: json(record),
    ...(state ? { "trainer_state.json": json(huggingFaceState(state)) } : {}),
    "metrics.json": json(metrics),
    "training.log": `${log.join("\n")}\n`,
    "README.md": modelCard(card),
  };
  await writeFolderAtomic(target, async (folder) => {
    await model.save(folder);
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  });
  return Object.keys(files);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The state by the names of transformers' `trainer_state.json`, so that what reads those reads it. */
function huggingFaceState({ globalStep, maxSteps, epoch, bestMetric, bestStep, logHistory }: TrainerState) {
  return {
    ...{ best_metric: bestMetric, best_global_step: bestStep, epoch, global_step: globalStep, max_steps: maxSteps },
    log_history: logHistory.map(({ kind, step, epoch: at, values }) => ({
      ...{ epoch: at, step },
      ...Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          (kind === "evaluate" ? "eval_" : "") + name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          value,
        ]),
      ),
    })),
  };
}

/** An output that also keeps what is said, line by line with the time, for the log in the model's folder. */
export function logged(output: Output): { readonly output: Output; readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (text: string) => {
    for (const line of text.split("\n")) lines.push(`${new Date().toISOString()} ${line}`);
  };
  return {
    lines,
    output: {
      ...output,
      note(text) {
        keep(text);
        output.note(text);
      },
      warn(text) {
        keep(`warning: ${text}`);
        output.warn(text);
      },
    },
  };
}

/** SHA-256 of a data file, or of the paths and contents of all files of a folder. */
export async function dataSha256(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return fileSha256(path);
  const digest = newDigest();
  for (const entry of (await readdir(path, { recursive: true, withFileTypes: true })).sort((a, b) => order(name(a), name(b)))) {
    if (!entry.isFile()) continue;
    digest.update(`${name(entry).slice(path.length)}\0`);
    await addFile(digest, name(entry));
  }
  return digest.digest("hex");
}

const name = (entry: { readonly parentPath: string; readonly name: string }) => join(entry.parentPath, entry.name);
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A path as a card names it: nothing of this machine's folders. */
export function dataName(path: string): string {
  return isStandardInput(path) ? "standard input" : basename(path);
}
