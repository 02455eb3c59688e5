import type { Dataset, Example, Target } from "../core/dataset.js";
import { type DatasetView, datasetView } from "../core/dataset-view.js";
import { BaalError } from "../core/errors.js";
import { requireDataset } from "../core/items.js";
import { createRandom, type Random, restoreRandom } from "../core/random.js";
import { writeFileAtomic } from "../system/files.js";
import { type ActiveState, parseActiveState, readStateFile } from "./active-state.js";
import { checkTarget, LabelTable } from "./label-table.js";

/** Options of an {@link ActiveLearningDataset}. */
export interface ActiveLearningDatasetOptions<Input = unknown> {
  /** Names the order in which `labelRandomly` draws items. 0 by default. */
  readonly seed?: number | undefined;
  /** The same items as the pool shall see them: without augmentation, for example. The data set itself by default. */
  readonly poolDataset?: Dataset<Input> | undefined;
}

/** To which active-learning step newly labelled items belong. */
export interface LabelStepOptions {
  /** Whether the items make a step of their own (`"new"`, by default) or join the last one, where there is one (`"last"`). */
  readonly step?: "new" | "last" | undefined;
}

/**
 * A data set of which some items are labelled. It is itself the data set of the labelled items, in the order of
 * labelling; `pool` holds the others. Items can be excluded from both, or held out for validation. **Items are named by dataset index everywhere**, never by position in the pool:
 * the index of an item of the wrapped data set is its position there.
 *
 * Targets that the wrapped data set knows stay hidden until their items are labelled; `label` takes others from a person.
 *
 * @example
 * ```ts with=text
 * import { ActiveLearningDataset } from "baaljs";
 *
 * const active = new ActiveLearningDataset(dataset, { seed: 42 });
 * active.labelRandomly(10); // reveals the targets of 10 random items
 * active.label(active.poolIndices.slice(0, 2), [0, 2]); // dataset indices, and the classes that a person gave
 * active.undo(); // takes back that step
 * console.log(active.length, active.pool.length, active.labelledIndices);
 * ```
 */
export class ActiveLearningDataset<Input> implements Dataset<Input> {
  readonly #dataset: Dataset<Input>;
  readonly #poolDataset: Dataset<Input>;
  readonly #labels = new LabelTable();
  readonly #excluded = new Set<number>();
  readonly #heldOut = new Set<number>();
  #random: Random;
  #labelled: readonly number[] | undefined;
  #pool: readonly number[] | undefined;

  /** Throws `E_ARGUMENT` for a `poolDataset` of another length. */
  constructor(dataset: Dataset<Input>, options: ActiveLearningDatasetOptions<Input> = {}) {
    requireDataset(dataset, "ActiveLearningDataset");
    const { poolDataset = dataset } = options;
    if (poolDataset.length !== dataset.length) {
      throw new BaalError(
        "E_ARGUMENT",
        `The poolDataset has ${poolDataset.length} items and the data set ${dataset.length}; both must hold the same ones.`,
      );
    }
    this.#dataset = dataset;
    this.#poolDataset = poolDataset;
    this.#random = createRandom(options.seed ?? 0);
  }

  /** Number of labelled items, those held out for validation aside. */
  get length(): number {
    return this.labelledIndices.length;
  }

  get numLabelled(): number {
    return this.length;
  }

  /** Number of all items, labelled, in the pool or excluded: dataset indices run up to it. */
  get numItems(): number {
    return this.#dataset.length;
  }

  /** Number of items in the pool. */
  get numUnlabelled(): number {
    return this.poolIndices.length;
  }

  /** Number of labelling steps so far. */
  get numSteps(): number {
    return this.#labels.steps.length;
  }

  /** Dataset indices of the labelled items (not held out), in the order of labelling. A later labelling makes a new array. */
  get labelledIndices(): readonly number[] {
    this.#labelled ??= this.#labels.steps.flat().filter((index) => !this.#heldOut.has(index));
    return this.#labelled;
  }

