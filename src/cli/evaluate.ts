import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import type { Command } from "commander";
import { shownPredictions, shownThresholds } from "../calibration/shown.js";
import type { Dataset } from "../core/dataset.js";
import { DEFAULT_SEED } from "../core/defaults.js";
import type { Predictions } from "../core/predictions.js";
import { LOSS_OF_TASK } from "../core/task.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addBadTextOption, addLabelFileOptions, CONTROL_HELP, TEMPLATE_HELP } from "./data-file-options.js";
import {
  CALIBRATION_METHODS,
  type CalibrationMethodName,
  type CalibrationReport,
  type CalibrationWork,
  calibrationFit,
  calibrationWords,
  findCalibrator,
} from "./evaluate-calibration.js";
import type { EvaluatedItems } from "./evaluation-report.js";
import { addImageOptions } from "./image-options.js";
import type { LabelledItemOptions } from "./labelled-items.js";
import { addMasksOption, addOnnxFileOption, type MaskOptions, type ModelOptions, pretrainedOptions } from "./model-options.js";
import { integer, oneOf } from "./option-parsers.js";
import { isStandardInput, withStandardInput } from "./standard-streams.js";
import { addDeviceOptions, addPrecisionOption } from "./train-options.js";
import { UsageError } from "./usage-error.js";

export interface EvaluateOptions extends CommonOptions, ModelOptions, MaskOptions, LabelledItemOptions {
  readonly model: string;
  readonly output?: string | undefined;
  readonly iterations: number;
  readonly worst: number;
  readonly calibrate?: CalibrationMethodName | true | undefined;
}

/** Adds the options by which a command reads labelled items for a model. */
export function addLabelledItemOptions(command: Command): Command {
  command
    .requiredOption(
      "--data <path>",
      "labelled texts or images, in any of the forms that baal train reads; - is standard input; in a project train's eval-data, never what is trained on",
    )
    .option("--text-column <name>", 'column of the text (default: as the model was trained, or "text")')
    .option("--text <template>", TEMPLATE_HELP)
    .option("--label-column <name>", "column of the label", "label")
    .option("--pair-column <name>", "column of the second text, for pairs of texts (default: as the model was trained)")
    .option("--label-separator <text>", 'what stands between several labels of one item, as | of "late|damaged"')
    .option("--control <name>", CONTROL_HELP)
    .option(
      "--max-seq-len <tokens>",
      "most tokens per text; the rest is cut off (default: as the model was trained)",
      integer({ min: 1 }),
    );
  addBadTextOption(addLabelFileOptions(command));
  return addOnnxFileOption(addPrecisionOption(addDeviceOptions(addImageOptions(command))));
}

/** `baal evaluate`: how good a model is on labelled data, label by label, and where it is wrong. */
export function evaluateCommand(command: Command): Command {
  command
    .requiredOption(
      "--model <model>",
      "folder or hub id of the model, of texts or of images; in a project (baal.yaml) what baal train has written",
    )
    .option("--output <folder>", "where evaluation.json and evaluation.html go, a page that opens offline")
    .option(
      "--iterations <draws>",
      "draws whose probabilities are averaged; 1 is one pass with dropout off",
      integer({ min: 1 }),
      1,
    )
    .option(
      "--calibrate [method]",
      `fit what makes the model's probabilities right to these data, which it must not have been trained on, and keep it in the model's folder: ${CALIBRATION_METHODS.join(", ")} (default: temperature)`,
      oneOf(CALIBRATION_METHODS),
    )
    .option("--worst <items>", "how many of the items that the model is most wrong about are told", integer({ min: 0 }), 20);
  return addLabelledItemOptions(addMasksOption(command))
    .addHelpText("after", EXAMPLES)
    .action(commandAction((options: EvaluateOptions, context) => withStandardInput(options, (own) => evaluate(own, context))));
}

const EXAMPLES = `
Examples:
  baal evaluate --model my-model --data test.csv
  baal evaluate --model my-model --data test.csv --iterations 20 --output evaluation
  baal evaluate --model my-model --data held-out.csv --calibrate`;

