import { BaalError } from "../core/errors.js";
import { matchesName } from "../core/names.js";
import type { ResolvedTrainingArguments } from "./training-arguments.js";

interface TrainableModel {
  stateDict(): ReadonlyMap<string, unknown>;
  readonly parameterLayers?: readonly (readonly string[])[] | undefined;
}

/**
 * The parameters in the layers that `fineTune` names that no pattern of `freeze` freezes. Throws `E_ARGUMENT` for a pattern that fits
 * none (a misspelt one would silently train everything), for more layers than the model has, and when nothing is left to train.
 */
export function trainableNames(
  model: TrainableModel,
  { freeze, fineTune }: Pick<ResolvedTrainingArguments, "freeze" | "fineTune">,
): ReadonlySet<string> {
  const names = [...model.stateDict().keys()];
  for (const pattern of freeze) {
    if (!names.some((name) => matchesName(pattern, name))) {
      const some = names.slice(0, 5).join(", ");
      throw new BaalError("E_ARGUMENT", `freeze: no parameter matches ${pattern}. The names are like ${some}.`);
    }
  }
  const trainable = fineTuned(model, fineTune, names).filter((name) => !freeze.some((pattern) => matchesName(pattern, name)));
  if (trainable.length === 0) throw new BaalError("E_ARGUMENT", "freeze leaves no parameter to train.");
  return new Set(trainable);
}

function fineTuned(
  model: TrainableModel,
  fineTune: ResolvedTrainingArguments["fineTune"],
  names: readonly string[],
): readonly string[] {
  if (fineTune === "all") return names;
  const layers = model.parameterLayers;
  const count = fineTune === "head" ? 1 : fineTune;
  if (layers === undefined || count > layers.length) {
    throw new BaalError(
      "E_ARGUMENT",
      layers === undefined
        ? `fineTune: ${JSON.stringify(fineTune)} needs a model that tells its layers; name what stays as it is with freeze instead.`
        : `fineTune: ${count} layers were to be trained, the model has ${layers.length}.`,
    );
  }
  return layers.slice(-count).flat();
}
