/** The share of the learning rate at a step; steps count from 0. */
export type ScheduleFunction = (step: number) => number;

export interface ScheduleOptions {
  readonly warmupSteps: number;
  readonly totalSteps: number;
}

/** Linear warm-up from 0, reached after `warmupSteps` steps: the first step of a warm-up has a rate of 0, as with Hugging Face. */
function warmup(step: number, { warmupSteps }: ScheduleOptions): number {
  return step / Math.max(1, warmupSteps);
}

/** From 0 at the end of the warm-up to 1 after the last step. */
function progress(step: number, { warmupSteps, totalSteps }: ScheduleOptions): number {
  return (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
}

function afterWarmup(decay: (share: number) => number): (step: number, options: ScheduleOptions) => number {
  return (step, options) => (step < options.warmupSteps ? warmup(step, options) : Math.max(0, decay(progress(step, options))));
}

/** Hugging Face's schedules by their names: the share of the learning rate at a step. */
export const SCHEDULES = {
  linear: afterWarmup((share) => 1 - share),
  cosine: afterWarmup((share) => 0.5 * (1 + Math.cos(Math.PI * share))),
  constant: () => 1,
  constant_with_warmup: afterWarmup(() => 1),
} as const satisfies Readonly<Record<string, (step: number, options: ScheduleOptions) => number>>;

export type ScheduleName = keyof typeof SCHEDULES;

/** The schedule of a name for a run's length, or the function given. */
export function createSchedule(schedule: ScheduleName | ScheduleFunction, options: ScheduleOptions): ScheduleFunction {
  if (typeof schedule === "function") return schedule;
  return (step) => SCHEDULES[schedule](step, options);
}
