import type { StoppingCriterion } from "../stopping-criterion.js";

/** Stops when one of the criteria does. */
export function anyOf(...criteria: readonly StoppingCriterion[]): StoppingCriterion {
  return combined("anyOf", criteria, (reasons) => reasons.some((reason) => reason !== undefined));
}

/** Stops when all criteria would at the same step; never without any. */
export function allOf(...criteria: readonly StoppingCriterion[]): StoppingCriterion {
  return combined("allOf", criteria, (reasons) => reasons.length > 0 && reasons.every((reason) => reason !== undefined));
}

function combined(
  name: string,
  criteria: readonly StoppingCriterion[],
  isEnough: (reasons: readonly (string | undefined)[]) => boolean,
): StoppingCriterion {
  return {
    name: `${name}(${criteria.map((criterion) => criterion.name).join(", ")})`,
    reasonToStop(history) {
      const reasons = criteria.map((criterion) => criterion.reasonToStop(history));
      return isEnough(reasons) ? reasons.filter((reason) => reason !== undefined).join(" ") : undefined;
    },
  };
}
