import type { LossName } from "../core/task.js";
import type { Metrics } from "../training/evaluation-metrics.js";
import type { TrainingRecipe } from "../training/recommend-training.js";
import type { RecipeResult } from "../training/train-by-recipe.js";
import type { TrainerProgress } from "../training/trainer-callback.js";
import type { TrainerState } from "../training/trainer-state.js";
import type { TrainingArguments } from "../training/training-arguments.js";
import type { CommandContext } from "./base-command.js";
import type { Output } from "./output.js";
import type { Progress } from "./progress.js";
import type { TrainingTask } from "./training-data.js";
import { checkUsage } from "./usage-error.js";

/** What a training has come to, in words and for `--json`. */
export interface Outcome {
  readonly text: string;
  readonly report: Readonly<Record<string, unknown>>;
  readonly recipe: TrainingRecipe;
  /** Why it was trained so, where that was not said by whom trains. */
  readonly why?: string | undefined;
  /** Of the training by steps, where there was one. */
  readonly state?: TrainerState | undefined;
  readonly args: TrainingArguments;
  /** Figures of what was held out to choose between recipes. */
  readonly heldOut?: { readonly items: number; readonly metrics: Metrics } | undefined;
}

interface RecipeRun {
  readonly seed: number;
  readonly context: CommandContext;
  /** By default the number of labels says. */
  readonly recipe?: TrainingRecipe | undefined;
  /** Those that were given, which go before the recipe's. */
  readonly args: TrainingArguments;
  /** That of the task. */
  readonly loss: LossName;
}

const OTHERWISE =
  "Any training argument, such as --num-train-epochs 3, trains by the arguments instead, and --recipe names another way.";

/**
 * Trains as the number of labels says, and tells in one line what that is, why, and how to choose otherwise. `undefined` where the model is one
 * that there is no recipe for; why is told then, too.
 */
export async function trainTaskByRecipe<Input>(
  { model, train, unlabelled, names }: TrainingTask<Input>,
  { seed, context: { output, signal }, recipe, args, loss }: RecipeRun,
): Promise<Outcome | undefined> {
  const { adviseRecipe, recommendTraining } = await import("../training/recommend-training.js");
  const found = recipe
    ? checkUsage(() => adviseRecipe(recipe, model, train, { loss }))
    : recommendTraining(model, train, { loss });
  if (found.recipe === "plain") {
    if (!recipe) output.note(found.why);
    return undefined;
  }
  const advice = { ...found, args: { ...found.args, ...args } };
  output.note(recipe ? advice.why : `${advice.why} ${OTHERWISE}`);
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
  const kept = heldOut && (recipe === "solvedHead" ? heldOut.solvedHead : heldOut.fineTuned);
  return {
    ...{ text: lines.join("\n"), recipe, why: advice.why, state: trained?.state, args: advice.args },
    heldOut: heldOut && kept && heldOut.items > 0 ? { items: heldOut.items, metrics: kept } : undefined,
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
export function trainingBar(output: Output): {
  show(event: TrainerProgress): void;
  /** The bar tells the last evaluation from now on. */
  evaluated(metrics: Metrics): void;
  stop(): void;
} {
  let progress: Progress | undefined;
  let evaluated = "";
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
      const remarks = [`epoch ${event.epoch.toFixed(2)}`, `loss ${event.loss.toFixed(4)}`, evaluated].filter(Boolean);
      progress.update(event.step, remarks.join(", "));
    },
    evaluated(metrics) {
      const { accuracy, loss } = metrics;
      evaluated = accuracy === undefined ? `eval loss ${loss?.toFixed(4)}` : `eval accuracy ${accuracy.toFixed(4)}`;
    },
    stop,
  };
}
