import type { TfLayer, TfTensor } from "./tf-types.js";

/** Stands in for a layer's own `call`: it gets its (first) input and the call's options. */
export type LayerCall = (input: TfTensor, options: { [name: string]: unknown }) => TfTensor | TfTensor[];

export type CallOverrides = ReadonlyMap<TfLayer, LayerCall>;

/**
 * Runs `work` while some layers do something else, then gives them their own `call` back: outside of it the model is untouched. `work`
 * must not wait for anything.
 */
export function withCalls<T>(overrides: CallOverrides, work: () => T): T {
  const restored: (() => void)[] = [];
  try {
    for (const [layer, call] of overrides) {
      const own = Object.getOwnPropertyDescriptor(layer, "call");
      const value = (inputs: TfTensor | TfTensor[], options: { [name: string]: unknown }) => call(firstOf(inputs), options);
      Object.defineProperty(layer, "call", { value, configurable: true, writable: true });
      restored.push(() => {
        if (own) Object.defineProperty(layer, "call", own);
        else Reflect.deleteProperty(layer, "call");
      });
    }
    return work();
  } finally {
    for (const restore of restored.reverse()) restore();
  }
}

function firstOf(inputs: TfTensor | TfTensor[]): TfTensor {
  return Array.isArray(inputs) ? inputs[0]! : inputs;
}
