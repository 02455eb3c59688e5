import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Dataset, EncodedText, Example } from "../core/dataset.js";
import { createDataset } from "../core/dataset-view.js";
import { BaalError } from "../core/errors.js";
import { type Row, showValue } from "../data/rows/row.js";
import { loadModel } from "../models/load-model.js";
import type { FromPretrainedOptions, TextClassifier } from "../models/text/text-classifier.js";
import type { PredictCommandOptions } from "./predict-options.js";
import { chunksFrom, type PredictionChunk, type PredictionTask } from "./prediction-run.js";
import { streamTextRows } from "./text-rows.js";

/** Rows that are read, predicted and written together. */
const rowsPerChunk = 1024;

/** The texts of a data file. Throws `E_FILE_NOT_FOUND`, `E_DATA`, and what loading a model throws. */
export async function textPredictionTask(
  options: PredictCommandOptions,
  folder: string,
  pretrained: FromPretrainedOptions,
): Promise<PredictionTask<EncodedText>> {
  const { data, textColumn, pairColumn, maxSeqLen } = options;
  const { size: dataBytes } = await stat(data).catch((cause: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `--data ${data} is not there or cannot be read.`, { cause });
  });
  const columns = [textColumn, ...(pairColumn === undefined ? [] : [pairColumn])];
  return {
    settings: { data: resolve(data), dataBytes, textColumn, pairColumn: pairColumn ?? null, maxSeqLen },
    column: textColumn,
    hasErrors: options.onBadText === "skip",
    async open() {
      const { model } = await loadModel(folder, { ...pretrained, kind: "text" });
      return {
        model,
        textsCut: () => model.tokenizer.textsCut,
        chunks: (skipped) =>
          textChunks(streamTextRows(data, { ...options, columns, labels: "none" }), model, { options, skipped }),
      };
    },
  };
}

async function* textChunks(
  source: AsyncIterable<Row>,
  model: TextClassifier,
  { options, skipped }: { readonly options: PredictCommandOptions; readonly skipped: number },
): AsyncGenerator<PredictionChunk<EncodedText>> {
  for await (const { start, elements: rows } of chunksFrom(source, { skipped, size: rowsPerChunk })) {
    const shown = (row: number) => rows[row - start]?.[options.textColumn];
    const errors = badTexts(rows, start, options);
    const [error] = errors.values();
    if (error !== undefined && options.onBadText === "throw") throw new BaalError("E_DATA", error);
    yield { start, length: rows.length, dataset: encodeChunk(rows, { start, errors }, model, options), shown, errors };
  }
}

/** Why rows have no text, by their numbers. */
function badTexts(rows: readonly Row[], start: number, options: PredictCommandOptions): ReadonlyMap<number, string> {
  const { data, textColumn, pairColumn } = options;
  const columns = [textColumn, ...(pairColumn === undefined ? [] : [pairColumn])];
  const errors = new Map<number, string>();
  for (const [position, row] of rows.entries()) {
    const column = columns.find((name) => typeof row[name] !== "string");
    if (column === undefined) continue;
    const number = start + position;
    errors.set(number, `${data}, row ${number}, column "${column}": a text is needed, ${showValue(row[column])} came.`);
  }
  return errors;
}

function encodeChunk(
  rows: readonly Row[],
  { start, errors }: { readonly start: number; readonly errors: ReadonlyMap<number, string> },
  model: TextClassifier,
  { textColumn, pairColumn, maxSeqLen }: PredictCommandOptions,
): Dataset<EncodedText> {
  const maxLength = Math.min(maxSeqLen, model.maxLength);
  const good = rows.map((_, position) => position).filter((position) => !errors.has(start + position));
  const examples = good.map((position): Example<EncodedText> => {
    const row = rows[position]!;
    const pair = pairColumn === undefined ? undefined : (row[pairColumn] as string);
    const input = model.tokenizer.encode(row[textColumn] as string, { pair, maxLength });
    return { index: start + position, input, target: undefined };
  });
  return createDataset(examples.length, (at) => examples[at]!);
}
