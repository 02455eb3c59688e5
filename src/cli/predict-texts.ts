import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Dataset, EncodedText } from "../core/dataset.js";
import { createDataset } from "../core/dataset-view.js";
import { BaalError } from "../core/errors.js";
import { type Row, showValue } from "../data/rows/row.js";
import { streamRows } from "../data/rows/stream-rows.js";
import { loadModel } from "../models/load-model.js";
import type { FromPretrainedOptions, TextClassifier } from "../models/text/text-classifier.js";
import type { PredictCommandOptions } from "./predict-options.js";
import { chunksFrom, type PredictionChunk, type PredictionTask } from "./prediction-run.js";

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
    hasErrors: false,
    async open() {
      const { model } = await loadModel(folder, { ...pretrained, kind: "text" });
      return { model, chunks: (skipped) => textChunks(streamRows(data, { columns }), model, { options, skipped }) };
    },
  };
}

async function* textChunks(
  source: AsyncIterable<Row>,
  model: TextClassifier,
  { options, skipped }: { readonly options: PredictCommandOptions; readonly skipped: number },
): AsyncGenerator<PredictionChunk<EncodedText>> {
  const errors = new Map<number, string>();
  for await (const { start, elements: rows } of chunksFrom(source, { skipped, size: rowsPerChunk })) {
    const shown = (row: number) => rows[row - start]?.[options.textColumn];
    yield { start, length: rows.length, dataset: encodeChunk(rows, start, model, options), shown, errors };
  }
}

function encodeChunk(
  rows: readonly Row[],
  start: number,
  model: TextClassifier,
  options: PredictCommandOptions,
): Dataset<EncodedText> {
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
  return createDataset(rows.length, (position) => {
    const pair = pairColumn === undefined ? undefined : textOf(position, pairColumn);
    const input = model.tokenizer.encode(textOf(position, textColumn), { pair, maxLength });
    return { index: start + position, input, target: undefined };
  });
}
