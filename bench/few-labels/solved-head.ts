import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Dataset } from "../../src/core/dataset.js";
import { joinFeatures } from "../../src/core/join-chunks.js";
import { createRandom } from "../../src/core/random.js";
import { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import { readClinc } from "../../src/data/rows/read-clinc.js";
import { TextDataset } from "../../src/data/text/text-dataset.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";
import type { Measurement, Row } from "../measurement.js";
import { median } from "../statistics.js";

/** Ten intents of banking and ten of credit cards, which are easily taken for each other. */
export const CONFUSABLE: readonly string[] = [
  ...[
    "account_blocked",
    "application_status",
    "apr",
    "balance",
    "bill_due",
    "credit_limit",
    "credit_limit_change",
    "damaged_card",
  ],
  ...[
    "interest_rate",
    "international_fees",
    "min_payment",
    "pay_bill",
    "pin_change",
    "redeem_rewards",
    "replacement_card_duration",
  ],
  ...["report_lost_card", "rewards_balance", "routing", "transactions", "transfer"],
];
const SHOTS = [0, 1, 2, 4, 8, 16];
const SEEDS = [0, 1, 2, 3, 4];
export const ENCODER = "all-MiniLM-L6-v2";

type ClincRow = Awaited<ReturnType<typeof readClinc>>[number];

/** Accuracy of the solved head on a sentence encoder's vectors, by labels per class; the vectors are computed once. */
export const solvedHead: Measurement = {
  name: "solved-head",
  about: `logistic regression solved on ${ENCODER}'s vectors, CLINC-OOS: accuracy by labels per class, seconds (BAALJS_WEIGHTS names the folder with the weights)`,
  async run(context) {
    const weights = process.env["BAALJS_WEIGHTS"];
    const folder = weights === undefined ? undefined : join(weights, ENCODER);
    if (folder === undefined || !existsSync(folder)) {
      context.progress(`solved-head: left out, BAALJS_WEIGHTS names no folder with ${ENCODER}`);
      return [];
    }
    const [train, test] = await Promise.all((["train", "test"] as const).map((split) => readClinc(context.clinc, { split })));
    const all = [...new Set(train!.map(({ intent }) => intent))].filter((intent) => intent !== "oos").sort();
    const tasks = [
      { name: "20 confusable intents", labels: all.filter((intent) => CONFUSABLE.includes(intent)) },
      ...(context.quick ? [] : [{ name: "150 intents", labels: all }]),
    ];
    const rows: Row[] = [];
    for (const { name, labels } of tasks) {
      const encoder = await TextClassifier.fromPretrained(folder, { labels });
      const [pool, held] = [await embed(encoder, train!), await embed(encoder, test!)];
      context.progress(`solved-head: ${name}, ${pool.length} and ${held.length} texts embedded`);
      const names = await embedNames(encoder);
      for (const shots of SHOTS) {
        if (shots > 0) rows.push(await accuracyRow({ name, labels, shots, pool, held }));
        rows.push(await accuracyRow({ name, labels, shots, pool, held, names }));
      }
    }
    return rows;
  },
};

async function embed(encoder: TextClassifier, rows: readonly ClincRow[]): Promise<FeatureDataset> {
  const known = rows.filter(({ intent }) => encoder.labels.includes(intent));
  const dataset = new TextDataset(known, { tokenizer: encoder.tokenizer, labels: encoder.labels, targetKey: "intent" });
  return new FeatureDataset(dataset, await joinFeatures(encoder.features(dataset), { total: dataset.length }));
}

/** "pay_bill" as "pay bill". */
async function embedNames(encoder: TextClassifier): Promise<FeatureDataset> {
  const dataset = encoder.datasetOf(encoder.labels.map((label) => label.replaceAll("_", " ")));
  return new FeatureDataset(dataset, await joinFeatures(encoder.features(dataset), { total: dataset.length }));
}

interface Task {
  readonly name: string;
  readonly labels: readonly string[];
  readonly shots: number;
  readonly pool: FeatureDataset;
  readonly held: FeatureDataset;
  /** With these the texts of the pool without a label are used as well. */
  readonly names?: FeatureDataset | undefined;
}

async function accuracyRow({ name, labels, shots, pool, held, names }: Task): Promise<Row> {
  const accuracies: number[] = [];
  const seconds: number[] = [];
  for (const seed of SEEDS) {
    const chosen = pick(pool, labels.length, shots, seed);
    const some = viewOf(pool, chosen);
    const unlabelled = names && viewOf(pool, unlabelledOf(pool, chosen, seed));
    const model = HeadClassifier.fromConfig({ inputDim: pool.width }, { labels });
    const begin = performance.now();
    await solveLastLayer(model, some, { names, unlabelled });
    seconds.push((performance.now() - begin) / 1000);
    accuracies.push((await new BaalTrainer({ model, args: {} }).evaluate(held))["accuracy"]!);
    await model.dispose();
  }
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length;
  return {
    what: `${name}, ${shots} labels per class${names ? ", names and pool" : ""}`,
    ours: `${percent(mean)} (${accuracies.map(percent).join(", ")}), ${median(seconds).toFixed(2)} s`,
    comparedWith: "-",
    target: names ? "-" : "< 2 s",
    met: names ? undefined : median(seconds) < 2,
    samples: { accuracies, seconds },
  };
}

function viewOf(pool: FeatureDataset, positions: readonly number[]): Dataset<Float32Array> {
  return { length: positions.length, at: (position) => pool.at(positions[position]!) };
}

/** At most 2,000 others. */
function unlabelledOf(pool: FeatureDataset, chosen: readonly number[], seed: number): number[] {
  const labelled = new Set(chosen);
  const others = Array.from({ length: pool.length }, (_, position) => position).filter((position) => !labelled.has(position));
  return createRandom(seed).shuffled(others).slice(0, 2000);
}

/** `shots` positions of each class; more shots of a seed hold the fewer. */
function pick(pool: FeatureDataset, classes: number, shots: number, seed: number): number[] {
  const order = createRandom(seed).shuffled(Array.from({ length: pool.length }, (_, position) => position));
  const left = new Array<number>(classes).fill(shots);
  return order.filter((position) => left[pool.at(position).target as number]!-- > 0);
}
