import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Features, rowsOf, toLengthOne } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { cachedFeatures } from "../../src/data/features/cached-features.js";
import { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import { textsOfLabels } from "../../src/models/checkpoint/model-labels.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import type { BenchContext } from "../bench-context.js";
import { ENCODER } from "./solved-head.js";
import type { LabelledText, TextTask } from "./text-tasks.js";

/** A task as vectors of length 1, with its classes' names. */
export interface EmbeddedTask extends Pick<TextTask, "name" | "labels"> {
  readonly train: FeatureDataset;
  readonly test: FeatureDataset;
  readonly names: FeatureDataset | undefined;
}

/** The encoder's weights; `undefined`, and said, where there are none. */
export async function loadEncoder(context: BenchContext, measurement: string): Promise<TextClassifier | undefined> {
  const weights = process.env["BAALJS_WEIGHTS"];
  const folder = weights === undefined ? undefined : join(weights, ENCODER);
  if (folder !== undefined && existsSync(folder)) return TextClassifier.fromPretrained(folder, { labels: ["0", "1"] });
  context.progress(`${measurement}: left out, BAALJS_WEIGHTS names no folder with ${ENCODER}`);
  return undefined;
}

/** Each text is embedded once on a machine: the cache is that of `baal select`. */
export async function embedTask(encoder: TextClassifier, { name, labels, train, test }: TextTask): Promise<EmbeddedTask> {
  const folder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "baaljs", "features");
  const embed = async (rows: readonly LabelledText[]) => {
    const texts = encoder.datasetOf(rows.map(({ text }) => text));
    const { features } = await cachedFeatures(encoder, texts, { folder });
    const targets = rows.map(({ label }) => labels.indexOf(label));
    return featureDataset(toLengthOne(features), targets);
  };
  const names = textsOfLabels(labels);
  return { name, labels, train: await embed(train), test: await embed(test), names: names && (await embed(names)) };
}

/** Vectors with their classes; without classes they are unlabelled. */
function featureDataset(features: Features, targets?: readonly number[]): FeatureDataset {
  const source = {
    length: features.shape[0],
    at: (n: number) => ({ index: features.indices[n]!, input: undefined, target: targets?.[n] }),
  };
  return new FeatureDataset(source, features);
}

/** Some of the items, with or without their classes. */
export function part(dataset: FeatureDataset, positions: readonly number[], { labelled = true } = {}): FeatureDataset {
  return featureDataset(rowsOf(dataset.features, positions), labelled ? positions.map((n) => targetOf(dataset, n)) : undefined);
}

function targetOf(dataset: FeatureDataset, position: number): number {
  return dataset.at(position).target as number;
}

/** `shots` positions of each class, as far as it has them; more shots of a seed hold the fewer. At most `others` of the rest beside them. */
export function pickShots(
  dataset: FeatureDataset,
  shots: number,
  { seed, others }: { readonly seed: number; readonly others: number },
) {
  const order = createRandom(seed).shuffled(Array.from({ length: dataset.length }, (_, n) => n));
  const taken = new Map<number, number>();
  const chosen: number[] = [];
  const rest: number[] = [];
  for (const n of order) {
    const c = targetOf(dataset, n);
    const count = taken.get(c) ?? 0;
    taken.set(c, count + 1);
    if (count < shots) chosen.push(n);
    else if (rest.length < others) rest.push(n);
  }
  return { chosen, rest };
}
