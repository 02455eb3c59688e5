import { BaalError } from "../core/errors.js";
import { isRecord } from "../core/json-values.js";
import type { DeviceOptions } from "../engine/runtime/session.js";

/** How well a calibrator fits the items that it was made from. */
export interface CalibrationFit {
  readonly items: number;
  /** Mean negative log-likelihood of the targets before and after, in nats. */
  readonly nllBefore: number;
  readonly nllAfter: number;
  /** Steps of the optimizer. */
  readonly steps: number;
  /** Whether the steps allowed were enough. */
  readonly hasConverged: boolean;
}

interface StateOf<Method extends string> {
  readonly version: 1;
  readonly method: Method;
  readonly classes: number;
  readonly fit: CalibrationFit;
}

/** All that a calibrator has learnt and how its fit went, as JSON values. */
export type CalibrationState =
  | (StateOf<"temperature"> & { readonly temperature: number })
  | (StateOf<"vector"> & { readonly weights_C: readonly number[]; readonly biases_C: readonly number[] })
  | (StateOf<"dirichlet"> & { readonly weights_C_C: readonly number[]; readonly biases_C: readonly number[] })
  | (StateOf<"labelTemperature"> & { readonly temperatures_C: readonly number[] })
  | (StateOf<"platt"> & { readonly weights_C: readonly number[]; readonly biases_C: readonly number[] });

/** The kinds of calibration. */
export type CalibrationMethod = CalibrationState["method"];

/** Those of labels that are each predicted by itself. */
export type LabelCalibrationMethod = "labelTemperature" | "platt";

/** Those of one class an item. */
export type ClassCalibrationMethod = Exclude<CalibrationMethod, LabelCalibrationMethod>;

/** The values that a field may have, in words and as a check. */
type Rule = readonly [expected: string, fits: (value: unknown, classes: number) => boolean];

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isWhole = (least: number) => (value: unknown) => Number.isSafeInteger(value) && (value as number) >= least;
const numbers =
  (length: (classes: number) => number): Rule[1] =>
  (value, classes) =>
    Array.isArray(value) && value.length === length(classes) && value.every(isNumber);

const FINITE: Rule = ["a number", isNumber];
const PER_CLASS: Rule = ["C numbers", numbers((classes) => classes)];

const COMMON: Readonly<Record<string, Rule>> = {
  version: ["1, the version that this release reads", (value) => value === 1],
};

const FIT: Readonly<Record<keyof CalibrationFit, Rule>> = {
  items: ["a whole number of at least 1", isWhole(1)],
  nllBefore: FINITE,
  nllAfter: FINITE,
  steps: ["a whole number of at least 0", isWhole(0)],
  hasConverged: ["true or false", (value) => typeof value === "boolean"],
};

const CLASSES: Readonly<Record<string, Rule>> = { classes: ["a whole number of at least 2", isWhole(2)] };
const LABELS: Readonly<Record<string, Rule>> = { classes: ["a whole number of at least 1", isWhole(1)] };
const POSITIVE = (value: unknown) => isNumber(value) && value > 0;

const LEARNT: Readonly<Record<CalibrationMethod, Readonly<Record<string, Rule>>>> = {
  temperature: { ...CLASSES, temperature: ["a number above 0", POSITIVE] },
  vector: { ...CLASSES, weights_C: PER_CLASS, biases_C: PER_CLASS },
  labelTemperature: {
    ...LABELS,
    temperatures_C: [
      "C numbers above 0",
      (value, classes) => PER_CLASS[1](value, classes) && (value as number[]).every(POSITIVE),
    ],
  },
  platt: { ...LABELS, weights_C: PER_CLASS, biases_C: PER_CLASS },
  dirichlet: { ...CLASSES, weights_C_C: ["C x C numbers", numbers((classes) => classes * classes)], biases_C: PER_CLASS },
};

/** Checks a state that was read from somewhere; fields that it does not know are left out. Throws `E_CHECKPOINT`. */
export function parseCalibrationState(value: unknown): CalibrationState {
  if (!isRecord(value)) throw noState("an object was expected");
  const method = value["method"];
  if (typeof method !== "string" || !Object.hasOwn(LEARNT, method))
    throw noState(`its method is one of ${Object.keys(LEARNT).join(", ")}`);
  const classes = Number(value["classes"]);
  const state = { ...checked(value, COMMON, classes), ...checked(value, LEARNT[method as CalibrationMethod], classes) };
  if (!isRecord(value["fit"])) throw noState("its fit is an object");
  const fit = checked(value["fit"], FIT, classes);
  return Object.assign(state, { method, fit }) as CalibrationState;
}

function checked(from: Readonly<Record<string, unknown>>, rules: Readonly<Record<string, Rule>>, classes: number): object {
  return Object.fromEntries(
    Object.entries(rules).map(([field, [expected, fits]]) => {
      if (fits(from[field], classes)) return [field, from[field]];
      throw noState(`its ${field} must be ${expected}`);
    }),
  );
}

function noState(why: string): BaalError {
  return new BaalError("E_CHECKPOINT", `This is no state of a calibrator: ${why}.`);
}

/** The options of every fit of a calibrator. */
export interface CalibrationOptions extends DeviceOptions {
  /** Full-batch optimizer steps at most; 3000 by default. `calibrator.fit.hasConverged` says whether they were enough. */
  readonly maxSteps?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The weights of the penalties of a method that has them. */
export interface Penalties {
  readonly offDiagonal: number;
  readonly bias: number;
}
