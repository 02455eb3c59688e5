import { setImmediate as nextTurn } from "node:timers/promises";
import { calibratorFor } from "../../calibration/calibrator.js";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import { scaleToLengthOne } from "../../core/features.js";
import { type Predictions, predictions } from "../../core/predictions.js";
import { taskText } from "../contract/task.js";
import { predictBatch, type TaskModel } from "../contract/task-model.js";
import type { LiveEncoder } from "./live-encoder.js";
import { type KeptHeadWeights, readHeadWeights } from "./live-record.js";

/**
 * A published head as it was, though others were solved since: its last layer over the vectors of its encoder, one draw. Throws `E_CHECKPOINT` for a folder
 * that is none.
 */
export async function keptHead(folder: string, encoder: Pick<LiveEncoder, "features">): Promise<TaskModel> {
  const head = await readHeadWeights(folder);
  const { labels, calibration } = head;
  return {
    kind: "text",
    labels,
    calibrator: calibratorFor(labels, calibration),
    isMultiLabel: false,
    read: taskText,
    predict: (inputs, options) =>
      predictBatch(
        inputs.map(({ value }) => value),
        (texts, { signal }) => predicted(head, { texts, encoder, signal }),
        { ...options, classes: labels.length },
      ),
  };
}

async function predicted(
  { labels, weight_C_D, bias_C }: KeptHeadWeights,
  {
    texts,
    encoder,
    signal,
  }: {
    readonly texts: readonly string[];
    readonly encoder: Pick<LiveEncoder, "features">;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Predictions> {
  const classes = labels.length;
  const width = weight_C_D.length / classes;
  const logits_N_C = new Float32Array(texts.length * classes);
  let done = 0;
  for await (const { shape, data } of encoder.features(texts, { signal })) {
    if (shape[1] !== width)
      throw new BaalError("E_SHAPE", `The head is one over vectors of ${width} numbers, its encoder gave ${shape[1]}.`);
    const rows_N_D = scaleToLengthOne(data.slice(), width);
    for (let n = 0; n < shape[0]; n++) {
      for (let c = 0; c < classes; c++) {
        let logit = bias_C[c]!;
        for (let d = 0; d < width; d++) logit += weight_C_D[c * width + d]! * rows_N_D[n * width + d]!;
        logits_N_C[(done + n) * classes + c] = logit;
      }
    }
    done += shape[0];
    await nextTurn();
    throwIfAborted(signal, "The prediction");
  }
  return predictions("logits", [texts.length, classes, 1], logits_N_C);
}
