import type { TimeEstimate } from "../experiment/estimate-time.js";
import type { ExperimentPlan } from "../experiment/experiment-plan.js";
import type { PreparedExperiment } from "../experiment/prepare-experiment.js";
import { strategyLabel } from "../experiment/strategy-spec.js";
import { duration } from "./duration.js";

/** What an experiment would do, for people. */
export function planText(
  { config, about, pool, labels }: PreparedExperiment,
  plan: ExperimentPlan,
  estimate: TimeEstimate & { readonly seconds: number; readonly folder: string },
): string {
  const { secondsPerTrainingStep, secondsPerDraw, trainingSteps, pretrainingSteps, seconds, folder } = estimate;
  const milliseconds = (value: number) => `${(1000 * value).toPrecision(3)} ms`;
  return [
    `data        ${about.name}: ${pool.length} items to label from, ${about.items.validation} to tune on, ${about.items.test} to test, ${labels.length} classes`,
    `licence     ${about.licence}`,
    ...about.files.map(({ name, bytes, sha256 }) => `file        ${name}, ${bytes} bytes, sha256 ${sha256.slice(0, 16)}...`),
    `strategies  ${config.strategies.map(strategyLabel).join(", ")}`,
    `seeds       ${config.seeds.join(", ")}`,
    `labels      ${plan.labels.join(", ")}`,
    ...(pretrainingSteps > 0
      ? [`pretraining ${pretrainingSteps} steps of ${milliseconds(estimate.secondsPerPretrainingStep)}, for each seed`]
      : []),
    `training    ${trainingSteps.join(", ")} steps of ${milliseconds(secondsPerTrainingStep)}`,
    `predicting  ${milliseconds(secondsPerDraw)} per draw of an item`,
    `cells       ${plan.cells.length}, of ${plan.labels.length} steps each`,
    `time        about ${duration(seconds)}${config.stopping ? ", less where cells are stopped early" : ""}`,
    `output      ${folder}`,
  ].join("\n");
}
