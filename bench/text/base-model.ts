import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset, EncodedText } from "../../src/core/dataset.js";
import { TextDataset } from "../../src/data/text/text-dataset.js";
import type { TextTokenizer } from "../../src/data/text/text-tokenizer.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { type BenchContext, CLASSES } from "../bench-context.js";
import type { PyTorchBatch } from "../pytorch-worker.js";

/** As the reference's `max_seq_len`. */
export const MAX_SEQ_LEN = 128;
export const DRAWS = 20;

const models = new WeakMap<BenchContext, Promise<TextClassifier>>();

/** The DistilBERT-base shape with random weights, dropout kept on at prediction time. One per run: its session is kept. */
export function baseModel(context: BenchContext): Promise<TextClassifier> {
  let model = models.get(context);
  if (!model) {
    model = context.baseTokenizer().then((tokenizer) => createBaseModel(tokenizer, context.threads));
    models.set(context, model);
  }
  return model;
}

const someLabels = Array.from({ length: CLASSES }, (_, i) => `intent ${i}`);

export function createBaseModel(
  tokenizer: TextTokenizer,
  threads: number,
  labels: readonly string[] = someLabels,
): TextClassifier {
  const model = TextClassifier.fromConfig({}, { labels, tokenizer, threads, seed: 0 });
  patchModule(model);
  return model;
}

/** Texts as the library's users have them: tokenized when they are first asked for. */
export function textDataset(texts: readonly string[], tokenizer: TextTokenizer): TextDataset {
  return new TextDataset(
    texts.map((text) => ({ text })),
    { tokenizer, maxSeqLen: MAX_SEQ_LEN },
  );
}

/** `rows` labelled items of exactly `length` tokens: nothing to pad, so that both sides do the same work. */
export function fixedLengthDataset(rows: number, length: number): Dataset<EncodedText> {
  return {
    length: rows,
    at: (index) => ({
      index,
      target: index % CLASSES,
      input: { inputIds: Int32Array.from({ length }, (_, j) => 1000 + ((index * 7919 + j * 131) % 20000)) },
    }),
  };
}

/** The items as PyTorch gets them: every row padded to the same length. */
export function pyTorchBatch(dataset: Dataset<EncodedText>, paddedLength: number): PyTorchBatch {
  const inputs = Array.from({ length: dataset.length }, (_, i) => Array.from(dataset.at(i).input.inputIds));
  const padding = (ids: readonly number[]) => new Array<number>(paddedLength - ids.length).fill(0);
  return {
    ids: inputs.map((ids) => [...ids, ...padding(ids)]),
    mask: inputs.map((ids) => [...ids.map(() => 1), ...padding(ids)]),
  };
}
