import { existsSync } from "node:fs";
import { join } from "node:path";
import { joinFeatures } from "../../src/core/join-chunks.js";
import { createRandom } from "../../src/core/random.js";
import { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import { readClinc } from "../../src/data/rows/read-clinc.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import type { BenchContext } from "../bench-context.js";
import { ENCODER } from "./solved-head.js";

/** The texts of CLINC-OOS as vectors of a sentence encoder: those of some intents, and those of none. */
export interface ClincVectors {
  readonly labels: readonly string[];
  readonly train: FeatureDataset;
  readonly val: FeatureDataset;
  readonly test: FeatureDataset;
  readonly oosVal: FeatureDataset;
  readonly oosTest: FeatureDataset;
}

/** `undefined`, with a word, where there are no weights. All intents by default. */
export async function clincVectors(context: BenchContext, wanted?: readonly string[]): Promise<ClincVectors | undefined> {
  const weights = process.env["BAALJS_WEIGHTS"];
  const folder = weights === undefined ? undefined : join(weights, ENCODER);
  if (folder === undefined || !existsSync(folder)) {
    context.progress(`left out, BAALJS_WEIGHTS names no folder with ${ENCODER}`);
    return undefined;
  }
  const [train, val, test] = [
    await readClinc(context.clinc, { split: "train", includeOos: false }),
    await readClinc(context.clinc, { split: "val" }),
    await readClinc(context.clinc, { split: "test" }),
  ];
  const labels = [...(wanted ?? new Set(train.map(({ intent }) => intent)))].sort();
  await using encoder = await TextClassifier.fromPretrained(folder, { labels });
  const embed = async (rows: readonly { readonly text: string; readonly intent: string }[], isInScope: boolean) => {
    const kept = rows.filter(({ intent }) => (isInScope ? labels.includes(intent) : intent === "oos"));
    const items = encoder.datasetOf(kept.map(({ text }) => text));
    const examples = kept.map(({ intent }, index) => ({
      index,
      input: undefined,
      target: isInScope ? labels.indexOf(intent) : undefined,
    }));
    const vectors = await joinFeatures(encoder.features(items), { total: items.length });
    return new FeatureDataset({ length: kept.length, at: (position) => examples[position]! }, vectors);
  };
  const vectors = {
    ...{ labels, train: await embed(train, true), val: await embed(val, true), test: await embed(test, true) },
    ...{ oosVal: await embed(val, false), oosTest: await embed(test, false) },
  };
  context.progress(`${vectors.train.length} texts of ${labels.length} intents embedded, with those to validate, test and reject`);
  return vectors;
}

/** Positions of `shots` items of each class; more shots of a seed hold the fewer. */
export function someOfEach(pool: FeatureDataset, classes: number, shots: number, seed: number): number[] {
  const order = createRandom(seed).shuffled(Array.from({ length: pool.length }, (_, position) => position));
  const left = new Array<number>(classes).fill(shots);
  return order.filter((position) => left[pool.at(position).target as number]!-- > 0);
}
