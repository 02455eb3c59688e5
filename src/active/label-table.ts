import type { Target } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";

type Given = Exclude<Target, undefined>;

/** Which items are labelled, in which step, and the targets that were given for them. Items are named by dataset index. */
export class LabelTable {
  readonly #stepOf = new Map<number, number>();
  readonly #given = new Map<number, Given>();
  #steps: (readonly number[])[] = [];

  get size(): number {
    return this.#stepOf.size;
  }

  /** Labelling steps in order, each with its items in the order of labelling. */
  get steps(): readonly (readonly number[])[] {
    return this.#steps;
  }

  has(index: number): boolean {
    return this.#stepOf.has(index);
  }

  stepOf(index: number): number | undefined {
    return this.#stepOf.get(index);
  }

  /** The target that was given; `undefined` where the data set's own holds. */
  given(index: number): Given | undefined {
    return this.#given.get(index);
  }

  /** All targets that were given, with their items. */
  get targets(): Iterable<readonly [number, Given]> {
    return this.#given;
  }

  /** Adds items as a step of their own, or to the last one. */
  add(indices: readonly number[], values: readonly Target[] | undefined, step: "new" | "last"): void {
    if (step === "new" || this.#steps.length === 0) this.#steps.push([]);
    const last = this.#steps.length - 1;
    for (const [i, index] of indices.entries()) {
      this.give(index, values?.[i]);
      this.#stepOf.set(index, last);
    }
    this.#steps[last] = [...this.#steps[last]!, ...indices];
  }

  give(index: number, value: Target): void {
    if (value === undefined) this.#given.delete(index);
    else this.#given.set(index, value);
  }

  /** Removes items and what was given for them; their steps stay, if empty. */
  remove(indices: readonly number[]): void {
    const removed = new Set(indices);
    for (const index of removed) this.#given.delete(index);
    this.#setSteps(this.#steps.map((step) => step.filter((index) => !removed.has(index))));
  }

  /** Removes the last step and gives its items. */
  removeStep(): readonly number[] {
    const last = this.#steps.at(-1) ?? [];
    this.remove(last);
    this.#setSteps(this.#steps.slice(0, -1));
    return last;
  }

  load(steps: readonly (readonly number[])[], targets: Iterable<readonly [number, Given]>): void {
    this.#given.clear();
    for (const [index, target] of targets) this.#given.set(index, target);
    this.#setSteps(steps);
  }

  #setSteps(steps: readonly (readonly number[])[]): void {
    this.#steps = [...steps];
    this.#stepOf.clear();
    for (const [step, indices] of steps.entries()) for (const index of indices) this.#stepOf.set(index, step);
  }
}

/** Throws `E_ARGUMENT` for what is no class index and no array of finite numbers and nulls: JSON must keep it. */
export function checkTarget(index: number, value: Target): void {
  if (value === undefined) return;
  const fits =
    typeof value === "number" ? Number.isInteger(value) && value >= 0 : value.every((x) => x === null || Number.isFinite(x));
  if (fits) return;
  throw new BaalError(
    "E_ARGUMENT",
    `Item ${index}: a class index or an array of finite numbers is needed as its value, ${value} came.`,
  );
}
