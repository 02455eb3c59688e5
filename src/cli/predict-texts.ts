import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Dataset, EncodedText, Example } from "../core/dataset.js";
import { createDataset } from "../core/dataset-view.js";
import { DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import { type Row, showValue } from "../data/rows/row.js";
import { readTrainingRecord } from "../models/checkpoint/training-record.js";
import { loadModel } from "../models/load-model.js";
import type { FromPretrainedOptions, TextClassifier } from "../models/text/text-classifier.js";
import type { PredictCommandOptions } from "./predict-options.js";
import { chunksFrom, type PredictionChunk, type PredictionTask, surveyRows } from "./prediction-run.js";
import { streamTextRows, textSource } from "./text-rows.js";

/** Rows that are read, predicted and written together. */
const rowsPerChunk = 1024;

/** How the texts are read: as the options say, or as the model was trained. */
interface TextReading {
  readonly data: string;
  /** The column of the text, or the template that makes it. */
  readonly textColumn: string;
  readonly text: string | undefined;
  readonly pairColumn: string | undefined;
  readonly maxSeqLen: number;
  readonly onBadText: PredictCommandOptions["onBadText"];
}

/** The texts of a data file. Throws `E_FILE_NOT_FOUND`, `E_DATA`, and what loading a model throws. */
export async function textPredictionTask(
  options: PredictCommandOptions,
  folder: string,
  pretrained: FromPretrainedOptions,
): Promise<PredictionTask<EncodedText>> {
  const { data, onBadText } = options;
  const { size: dataBytes } = await stat(data).catch((cause: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `--data ${data} is not there or cannot be read.`, { cause });
  });
  const input = (await readTrainingRecord(folder))?.input;
  const pairColumn = options.pairColumn ?? input?.pairColumn ?? undefined;
  const maxSeqLen = options.maxSeqLen ?? input?.maxSeqLen ?? DEFAULT_MAX_SEQ_LEN;
  const reading = { data, ...textSource(options, input?.text), pairColumn, maxSeqLen, onBadText };
  const { textColumn, text } = reading;
  const columns = [textColumn, ...(pairColumn === undefined ? [] : [pairColumn])];
  const rowsOf = () => streamTextRows(data, { ...options, textColumn, text, columns, labels: "none" });
  const found = await surveyRows(rowsOf());
  return {
    settings: { data: resolve(data), dataBytes, textColumn, pairColumn: pairColumn ?? null, maxSeqLen },
    columns: found.columns.filter((column) => column !== text),
    rows: found.rows,
    hasErrors: onBadText === "skip",
    async open() {
      const { model } = await loadModel(folder, { ...pretrained, kind: "text" });
      return {
        model,
        textsCut: () => model.tokenizer.textsCut,
        chunks: (skipped) => textChunks(rowsOf(), model, { reading, skipped }),
      };
    },
  };
}

async function* textChunks(
  source: AsyncIterable<Row>,
  model: TextClassifier,
  { reading, skipped }: { readonly reading: TextReading; readonly skipped: number },
): AsyncGenerator<PredictionChunk<EncodedText>> {
  for await (const { start, elements: rows } of chunksFrom(source, { skipped, size: rowsPerChunk })) {
    const shown = (row: number) => rows[row - start] ?? {};
    const errors = badTexts(rows, start, reading);
    const [error] = errors.values();
    if (error !== undefined && reading.onBadText === "throw")
      throw new BaalError("E_DATA", `${error} With --on-bad-text skip such rows get no prediction.`);
    yield { start, length: rows.length, dataset: encodeChunk(rows, { start, errors }, model, reading), shown, errors };
  }
}

/** Why rows have no text, by their numbers. */
function badTexts(rows: readonly Row[], start: number, reading: TextReading): ReadonlyMap<number, string> {
  const { data, textColumn, pairColumn } = reading;
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
  { textColumn, pairColumn, maxSeqLen }: TextReading,
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
