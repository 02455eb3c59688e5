import { isRecord } from "../../core/json-values.js";

/** What a Rating or a Number takes: in a Rating the whole numbers from 1 on. */
export interface NumberRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Between two numbers that are taken, counted from `min`, or from 0; any number without it. */
  readonly step?: number | undefined;
}

/** The types of their regions, which are the keys of the number in a region's value as well. */
export type NumberType = "rating" | "number";

/** The controls of numbers by their tags. */
export const NUMBER_TAGS: Readonly<Record<string, NumberType>> = { Rating: "rating", Number: "number" };

/** As the editor does where the configuration does not say it. */
const MOST_STARS = 5;

/** What the attributes of a Rating or a Number allow; the reason where that is nothing. */
export function numberRange(type: NumberType, attributes: ReadonlyMap<string, string>): NumberRange | string {
  const read = (name: string) => {
    const text = attributes.get(name)?.trim();
    return text === undefined || text === "" ? undefined : Number(text);
  };
  const range: NumberRange =
    type === "rating"
      ? { min: 1, max: read("maxRating") ?? MOST_STARS, step: 1 }
      : { min: read("min"), max: read("max"), step: read("step") };
  const { min, max, step } = range;
  const areNumbers = [min, max, step].every((bound) => bound === undefined || Number.isFinite(bound));
  if (!areNumbers || (step !== undefined && step <= 0) || (min !== undefined && max !== undefined && min >= max))
    return `it takes no numbers: from ${min ?? "any"} to ${max ?? "any"}, in steps of ${step ?? "any"}`;
  return range;
}

/** The number of a region of a control; `undefined` for none. */
export function regionNumber(region: unknown, type: NumberType): number | undefined {
  const value = isRecord(region) && isRecord(region["value"]) ? region["value"][type] : undefined;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Whether an annotation may have the number, by the configuration as it is. */
export function isInRange(value: number, { min, max }: NumberRange): boolean {
  return value >= (min ?? value) && value <= (max ?? value);
}

/** The number inside the range. */
export function clamped(value: number, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: NumberRange): number {
  return Math.min(max, Math.max(min, value));
}

/** So many digits of a number that may be any. */
const DIGITS = 6;

/** The number that the editor takes: in the range, the nearest one in its steps. */
export function servedNumber(value: number, range: NumberRange): number {
  const { min, max, step } = range;
  if (step === undefined) return clamped(Number(value.toPrecision(DIGITS)), range);
  const from = min ?? 0;
  const steps = Math.round((clamped(value, range) - from) / step);
  // The last step may be beyond the highest number.
  const most = max === undefined ? steps : Math.floor((max - from) / step + 1e-9);
  return Number((from + Math.min(steps, most) * step).toPrecision(12));
}

/**
 * How unsure draws of a number are, in [0, 1]: their standard deviation beside the largest that numbers in the range can have, a half of its width; where
 * the range has no ends `deviation / (1 + deviation)`, of which the order is all that counts. Of one draw nothing is known: 0.
 */
export function numberUncertainty(draws: ArrayLike<number>, { min, max }: NumberRange): number {
  const values = Array.from(draws);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  if (min === undefined || max === undefined) return deviation / (1 + deviation);
  return Math.min(1, deviation / ((max - min) / 2));
}
