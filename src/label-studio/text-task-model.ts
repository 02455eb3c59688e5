import type { TextPredictor } from "./predictor.js";
import { taskText } from "./task.js";
import { type Outcome, predictBatch, type TaskModel } from "./task-model.js";

/** So many texts at once: bounds the memory of the draws, how long a cancelled request goes on, and what a request that came to no end had for nothing. */
const textsPerCall = 256;

export function textTaskModel(predictor: TextPredictor): TaskModel {
  const { labels, isMultiLabel = false } = predictor;
  return {
    kind: "text",
    labels,
    isMultiLabel,
    read: taskText,
    async predict(inputs, options) {
      const texts = inputs.map(({ value }) => value);
      const outcomes: Outcome[] = [];
      for (let start = 0; start < texts.length; start += textsPerCall) {
        const chunk = texts.slice(start, start + textsPerCall);
        const settings = { ...options, classes: labels.length };
        outcomes.push(...(await predictBatch(chunk, (own, call) => predictor.predict(own, call), settings)));
      }
      return outcomes;
    },
  };
}
