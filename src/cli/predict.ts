import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Dataset, EncodedText } from "../data/dataset.js";
import { type Row, showValue } from "../data/row.js";
import type { RowWriter } from "../data/writers/row-writer.js";
import { BaalError } from "../errors.js";
import type { Heuristic } from "../heuristics/heuristic.js";
import { getHeuristic, heuristicNames } from "../heuristics/registry.js";
import type { TextClassifier } from "../models/text-classifier.js";
import { baseCommand, type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { type ModelOptions, pretrainedOptions } from "./model-options.js";
import { integer } from "./option-parsers.js";
import type { RunSettings } from "./prediction-run.js";
import { addDeviceOptions } from "./train-options.js";
import { UsageError } from "./usage-error.js";

interface PredictOptions extends CommonOptions, ModelOptions {
  readonly model: string;
  readonly data: string;
  readonly output: string;
  readonly textColumn: string;
  readonly pairColumn?: string;
  readonly iterations: number;
  readonly heuristic: string;
  readonly maxSeqLen: number;
  readonly overwrite?: boolean;
}

/** Rows that are read, predicted and written together: memory stays the same however many there are. */
const rowsPerChunk = 1024;

/** `baal predict`: a label, its probability and an uncertainty for each row of a file. */
export function predictCommand(): Command {
  const command = baseCommand("predict", "predict a label, its probability and an uncertainty for each text of a file")
    .requiredOption("--model <model>", "folder or hub id of the model")
    .requiredOption("--data <file>", "texts: .csv, .tsv, .jsonl, .json or .parquet")
    .requiredOption(
      "--output <file>",
      "where the predictions go: .jsonl, .csv or .parquet; an interrupted run is continued",
      outputFile,
    )
    .option("--text-column <name>", "column of the text", "text")
    .option("--pair-column <name>", "column of the second text, for pairs of texts")
    .option("--iterations <draws>", "draws per text; 1 is one pass with dropout off", integer({ min: 1 }), 20)
    .addOption(new Option("--heuristic <name>", "the uncertainty").choices(heuristicNames).default("bald"))
    .option("--max-seq-len <tokens>", "most tokens per text; the rest is cut off", integer({ min: 1 }), 128)
    .option("--overwrite", "replace the output file");
  return addDeviceOptions(command).action(commandAction(predict));
}

async function predict(options: PredictOptions, context: CommandContext): Promise<void> {
  const { TextClassifier } = await import("../models/text-classifier.js");
  const { resolveModelFolder } = await import("../data/hub/resolve-model-folder.js");
  const { patchModule } = await import("../bayesian/patch-module.js");
  const { openRowWriter } = await import("../data/writers/open-row-writer.js");
  const { modelVersion } = await import("./model-version.js");
  const { beginRun, endRun } = await import("./prediction-run.js");
  const { output } = context;
  const heuristic = checkedHeuristic(options);
  const target = options.output;
  const pretrained = pretrainedOptions(options, context);
  const folder = await resolveModelFolder(options.model, pretrained);
  const settings = await runSettings(options, await modelVersion(folder));
  const rowsBefore = await beginRun(target, settings, { overwrite: options.overwrite ?? false });
  if (rowsBefore > 0) output.note(`continuing after ${rowsBefore} rows`);
  const model = await TextClassifier.fromPretrained(folder, pretrained);
  if (options.iterations > 1) patchModule(model);

  const writer = await openRowWriter(target, { columns: outputColumns(options), append: true });
  try {
    await predictRows({ model, heuristic, writer, options, rowsBefore, context });
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await writer.finish();
  await endRun(target);
  const rows = writer.rowsWritten;
  output.result(`predicted ${rows} rows, saved to ${target}`, {
    output: target,
    rows,
    rowsBefore,
    heuristic: heuristic.name,
    iterations: options.iterations,
    modelVersion: settings["model"],
  });
}

interface Work {
  readonly model: TextClassifier;
  readonly heuristic: Heuristic;
  readonly writer: RowWriter;
  readonly options: PredictOptions;
  readonly rowsBefore: number;
  readonly context: CommandContext;
}

async function predictRows({ model, heuristic, writer, options, rowsBefore, context }: Work): Promise<void> {
  const { meanProbabilities } = await import("../heuristics/mean-probabilities.js");
  const { iterations, seed = 42, textColumn } = options;
  const { signal } = context;
  const progress = context.output.progress("predicting", undefined);
  try {
    for await (const { start, rows } of rowChunks(options, rowsBefore)) {
      const dataset = encodeChunk(rows, start, model, options);
      for await (const draws of model.predict(dataset, { iterations, seed, signal, chunkSize: rowsPerChunk })) {
        const probs_N_C = meanProbabilities(draws);
        const scores = heuristic.score(draws);
        await writer.write(
          draws.indices.map((index, i) => {
            const best = mostProbable(probs_N_C.subarray(i * model.labels.length, (i + 1) * model.labels.length));
            const text = rows[index - start]?.[textColumn];
            return {
              row: index,
              [textColumn]: text,
              label: model.labels[best.index],
              probability: best.probability,
              uncertainty: scores[i],
            };
          }),
        );
      }
      progress.update(start + rows.length);
    }
  } finally {
    progress.stop();
  }
}

async function* rowChunks(
  { data, textColumn, pairColumn }: PredictOptions,
  skipped: number,
): AsyncGenerator<{ readonly start: number; readonly rows: readonly Row[] }> {
  const { streamRows } = await import("../data/readers/stream-rows.js");
  const columns = [textColumn, ...(pairColumn === undefined ? [] : [pairColumn])];
  let position = 0;
  let rows: Row[] = [];
  for await (const row of streamRows(data, { columns })) {
    if (position++ < skipped) continue;
    rows.push(row);
    if (rows.length < rowsPerChunk) continue;
    yield { start: position - rows.length, rows };
    rows = [];
  }
  if (rows.length > 0) yield { start: position - rows.length, rows };
}

/** Rows under their numbers in the whole file: they name the draws, so a continued run gives what an uninterrupted one does. */
function encodeChunk(rows: readonly Row[], start: number, model: TextClassifier, options: PredictOptions): Dataset<EncodedText> {
  const { data, textColumn, pairColumn, maxSeqLen } = options;
  const textOf = (position: number, column: string): string => {
    const value = rows[position]?.[column];
    if (typeof value === "string") return value;
    throw new BaalError(
      "E_DATA",
      `${data}, row ${start + position}, column "${column}": a text is needed, ${showValue(value)} came.`,
    );
  };
  const maxLength = Math.min(maxSeqLen, model.maxLength);
  return {
    length: rows.length,
    at(position) {
      const pair = pairColumn === undefined ? {} : { pair: textOf(position, pairColumn) };
      const input = model.tokenizer.encode(textOf(position, textColumn), { ...pair, maxLength });
      return { index: start + position, input, target: undefined };
    },
  };
}

function mostProbable(probs_C: Float64Array): { readonly index: number; readonly probability: number } {
  const index = probs_C.reduce((best, probability, c) => (probability > (probs_C[best] ?? 0) ? c : best), 0);
  return { index, probability: probs_C[index] ?? 0 };
}

function checkedHeuristic({ heuristic: name, iterations, seed }: PredictOptions): Heuristic {
  const heuristic = getHeuristic(name, seed === undefined ? {} : { seed });
  if (iterations === 1 && heuristic.needs.includes("draws")) {
    throw new UsageError(`--heuristic ${name} compares draws: --iterations must be at least 2, or choose --heuristic entropy.`);
  }
  return heuristic;
}

function outputFile(path: string): string {
  if (/\.(jsonl|csv|parquet)$/i.test(path)) return resolve(path);
  throw new InvalidArgumentError("Expected a file name that ends in .jsonl, .csv or .parquet.");
}

function outputColumns({ textColumn }: PredictOptions): string[] {
  const own = ["label", "probability", "uncertainty"];
  return ["row", ...(["row", ...own].includes(textColumn) ? [] : [textColumn]), ...own];
}

async function runSettings(options: PredictOptions, model: string): Promise<RunSettings> {
  const { data, textColumn, pairColumn = null, iterations, heuristic, maxSeqLen, seed = 42 } = options;
  const { size: dataBytes } = await stat(data).catch((cause: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `--data ${data} is not there or cannot be read.`, { cause });
  });
  return { model, data: resolve(data), dataBytes, textColumn, pairColumn, iterations, heuristic, maxSeqLen, seed };
}
