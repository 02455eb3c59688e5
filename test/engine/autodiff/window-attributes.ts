import { int, ints, string } from "../../../src/engine/onnx/builder.js";
import type { Attribute } from "../../../src/engine/onnx/graph.js";

/** Attributes of convolutions and pooling, which are all integers, lists of them, or words. */
export type Settings = Readonly<Record<string, number | readonly number[] | string>>;

export function attributes(settings: Settings): Record<string, Attribute> {
  const entries = Object.entries(settings).map(([name, value]): [string, Attribute] => {
    if (typeof value === "string") return [name, string(value)];
    return [name, typeof value === "number" ? int(value) : ints(value)];
  });
  return Object.fromEntries(entries);
}