async function evaluate(options: EvaluateOptions, context: CommandContext): Promise<void> {
  const { findClassifier } = await import("../models/checkpoint/find-model.js");
  const { loadModel } = await import("../models/load-model.js");
  const { readLabelledItems } = await import("./labelled-items.js");
  const { evaluationReport } = await import("./evaluation-report.js");
  const { evaluationText, evaluationPage } = await import("./evaluation-page.js");
  const { evaluationMetrics } = await import("../training/evaluation-metrics.js");
  const { output, signal } = context;
  const { iterations, seed = DEFAULT_SEED, calibrate } = options;
  const pretrained = pretrainedOptions(options, context);
  const { kind, folder } = await findClassifier(options.model, pretrained);
  if (calibrate !== undefined && folder !== options.model)
    throw new UsageError(
      `--calibrate writes into the model's folder, and ${options.model} is a model of the hub: give the folder of one of yours.`,
    );
  const loaded = await loadModel(folder, { ...pretrained, kind });
  const { dataset, outOfScope, unlabelled, shown, model } = await readLabelledItems(loaded, options);
  if (unlabelled > 0) output.note(`${unlabelled} items without a label are left out`);
  if (iterations > 1) (await import("../bayesian/patch-module.js")).patchModule(model, { masks: options.masks });
  const work = { iterations, seed, signal, output };
  const { labels, task } = model;
  const method = calibrate === true ? "temperature" : calibrate;
  const fit = method && (await calibrationFit(task, method, signal));
  const draws: Predictions[] = [];
  const items = await predicted(model, dataset, { ...work, onDraws: fit && ((chunk) => draws.push(chunk)) });
  const thresholds = shownThresholds(model);
  const { means_N_C: means, targets, indices } = items;
  const metrics = await evaluationMetrics({
    loss: LOSS_OF_TASK[task],
    labels,
    means,
    targets: targets as never,
    indices,
    thresholds,
  });
  const calibration = fit && (await calibrated(model, { fit, draws, targets: items.targets, seed, folder, output }));
  const rejected = outOfScope.length > 0 ? await shareRejected(model, outOfScope, work) : undefined;
  const all = { ...metrics, ...(rejected === undefined ? {} : { outOfScopeRecall: rejected }) };
  const report = evaluationReport(items, { worst: options.worst });
  const worst = report.worst.map((item) => ({ ...item, item: shown(item.row) }));
  const result = {
    model: options.model,
    data: isStandardInput(options.data) ? "standard input" : options.data,
    task,
    items: dataset.length,
    iterations,
    ...(iterations > 1 && { masks: options.masks }),
    seed,
    labels,
    metrics: all,
    ...report,
    worst,
    ...(calibration && { calibration }),
  };
  if (options.output !== undefined) {
    const target = resolve(options.output);
    const { withOutput } = await import("../system/outputs.js");
    const { mkdir } = await import("node:fs/promises");
    const page = evaluationPage(result);
    await withOutput(target, async () => {
      await mkdir(target, { recursive: true });
      await writeFile(join(target, "evaluation.json"), `${JSON.stringify(result, null, 2)}\n`);
      await writeFile(join(target, "evaluation.html"), page);
    });
    output.note(`saved to ${target}: evaluation.json and evaluation.html`);
  }
  output.result(evaluationText(result), result);
}

interface PredictionWork {
  readonly iterations: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly output: CommandContext["output"];
  /** Is given the draws as they are, chunk by chunk. */
  readonly onDraws?: ((draws: Predictions) => void) | undefined;
}

async function predicted(
  model: GraphClassifier<unknown>,
  dataset: Dataset<unknown>,
  { iterations, seed, signal, output, onDraws }: PredictionWork,
): Promise<EvaluatedItems> {
  const { averageDraws } = await import("../training/evaluation-metrics.js");
  const { labels, task } = model;
  const thresholds = shownThresholds(model);
  const means_N_C = new Float64Array(dataset.length * labels.length);
  const indices: number[] = [];
  const progress = output.progress("evaluating", dataset.length);
  try {
    for await (const draws of model.predict(dataset, { iterations, seed, signal })) {
      means_N_C.set(averageDraws(shownPredictions(model, draws), LOSS_OF_TASK[task]), indices.length * labels.length);
      indices.push(...draws.indices);
      onDraws?.(draws);
      progress.update(indices.length);
    }
  } finally {
    progress.stop();
  }
  const targets = indices.map((_, i) => dataset.at(i).target as number | readonly (number | null)[]);
  return { task, labels, means_N_C, targets, indices, thresholds };
}

/** Fits a calibrator, and keeps it beside the model where its probabilities are better with it. */
async function calibrated(
  model: GraphClassifier<unknown>,
  {
    draws,
    folder,
    output,
    ...work
  }: Omit<CalibrationWork, "draws"> & {
    readonly draws: readonly Predictions[];
    readonly folder: string;
    readonly output: CommandContext["output"];
  },
): Promise<CalibrationReport> {
  const { joinPredictions } = await import("../core/join-chunks.js");
  const { saveCalibrator } = await import("../models/checkpoint/calibration-file.js");
  const { withOutput } = await import("../system/outputs.js");
  const all = await joinPredictions(Readable.from(draws), { total: work.targets.length });
  const { calibrator, report } = await findCalibrator(model, { ...work, draws: all });
  if (report.isKept) await withOutput(folder, () => saveCalibrator(folder, calibrator));
  output.note(calibrationWords(report, folder));
  return report;
}

/** Share of the items out of scope that the model takes for such. */
async function shareRejected(model: GraphClassifier<unknown>, items: Dataset<unknown>, work: PredictionWork): Promise<number> {
  let rejected = 0;
  for await (const { beyondScope_N } of model.predict(items, work))
    rejected += [...(beyondScope_N ?? [])].filter((value) => value > 0).length;
  return rejected / items.length;
}
