import type { StateDict, StateTensor } from "./bayesian-model.js";
import { BaalError } from "./errors.js";

export interface ParameterTableOptions {
  /** Ends the message of weights that are another model's. */
  readonly advice?: string | undefined;
}

/** A model's parameters by name. The arrays are the model's own: training changes them in place, and so do these methods. */
export class ParameterTable {
  readonly #tensors: Map<string, StateTensor>;
  readonly #advice: string | undefined;
  /** The numbers that {@link reset} goes back to: copied just before the parameters can first change. */
  #initial: Map<string, Float32Array> | undefined;

  constructor(tensors: ReadonlyMap<string, StateTensor>, { advice }: ParameterTableOptions = {}) {
    this.#tensors = new Map(tensors);
    this.#advice = advice;
  }

  /** How many numbers all parameters have together. */
  get count(): number {
    return [...this.#tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
  }

  /** One more parameter; its present numbers are its first ones. */
  add(name: string, tensor: StateTensor): void {
    this.#tensors.set(name, tensor);
    this.#initial?.set(name, tensor.data.slice());
  }

  /** A parameter that the model no longer has. */
  remove(name: string): void {
    this.#tensors.delete(name);
    this.#initial?.delete(name);
  }

  /** A new table of the same arrays. */
  stateDict(): StateDict {
    return new Map(this.#tensors);
  }

  /** Copies weights in. Throws `E_CHECKPOINT`, nothing changed, when names or shapes are not these. */
  load(state: StateDict): void {
    this.#checkNames(state);
    for (const [name, { dims }] of this.#tensors) {
      const given = state.get(name)!.dims;
      if (String(given) !== String(dims)) {
        throw new BaalError("E_CHECKPOINT", `Weight ${name} has the shape [${dims}] in the model and [${given}] in the table.`);
      }
    }
    this.keepInitial();
    for (const [name, { data }] of this.#tensors) data.set(state.get(name)!.data);
  }

  /** Back to the first numbers, but for parameters that `fresh` gives others for. */
  reset(fresh: (name: string, tensor: StateTensor) => Float32Array | undefined = () => undefined): void {
    const initial = this.keepInitial();
    for (const [name, tensor] of this.#tensors) tensor.data.set(fresh(name, tensor) ?? initial.get(name)!);
  }

  /** Remembers the first numbers: to be called before the parameters may change. Only the first call copies. */
  keepInitial(): ReadonlyMap<string, Float32Array> {
    this.#initial ??= this.#copies();
    return this.#initial;
  }

  /** Makes the present numbers those that {@link reset} goes back to. */
  adoptAsInitial(): void {
    this.#initial = this.#copies();
  }

  #copies(): Map<string, Float32Array> {
    return new Map([...this.#tensors].map(([name, { data }]) => [name, data.slice()]));
  }

  #checkNames(state: StateDict): void {
    const missing = [...this.#tensors.keys()].filter((name) => !state.has(name));
    const unknown = [...state.keys()].filter((name) => !this.#tensors.has(name));
    if (missing.length + unknown.length === 0) return;
    const advice = this.#advice === undefined ? "" : ` ${this.#advice}`;
    throw new BaalError(
      "E_CHECKPOINT",
      `The weights are not this model's. Missing: ${some(missing)}; not in the model: ${some(unknown)}.${advice}`,
    );
  }
}

function some(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
}
