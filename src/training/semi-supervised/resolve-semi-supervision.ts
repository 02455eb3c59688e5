import { BaalError } from "../../errors.js";
import type { ResolvedTrainingArguments } from "../training-arguments.js";
import { METHODS } from "./methods.js";
import type { SemiSupervision } from "./semi-supervision.js";

/** A {@link SemiSupervision} with its defaults filled in. */
export type ResolvedSemiSupervision<Input> = Required<
  Omit<SemiSupervision<Input>, "augment" | "labelledShare" | "weight" | "rampUp" | "threshold" | "unlabelledBatchSize">
> & {
  readonly weight: number;
  readonly rampUp: number;
  readonly threshold: number;
  readonly unlabelledBatchSize: number;
  readonly labelledShare: number | undefined;
  readonly augment: NonNullable<SemiSupervision<Input>["augment"]>;
};

/** Checks the options and fills in the method's defaults. Throws `E_ARGUMENT` naming the option, what was expected and what came. */
export function resolveSemiSupervision<Input>(
  given: SemiSupervision<Input>,
  { args, labelled }: { readonly args: ResolvedTrainingArguments; readonly labelled: number },
): ResolvedSemiSupervision<Input> {
  const { method, unlabelled, augment = {} } = given;
  const labelledShare = unlabelled.length === 0 ? undefined : given.labelledShare;
  const known = Object.keys(METHODS).map((name) => `"${name}"`);
  if (!Object.hasOwn(METHODS, method)) {
    throw new BaalError("E_ARGUMENT", `semiSupervised.method is expected to be one of ${known.join(", ")}; "${method}" came.`);
  }
  if (args.loss !== "crossEntropy") {
    throw new BaalError("E_ARGUMENT", `Semi-supervised training is for the loss "crossEntropy"; the loss is "${args.loss}".`);
  }
  if (method === "piModel" && !args.dropout && augment.weak === undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      "The Pi-model compares two random passes; with dropout: false and no augment.weak both are the same. Leave dropout on or give augment.weak.",
    );
  }
  const { defaults } = METHODS[method];
  const resolved = {
    method,
    unlabelled,
    augment,
    labelledShare,
    weight: given.weight ?? defaults.weight(labelled, unlabelled.length),
    rampUp: given.rampUp ?? defaults.rampUp,
    threshold: given.threshold ?? defaults.threshold,
    unlabelledBatchSize: given.unlabelledBatchSize ?? defaults.ratio * args.batchSize,
  };
  const { weight, rampUp, threshold, unlabelledBatchSize } = resolved;
  const rules: readonly (readonly [string, unknown, boolean, string])[] = [
    ["weight", weight, weight >= 0 && Number.isFinite(weight), "a number of at least 0"],
    ["rampUp", rampUp, rampUp >= 0 && rampUp <= 1, "a share of the steps from 0 to 1"],
    ["threshold", threshold, threshold >= 0 && threshold <= 1, "a probability from 0 to 1"],
    [
      "labelledShare",
      labelledShare,
      labelledShare === undefined || (labelledShare > 0 && labelledShare < 1),
      "above 0 and below 1; leave it out to learn from both in each step",
    ],
    [
      "unlabelledBatchSize",
      unlabelledBatchSize,
      Number.isInteger(unlabelledBatchSize) && unlabelledBatchSize >= 1,
      "an integer of at least 1",
    ],
  ];
  for (const [name, value, isFine, expected] of rules) {
    if (!isFine) throw new BaalError("E_ARGUMENT", `semiSupervised.${name} is expected to be ${expected}; ${value} came.`);
  }
  return resolved;
}
