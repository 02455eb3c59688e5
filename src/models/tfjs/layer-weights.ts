import type { StateDict } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import { ParameterTable } from "../../core/parameter-table.js";
import type { LeafLayer } from "./layer-graph.js";
import { type TfLayer, type TfLayerVariable, type TfModule, type TfTensor, tidy } from "./tf-types.js";

interface WeightEntry {
  readonly dims: readonly number[];
  /** Our copy: what optimizers and checkpoints work on. */
  readonly data: Float32Array;
  readonly variable: TfLayerVariable;
  /** Keras trains it (a layer may be frozen later). */
  readonly isTrainable: () => boolean;
  /** The numbers that `data` had when both were last the same; another object: somebody else changed the variable. */
  dataId: object;
}

/** A model's weights, in TensorFlow.js's variables and in arrays of our own. */
export class LayerWeights {
  readonly #tf: TfModule;
  readonly #entries = new Map<string, WeightEntry>();
  /** The same arrays. */
  readonly #table: ParameterTable;

  /** Throws `E_MODEL_FORMAT` for weights that are not float32. */
  constructor(tf: TfModule, leaves: readonly LeafLayer[]) {
    this.#tf = tf;
    const seen = new Set<TfLayerVariable>();
    for (const { path, layer } of leaves) {
      for (const variable of layer.weights) {
        if (seen.has(variable)) continue;
        seen.add(variable);
        const name = this.#freeName(`${path}.${variable.originalName.split("/").at(-1)!}`);
        if (variable.dtype !== "float32")
          throw new BaalError("E_MODEL_FORMAT", `Weight ${name} is ${variable.dtype}; only float32 weights can be used.`);
        const isTrainable = () => variable.trainable && layer.trainableWeights.includes(variable);
        const value = variable.read();
        const dims = variable.shape.map(Number);
        this.#entries.set(name, { dims, data: numbersOf(value), variable, isTrainable, dataId: value.dataId });
      }
    }
    this.#table = new ParameterTable(new Map([...this.#entries].map(([name, { dims, data }]) => [name, { dims, data }])), {
      advice: "Automatic layer names differ from model to model: give the layers names.",
    });
  }

  /** How many numbers the weights have together. */
  get count(): number {
    return this.#table.count;
  }

  /** The arrays, after changes that others made to the variables. */
  table(): StateDict {
    this.pull();
    return this.#table.stateDict();
  }

  variable(name: string): TfLayerVariable {
    return this.#entries.get(name)!.variable;
  }

  /** The names of the weights that Keras trains. */
  get trainable(): string[] {
    return [...this.#entries].filter(([, { isTrainable }]) => isTrainable()).map(([name]) => name);
  }

  /** The layer's weights by name, in its order. */
  namesOf(layer: TfLayer): string[] {
    const own = new Set(layer.weights);
    return [...this.#entries].filter(([, { variable }]) => own.has(variable)).map(([name]) => name);
  }

  /** Takes over what others wrote into the variables (`model.fit`, a TensorFlow.js optimizer). */
  pull(): void {
    for (const entry of this.#entries.values()) {
      const value = entry.variable.read();
      if (value.dataId === entry.dataId) continue;
      this.keepInitial();
      entry.data.set(numbersOf(value));
      entry.dataId = value.dataId;
    }
  }

  /** Writes the arrays into the variables. */
  push(names: Iterable<string> = this.#entries.keys()): void {
    for (const name of names) {
      const entry = this.#entries.get(name)!;
      // A copy: the CPU backend would go on with our array itself, and change under a user's copy of the weights.
      const value = this.#tf.tensor(entry.data.slice(), [...entry.dims]);
      entry.variable.write(value);
      entry.dataId = value.dataId;
      value.dispose();
    }
    // Where a constraint (max-norm, for example) changed what was written, the arrays follow.
    this.pull();
  }

  /** Both alike, whoever changed one of them; the variables win where others wrote into them. */
  synchronise(): void {
    this.pull();
    this.push();
  }

  /** Runs `work` with other numbers in some variables. `work` must not wait for anything. */
  withValues<T>(values: ReadonlyMap<string, Float32Array>, work: () => T): T {
    return tidy(this.#tf, () => {
      const own: (readonly [TfLayerVariable, TfTensor])[] = [];
      try {
        for (const [name, data] of values) {
          const { variable, dims } = this.#entries.get(name)!;
          own.push([variable, variable.read().clone()]);
          variable.write(this.#tf.tensor(data.slice(), [...dims]));
        }
        return work();
      } finally {
        for (const [variable, value] of own) variable.write(value);
      }
    });
  }

  /** Copies weights in. Throws `E_CHECKPOINT` when names or shapes are not the model's. */
  load(state: StateDict): void {
    this.pull();
    this.#table.load(state);
    this.push();
  }

  /** Back to the first weights, but for those given. */
  reset(fresh: ReadonlyMap<string, Float32Array>): void {
    this.pull();
    this.#table.reset((name) => fresh.get(name));
    this.push();
  }

  /** Remembers the first weights: to be called before they may change. */
  keepInitial(): void {
    this.#table.keepInitial();
  }

  #freeName(name: string): string {
    let free = name;
    for (let i = 2; this.#entries.has(free); i++) free = `${name}_${i}`;
    return free;
  }
}

function numbersOf(value: TfTensor): Float32Array {
  return Float32Array.from(value.dataSync() as ArrayLike<number>);
}
