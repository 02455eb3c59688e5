import type { Random } from "../../../src/core/random.js";
import type { Annotator } from "./intent-project.js";

export interface CampaignOptions {
  /** Labelled at random before there is a model, and then again and again: what the server was told to train after. */
  readonly perRound: number;
  readonly rounds: number;
  /** From the label stream, as it is ordered; or any. */
  readonly how: "stream" | "random";
  readonly random: Random;
}

export interface CampaignRound {
  readonly labels: number;
  readonly modelVersion: string;
  /** For each text that nobody labels, whether the new version knows its intent. */
  readonly right: readonly boolean[];
  /** Of the tasks that the version before would have served next, the share that the new one serves next, too. */
  readonly kept: number | undefined;
}

/** A minute and a half: machines that do other things train slowly. */
const PATIENCE_MS = 90_000;

/**
 * One person labels a project round by round; after each the server trains by itself, and its new version's scores come. Throws when a task
 * of the stream is not the one with the lowest score, when a task without a label has no score, or when a prediction was refused.
 */
export async function campaign(
  annotator: Annotator,
  { perRound, rounds, how, random }: CampaignOptions,
): Promise<readonly CampaignRound[]> {
  const { project } = annotator;
  const made: CampaignRound[] = [];
  for (let round = 0; round <= rounds; round++) {
    const version = project.modelVersion;
    const before = annotator.order();
    if (how === "random" || round === 0) await annotator.labelAtRandom(perRound, random);
    else await labelLowest(annotator, perRound);
    const modelVersion = await annotator.versionAfter(version, PATIENCE_MS);
    const order = annotator.order();
    const open = project.tasks.filter(({ annotations }) => annotations.length === 0).map(({ id }) => id);
    if (order.length !== open.length)
      throw new Error(`${open.length} tasks are open, ${order.length} have a score of ${modelVersion}`);
    if (project.rejections.length > 0) throw new Error(`Label Studio refused predictions: ${project.rejections[0]}`);
    const left = new Set(open);
    const expected = before.filter((id) => left.has(id)).slice(0, perRound);
    const served = new Set(order.slice(0, perRound));
    made.push({
      labels: project.tasks.length - open.length,
      modelVersion,
      right: await annotator.rightAnswers(),
      kept: round === 0 ? undefined : expected.filter((id) => served.has(id)).length / expected.length,
    });
  }
  return made;
}

async function labelLowest(annotator: Annotator, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const served = await annotator.project.nextTask();
    const [lowest] = annotator.order();
    if (served?.id !== lowest) throw new Error(`Label Studio served task ${served?.id}, the lowest score has ${lowest}`);
    await annotator.label(served!.id);
  }
}
