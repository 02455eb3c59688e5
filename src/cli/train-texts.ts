import type { EncodedText } from "../data/dataset.js";
import { TextClassifier } from "../models/text-classifier.js";
import type { TrainOptions } from "./train-options.js";
import { encodeRows, readTrainingRows, trainingLabels } from "./training-data.js";
import type { TaskContext, TrainingTask } from "./training-task.js";

/** A text classifier and its data. Throws `E_FILE_NOT_FOUND`, `E_DATA`, and what loading a model throws. */
export async function textTrainingTask(
  options: TrainOptions,
  folder: string,
  { output, pretrained, seed }: TaskContext,
): Promise<TrainingTask<EncodedText>> {
  const rows = await readTrainingRows(options, seed);
  if (rows.unlabelled > 0) output.note(`${rows.unlabelled} rows without a label are left out`);
  const labels = await trainingLabels(folder, rows.labels);
  const model = await TextClassifier.fromPretrained(folder, { ...pretrained, labels, seed });
  const source = { tokenizer: model.tokenizer, labels };
  return {
    model,
    train: encodeRows(rows.train, options, source),
    evaluation: rows.evaluation && encodeRows(rows.evaluation, options, source),
    items: "texts",
    report: {},
    close: async () => {},
  };
}
