import type { RecipeResult } from "../training/train-by-recipe.js";
import type { TrainerProgress } from "../training/trainer-callback.js";
import type { CommandContext } from "./base-command.js";
import type { Output } from "./output.js";
import type { Progress } from "./progress.js";
import type { TrainingTask } from "./training-data.js";

/** What a training has come to, in words and for `--json`. */
export interface Outcome {
  readonly text: string;
  readonly report: Readonly<Record<string, unknown>>;
}

interface RecipeRun {
  readonly seed: number;
  readonly context: CommandContext;
}

const OTHERWISE = "Any training argument, such as --num-train-epochs 3, trains by the arguments instead.";

/**
 * Trains as the number of labels says, and tells in one line what that is, why, and how to choose otherwise. `undefined` where the model is one
 * that there is no recipe for; why is told then, too.
 */
export async function trainTaskByRecipe<Input>(
  { model, train, unlabelled, names }: TrainingTask<Input>,
  { seed, context: { output, signal } }: RecipeRun,
): Promise<Outcome | undefined> {
  const { recommendTraining } = await import("../training/recommend-training.js");
  const advice = recommendTraining(model, train);
  if (advice.recipe === "plain") {
    output.note(advice.why);
    return undefined;
  }
  output.note(`${advice.why} ${OTHERWISE}`);
  const { trainByRecipe } = await import("../training/train-by-recipe.js");
  const bar = trainingBar(output);
  const begin = performance.now();
  try {
    const onProgress = (event: TrainerProgress) => bar.show(event);
    const result = await trainByRecipe(model, train, { unlabelled, names, seed, advice, signal, onProgress });
    return outcomeOf(result, { seconds: (performance.now() - begin) / 1000, unlabelled: unlabelled?.length ?? 0 });
  } finally {
    bar.stop();
  }
}

interface Surroundings {
  readonly seconds: number;
  readonly unlabelled: number;
}

function outcomeOf(result: RecipeResult, { seconds, unlabelled }: Surroundings): Outcome {
  const { recipe, advice, solved, trained, heldOut, thresholds, withNames } = result;
  const usesUnlabelled = (solved?.pseudoWeight ?? 0) > 0;
  const helpers = [withNames ? ["the labels' names"] : [], usesUnlabelled ? ["texts without a label"] : []].flat();
  const lines = [
    `solved the last layer on ${solved?.items} texts${helpers.length > 0 ? `, helped by ${helpers.join(" and ")}` : ""}`,
    ...(trained ? [`fine-tuned ${trained.globalStep} steps from there, mean loss ${trained.trainingLoss.toFixed(4)}`] : []),
    ...(thresholds ? ["found from which probability on each label is best predicted, on labels held out"] : []),
    ...(heldOut ? [comparison(recipe !== "solvedHead", heldOut)] : []),
    ...(unlabelled > 0 && !usesUnlabelled ? [`${unlabelled} texts without a label are left out`] : []),
  ];
  return {
    text: lines.join("\n"),
    report: {
      ...{ recipe, why: advice.why, withNames, pseudoWeight: solved?.pseudoWeight ?? 0, heldOut: heldOut ?? null },
      ...{ steps: trained?.globalStep ?? 0, epochs: trained?.metrics["epoch"] ?? 0 },
      ...{ trainLoss: trained?.trainingLoss ?? solved?.loss, seconds },
    },
  };
}

/** In words. */
const JUDGED_BY = {
  accuracy: ["cross-entropy", "accuracy"],
  meanAveragePrecision: ["cross-entropy", "mean average precision"],
  r2: ["squared error", "R2"],
} as const satisfies Readonly<Record<HeldOut["judgedBy"], readonly [loss: string, metric: string]>>;

type HeldOut = NonNullable<RecipeResult["heldOut"]>;

function comparison(isKept: boolean, { items, folds, solvedHead, fineTuned, judgedBy }: HeldOut): string {
  const [loss, metric] = JUDGED_BY[judgedBy];
  const figures = (metrics: Readonly<Record<string, number>>) =>
    `${loss} ${metrics["loss"]!.toFixed(3)}, ${metric} ${metrics[judgedBy]!.toFixed(3)}`;
  const parts = folds > 1 ? ` in ${folds} parts` : "";
  return `fine-tuning was ${isKept ? "kept" : "not kept"}: on ${items} texts held out${parts} ${figures(fineTuned)}; the solved head ${figures(solvedHead)}`;
}

/** A bar of a training's steps, which begins again with each training. */
export function trainingBar(output: Output): { show(event: TrainerProgress): void; stop(): void } {
  let progress: Progress | undefined;
  let last = 0;
  const stop = () => {
    progress?.stop();
    progress = undefined;
  };
  return {
    show(event) {
      if (event.type !== "train") return;
      if (event.step < last) stop();
      last = event.step;
      progress ??= output.progress("training", event.totalSteps);
      progress.update(event.step, `epoch ${event.epoch.toFixed(2)}, loss ${event.loss.toFixed(4)}`);
    },
    stop,
  };
}
