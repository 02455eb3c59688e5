import { ActiveLearningDataset } from "../../../src/active/active-learning-dataset.js";
import { ActiveLearningLoop } from "../../../src/active/active-learning-loop.js";
import { LabellingSession, type LabellingSessionOptions } from "../../../src/active/labelling/labelling-session.js";
import type { Dataset } from "../../../src/core/dataset.js";
import { random } from "../../../src/strategies/ranked.js";

/** `length` texts without labels. */
export function unlabelledTexts(length: number): Dataset<string> {
  return { length, at: (position) => ({ index: position, input: `text ${position}`, target: undefined }) };
}

const predictNothing = () => Promise.reject(new Error("random needs no predictions"));

/** A session over texts whose queries are random, but the same in every process. */
export async function openSession(
  folder: string,
  {
    length = 30,
    querySize = 4,
    ...options
  }: Partial<LabellingSessionOptions<string>> & { readonly length?: number; readonly querySize?: number } = {},
) {
  const dataset = options.dataset ?? new ActiveLearningDataset(unlabelledTexts(length));
  const loop = new ActiveLearningLoop(dataset, predictNothing, random(), { querySize, seed: 5 });
  return { dataset, loop, session: await LabellingSession.open(folder, { loop, ...options, dataset }) };
}

/** What the tests answer for an item; some are skipped. */
export function answerOf(index: number): number | "skip" {
  return index % 7 === 3 ? "skip" : index % 3;
}

/** Answers everything that is left, one by one, and says so. */
export async function answerAll(session: LabellingSession<string>, onAnswer: (index: number) => void = () => {}) {
  for await (const { index } of session.items()) {
    const answer = answerOf(index);
    await (answer === "skip" ? session.skip(index, "unclear") : session.submit(index, answer));
    onAnswer(index);
  }
}
