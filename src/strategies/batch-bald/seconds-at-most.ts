import type { JointInformation } from "./joint-information.js";

export interface RunSize {
  readonly items: number;
  readonly picks: number;
  readonly maxConfigurations: number;
}

/** Multiplications that any machine does within about a second. */
const SHORT_WORK = 1e10;

/**
 * How long a run takes where lazy evaluation saves nothing, from the time of one block; `undefined` for a run so short that
 * measuring is not worth it.
 */
export async function secondsAtMost(
  joint: JointInformation,
  { items, picks, maxConfigurations }: RunSize,
): Promise<number | undefined> {
  let largest = 1;
  let configurations = 0;
  for (let pick = 1; pick < picks; pick++) {
    largest = Math.min(maxConfigurations, largest * joint.classes);
    configurations += largest;
  }
  if (items * configurations * joint.classes * joint.draws < SHORT_WORK) return undefined;
  return (await joint.secondsPerItem(largest)) * items * (configurations / largest);
}