  /** Dataset indices of the unlabelled items that are neither excluded nor held out, ascending. A later labelling makes a new array. */
  get poolIndices(): readonly number[] {
    this.#pool ??= Array.from({ length: this.#dataset.length }, (_, index) => index).filter(
      (index) => !this.#labels.has(index) && !this.#excluded.has(index) && !this.#heldOut.has(index),
    );
    return this.#pool;
  }

  /** The unlabelled items as they are now, without targets; later labelling does not change this view. */
  get pool(): DatasetView<Input> {
    return datasetView(this.#poolDataset, this.poolIndices, () => undefined);
  }

  /** Some items of the pool, named by dataset index, without targets. Throws `E_ARGUMENT` for one that is not in the pool. */
  poolView(indices: readonly number[]): DatasetView<Input> {
    const foreign = indices.find((index) => !this.canLabel(index) || this.#heldOut.has(index));
    if (foreign !== undefined) {
      const why = this.isLabelled(foreign) ? "labelled" : this.#excluded.has(foreign) ? "excluded" : "held out for validation";
      throw new BaalError("E_ARGUMENT", `Item ${foreign} is ${why}; it is not in the pool.`);
    }
    return datasetView(this.#poolDataset, indices, () => undefined);
  }

  /** Any item, labelled or not, as the pool sees it: without target. Throws `E_ARGUMENT` for an index out of range. */
  item(index: number): Example<Input> {
    this.#checkIndex(index);
    return { ...this.#poolDataset.at(index), index, target: undefined };
  }

  /** The labelled items as they are now; later labelling does not change this view. */
  get labelled(): DatasetView<Input> {
    return this.#withTargets(this.labelledIndices);
  }

  /** The labelled items among those held out, in the order of labelling: for evaluation, never for training. */
  get validation(): DatasetView<Input> {
    return this.#withTargets(this.#labels.steps.flat().filter((index) => this.#heldOut.has(index)));
  }

  /** The items labelled in the last `steps` steps, for training on these alone. Throws `E_ARGUMENT` for no whole number from 1. */
  lastActiveSteps(steps: number): DatasetView<Input> {
    if (!Number.isInteger(steps) || steps < 1)
      throw new BaalError("E_ARGUMENT", `The number of steps is a whole number from 1; ${steps} came.`);
    return this.#withTargets(
      this.#labels.steps
        .slice(-steps)
        .flat()
        .filter((index) => !this.#heldOut.has(index)),
    );
  }

  /** Whether an item may get a label: it is neither labelled nor excluded. Throws `E_ARGUMENT` for an index out of range. */
  canLabel(index: number): boolean {
    return !this.isLabelled(index) && !this.#excluded.has(index);
  }

  /** Whether an item was taken out of the pool by `exclude`. Throws `E_ARGUMENT` for an index out of range. */
  isExcluded(index: number): boolean {
    this.#checkIndex(index);
    return this.#excluded.has(index);
  }

  /**
   * Takes unlabelled items out of the pool: broken ones, or those that nobody can label. Naming one again changes nothing.
   * Throws `E_ARGUMENT`, with nothing changed, for an item that is labelled or an index out of range.
   */
  exclude(indices: readonly number[]): void {
    const labelled = indices.find((index) => this.isLabelled(index));
    if (labelled !== undefined)
      throw new BaalError("E_ARGUMENT", `Item ${labelled} is labelled; unlabel it before it is excluded.`);
    const heldOut = indices.find((index) => this.#heldOut.has(index));
    if (heldOut !== undefined)
      throw new BaalError("E_ARGUMENT", `Item ${heldOut} is held out; release it before it is excluded.`);
    for (const index of indices) this.#excluded.add(index);
    this.#pool = undefined;
  }

  /** Puts excluded items back into the pool. Throws `E_ARGUMENT` for an item that is not excluded. */
  include(indices: readonly number[]): void {
    const other = indices.find((index) => !this.#excluded.has(index));
    if (other !== undefined) throw new BaalError("E_ARGUMENT", `Item ${other} is not excluded.`);
    for (const index of indices) this.#excluded.delete(index);
    this.#pool = undefined;
  }

  /** Dataset indices of the excluded items, ascending. */
  get excludedIndices(): readonly number[] {
    return [...this.#excluded].sort((a, b) => a - b);
  }

  /**
   * Holds items out for validation, labelled or not: they are neither in the pool nor trained on, and `validation` shows those with a
   * label. `label` takes them like any other. Throws `E_ARGUMENT`, with nothing changed, for an item that is excluded or out of range.
   */
  holdOut(indices: readonly number[]): void {
    const excluded = indices.find((index) => this.isExcluded(index));
    if (excluded !== undefined) throw new BaalError("E_ARGUMENT", `Item ${excluded} is excluded; include it first.`);
    for (const index of indices) this.#heldOut.add(index);
    this.#changed();
  }

  /** Ends that: items go back among the labelled ones, or into the pool. Throws `E_ARGUMENT` for an item that is not held out. */
  release(indices: readonly number[]): void {
    const other = indices.find((index) => !this.isHeldOut(index));
    if (other !== undefined) throw new BaalError("E_ARGUMENT", `Item ${other} is not held out.`);
    for (const index of indices) this.#heldOut.delete(index);
    this.#changed();
  }

  /** Whether an item is held out for validation. Throws `E_ARGUMENT` for an index out of range. */
  isHeldOut(index: number): boolean {
    this.#checkIndex(index);
    return this.#heldOut.has(index);
  }

  /** Dataset indices of the items held out for validation, ascending, labelled or not. */
  get heldOutIndices(): readonly number[] {
    return [...this.#heldOut].sort((a, b) => a - b);
  }

  /** The labelled item at a position in the order of labelling. Throws `E_ARGUMENT` for a position out of range. */
  at(position: number): Example<Input> {
    return this.labelled.at(position);
  }

  /** Throws `E_ARGUMENT` for an index out of range. */
  isLabelled(index: number): boolean {
    this.#checkIndex(index);
    return this.#labels.has(index);
  }

  /** The labelling step (from 0) in which the item got its label, `undefined` in the pool. Throws `E_ARGUMENT`. */
  stepOf(index: number): number | undefined {
    this.#checkIndex(index);
    return this.#labels.stepOf(index);
  }

  /** The labelled items as training sees them in one epoch, augmented where the data set does that. */
  inEpoch(epoch: number): Dataset<Input> {
    const { labelled } = this;
    return labelled.inEpoch?.(epoch) ?? labelled;
  }

  /**
   * Labels items, named by dataset index, as one step or as part of the last. `values` are their targets, one per index; without a value an
   * item gets the target that the data set has. Nothing is labelled if anything is wrong with one of them.
   *
   * Throws `E_ARGUMENT` for an index out of range or named twice, an item that is labelled already or excluded, another number
   * of values than indices, a value that is no target; `E_DATA` for an item that has no target anywhere.
   */
  label(indices: readonly number[], values?: readonly Target[], { step = "new" }: LabelStepOptions = {}): void {
    if (values !== undefined && values.length !== indices.length) {
      throw new BaalError(
        "E_ARGUMENT",
        `${indices.length} items came with ${values.length} values; one value per item is needed.`,
      );
    }
    for (const index of indices) {
      if (this.isLabelled(index)) {
        throw new BaalError("E_ARGUMENT", `Item ${index} is labelled already; relabel it, or unlabel it first.`);
      }
      if (this.#excluded.has(index)) throw new BaalError("E_ARGUMENT", `Item ${index} is excluded; include it first.`);
    }
    if (new Set(indices).size !== indices.length) {
      throw new BaalError("E_ARGUMENT", `An item is named twice among those to label: ${indices.join(", ")}.`);
    }
    for (const [i, index] of indices.entries()) {
      checkTarget(index, values?.[i]);
      if (values?.[i] === undefined && this.#dataset.at(index).target === undefined) {
        throw new BaalError("E_DATA", `Item ${index} has no label in the data set; give one as a value.`);
      }
    }
    if (indices.length === 0) return;
    this.#labels.add(indices, values, step);
    this.#changed();
  }

  /**
   * Labels `count` random items of the pool as one step and returns their dataset indices. Their order depends on the seed alone; it
   * goes on where it was after a state was saved and loaded. Throws `E_POOL_EMPTY` if the pool has fewer; see `label`.
   */
  labelRandomly(count: number): readonly number[] {
    if (!Number.isInteger(count) || count < 0) {
      throw new BaalError("E_ARGUMENT", `The number of items to label is a whole number from 0; ${count} came.`);
    }
    if (count > this.numUnlabelled) {
      throw new BaalError("E_POOL_EMPTY", `${count} items are to be labelled, but the pool has ${this.numUnlabelled} left.`);
    }
    const indices = this.#random.shuffled(this.poolIndices).slice(0, count);
    this.label(indices);
    return indices;
  }

  /** Labels every item of the pool that has a target in the data set, as one step, and returns their dataset indices. */
  labelKnown(): readonly number[] {
    const indices = this.poolIndices.filter((index) => this.#dataset.at(index).target !== undefined);
    this.label(indices);
    return indices;
  }

  /** Changes the target of a labelled item. Throws `E_ARGUMENT` for an item that is not labelled. */
  relabel(index: number, value: Exclude<Target, undefined>): void {
    this.#checkLabelled(index);
    checkTarget(index, value);
    this.#labels.give(index, value);
  }

  /** Puts items back into the pool; values given for them are forgotten. Throws `E_ARGUMENT` for one that is not labelled. */
  unlabel(indices: readonly number[]): void {
    for (const index of indices) this.#checkLabelled(index);
    this.#labels.remove(indices);
    this.#changed();
  }

  /** Takes the last labelling step back and returns its dataset indices; none where nothing was labelled. */
  undo(): readonly number[] {
    const last = this.#labels.removeStep();
    this.#changed();
    return last;
  }

  /** Everything that is needed to go on later with the same data, as JSON values. */
  stateDict(): ActiveState {
    return {
      version: 1,
      length: this.#dataset.length,
      steps: this.#labels.steps.map((step) => [...step]),
      targets: [...this.#labels.targets].map(([index, target]) => [index, typeof target === "number" ? target : [...target]]),
      random: [...this.#random.state()],
      ...(this.#excluded.size > 0 ? { excluded: [...this.excludedIndices] } : {}),
      ...(this.#heldOut.size > 0 ? { heldOut: [...this.heldOutIndices] } : {}),
    };
  }

  /** Throws `E_CHECKPOINT`, with nothing changed, if it is no state or belongs to a data set of another length. */
  loadStateDict(state: unknown): void {
    this.#load(state, "The state");
  }

  /** Writes the state as a JSON file; if writing fails the previous file stays as it was. */
  async save(path: string): Promise<void> {
    await writeFileAtomic(path, `${JSON.stringify(this.stateDict())}\n`);
  }

  /** Reads a file that `save` wrote. Throws `E_FILE_NOT_FOUND`, `E_CHECKPOINT`; nothing is changed then. */
  async load(path: string): Promise<void> {
    this.#load(await readStateFile(path), path);
  }

  #load(value: unknown, where: string): void {
    const state = parseActiveState(value, this.#dataset.length, where);
    const random = restoreRandom(state.random);
    this.#labels.load(state.steps, state.targets);
    this.#excluded.clear();
    for (const index of state.excluded ?? []) this.#excluded.add(index);
    this.#heldOut.clear();
    for (const index of state.heldOut ?? []) this.#heldOut.add(index);
    this.#random = random;
    this.#changed();
  }

  #changed(): void {
    this.#labelled = undefined;
    this.#pool = undefined;
  }

  #withTargets(indices: readonly number[]): DatasetView<Input> {
    return datasetView(this.#dataset, indices, (index, example) => this.#labels.given(index) ?? example.target);
  }

  #checkLabelled(index: number): void {
    if (!this.isLabelled(index)) throw new BaalError("E_ARGUMENT", `Item ${index} is not labelled.`);
  }

  #checkIndex(index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < this.#dataset.length) return;
    throw new BaalError("E_ARGUMENT", `${index} is no dataset index; they run from 0 to ${this.#dataset.length - 1}.`);
  }
}
