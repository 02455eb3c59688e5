import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { DEFAULT_MAX_SEQ_LEN, DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { Row } from "../data/rows/row.js";
import type { PlanSettings } from "../scale/plan/plan-run.js";
import { type RunPlan, readPlan } from "../scale/plan/run-plan.js";
import { poolStrategy } from "../scale/score/pool-strategy.js";
import type { RunStore } from "../scale/store/run-store.js";
import type { CommandContext } from "./base-command.js";
import { pretrainedOptions } from "./model-options.js";
import type { ScoreOptions } from "./score-options.js";
import { UsageError } from "./usage-error.js";

export interface PlannedRun {
  readonly plan: RunPlan;
  /** Of the model, where it was named. */
  readonly folder: string | undefined;
}

/** The run's plan: made of the pool, or the one that the store has. */
export async function plannedRun(
  store: RunStore,
  options: ScoreOptions,
  context: CommandContext,
  pool: string | undefined,
): Promise<PlannedRun> {
  if (pool === undefined) {
    const plan = await readPlan(store);
    if (plan === undefined)
      throw new UsageError(
        `The store ${store.address} has no run yet: give the pool and the model, baal score pool.csv --model my-model.`,
      );
    return { plan, folder: undefined };
  }
  const { findClassifier } = await import("../models/checkpoint/find-model.js");
  const { modelVersion } = await import("../models/checkpoint/model-version.js");
  const { planRun } = await import("../scale/plan/plan-run.js");
  const { shipModel } = await import("../scale/work/model-copy.js");
  const model = options.model!;
  const { kind, folder } = await findClassifier(model, pretrainedOptions(options, context));
  const { rows, ...input } = await (kind === "text" ? textPool(pool, folder, options) : imagePool(pool, options));
  const { strategy, count, seed = DEFAULT_SEED, iterations, shardRows } = options;
  const file = await stat(pool);
  const settings: PlanSettings = {
    ...{ kind, iterations, seed, strategy: poolStrategy(strategy).strategy.name, count, rowsPerShard: shardRows },
    ...input,
    ...(options.precision === "int8" && { precision: options.precision }),
    ...(iterations > 1 && options.masks === "balanced" && { masks: options.masks }),
    model: { version: await modelVersion(folder), source: resolve(folder) },
    data: { name: basename(pool), bytes: file.size, modified: file.isFile() ? Math.floor(file.mtimeMs) : null },
  };
  const progress = context.output.progress("reading the pool", undefined);
  try {
    const { signal } = context;
    const plan = await planRun(rows, settings, store, { signal, onProgress: (done) => progress.update(done) });
    if (options.store !== undefined && options.shard === undefined) await shipModel(plan, store, folder);
    return { plan, folder };
  } finally {
    progress.stop();
  }
}

interface PoolInput extends Pick<PlanSettings, "inputColumn" | "text" | "maxSeqLen"> {
  readonly rows: () => AsyncIterable<Row> | Iterable<Row>;
}

async function textPool(pool: string, folder: string, options: ScoreOptions): Promise<PoolInput> {
  const { readTrainingRecord } = await import("../models/checkpoint/training-record.js");
  const { checkTextData } = await import("./model-options.js");
  const { streamTextRows, textSource } = await import("./text-rows.js");
  await checkTextData({ model: options.model, data: pool, imageOptions: {} });
  const trained = (await readTrainingRecord(folder))?.input;
  const { textColumn, text } = textSource(options, trained?.text);
  const maxSeqLen = options.maxSeqLen ?? trained?.maxSeqLen ?? DEFAULT_MAX_SEQ_LEN;
  const { parseTextTemplate } = await import("../data/text/text-template.js");
  const columns = text === undefined ? [textColumn] : parseTextTemplate(text).columns;
  // The template is filled by whoever scores, so that the rows stay as they are.
  const read = { ...options, textColumn: columns[0]!, text: undefined, columns, labels: "none" as const };
  return { rows: () => streamTextRows(pool, read), inputColumn: textColumn, text: text ?? null, maxSeqLen };
}

async function imagePool(pool: string, options: ScoreOptions): Promise<PoolInput> {
  const { imagesToPredict } = await import("./image-rows.js");
  const { column, root, rows, isFile } = await imagesToPredict(pool, options.imageColumn, options);
  const absolute = async function* () {
    for await (const row of rows()) {
      const image = row[column];
      if (typeof image !== "string" && !isFile)
        throw new BaalError("E_DATA", `${pool} is an archive: unpack it into a folder that all machines see, and give that.`);
      if (typeof image !== "string" || /^[a-z]+:/i.test(image)) yield row;
      else yield { ...row, [column]: root === undefined ? resolve(image) : resolve(root, image) };
    }
  };
  return { rows: absolute, inputColumn: column, text: null, maxSeqLen: 0 };
}
