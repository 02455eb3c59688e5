import { existsSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../src/core/random.js";
import { readClinc } from "../../src/data/rows/read-clinc.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { trainByRecipe } from "../../src/training/train-by-recipe.js";
import type { Measurement, Row } from "../measurement.js";
import { median } from "../statistics.js";
import { CONFUSABLE, ENCODER } from "./solved-head.js";

interface Item {
  readonly text: string;
  readonly label: string;
}

interface Task {
  readonly name: string;
  readonly labels: number;
  /** Whether the other texts take part, without their labels. */
  readonly withPool: boolean;
  readonly seeds: readonly number[];
  /** Least accuracy promised. */
  readonly target: number;
}

const CLASSES = CONFUSABLE.length;
const TASKS: readonly Task[] = [
  { name: "30 labels alone", labels: 30, withPool: false, seeds: [0, 1, 2], target: 0.738 },
  { name: "30 labels and the unlabelled texts", labels: 30, withPool: true, seeds: [0, 1, 2], target: 0.738 },
  { name: "8 labels per class", labels: 8 * CLASSES, withPool: false, seeds: [0], target: 0.945 },
];

/** Accuracy of training without a single argument, on the task of the solved head's figures. */
export const recipe: Measurement = {
  name: "recipe",
  about: `training by the default recipe, ${ENCODER} on 20 confusable intents of CLINC-OOS: accuracy, seconds (BAALJS_WEIGHTS names the folder with the weights)`,
  async run(context) {
    const weights = process.env["BAALJS_WEIGHTS"];
    const folder = weights === undefined ? undefined : join(weights, ENCODER);
    if (folder === undefined || !existsSync(folder)) {
      context.progress(`recipe: left out, BAALJS_WEIGHTS names no folder with ${ENCODER}`);
      return [];
    }
    const [train, test] = await Promise.all(
      (["train", "test"] as const).map(async (split) => {
        const rows = await readClinc(context.clinc, { split });
        return rows.flatMap(({ text, intent }) => (CONFUSABLE.includes(intent) ? [{ text, label: intent }] : []));
      }),
    );
    const rows: Row[] = [];
    for (const task of context.quick ? TASKS.slice(0, 1) : TASKS) {
      const row = await taskRow(task, { folder, train: train!, test: test! });
      context.progress(`recipe: ${row.what}: ${row.ours}`);
      rows.push(row);
    }
    return rows;
  },
};

interface Data {
  readonly folder: string;
  readonly train: readonly Item[];
  readonly test: readonly Item[];
}

async function taskRow({ name, labels, withPool, seeds, target }: Task, { folder, train, test }: Data): Promise<Row> {
  const accuracies: number[] = [];
  const seconds: number[] = [];
  const outcomes: string[] = [];
  for (const seed of seeds) {
    const model = await TextClassifier.fromPretrained(folder, { labels: [...CONFUSABLE].sort() });
    const { labelled, unlabelled } = pick(train, labels, seed);
    const begin = performance.now();
    const result = await trainByRecipe(model, labelled, { unlabelled: withPool ? unlabelled : undefined, seed });
    seconds.push((performance.now() - begin) / 1000);
    const { accuracy } = await new BaalTrainer({ model }).evaluate(test);
    accuracies.push(accuracy!);
    const { heldOut } = result;
    const compared =
      heldOut &&
      `, held out: solved ${heldOut.solvedHead["loss"]!.toFixed(3)}, fine-tuned ${heldOut.fineTuned["loss"]!.toFixed(3)}`;
    outcomes.push(`${result.recipe}${result.withNames ? " with names" : ""}${compared ?? ""}`);
    await model.dispose();
  }
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length;
  return {
    what: name,
    ours: `${percent(mean)} (${accuracies.map(percent).join(", ")}), ${median(seconds).toFixed(1)} s`,
    comparedWith: "-",
    target: `${percent(target)}`,
    met: mean >= target,
    notes: [[...new Set(outcomes)].join("; ")],
    samples: { accuracies, seconds },
  };
}

/** So many texts, the classes in turn; the others keep their text alone. */
function pick(
  rows: readonly Item[],
  labels: number,
  seed: number,
): { readonly labelled: readonly Item[]; readonly unlabelled: readonly string[] } {
  const taken = new Map<string, number>();
  const ranked = createRandom(seed)
    .shuffled(rows)
    .map((row) => {
      const rank = taken.get(row.label) ?? 0;
      taken.set(row.label, rank + 1);
      return { row, rank };
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ row }) => row);
  return { labelled: ranked.slice(0, labels), unlabelled: ranked.slice(labels).map(({ text }) => text) };
}
