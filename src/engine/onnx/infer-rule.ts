import { BaalError } from "../../core/errors.js";
import type { GraphNode, ShapeValue, ValueType } from "./graph.js";
import type { Dim, Shape } from "./tensor.js";

/** A node as a rule of inference sees it. */
export interface Inference {
  readonly node: GraphNode;
  /** Types of the inputs; `undefined` where the input is omitted or was never inferred. */
  readonly inputs: readonly (ValueType | undefined)[];
  /** The elements of a small integer input, as far as known. */
  readonly value: (input: number) => ShapeValue | undefined;
  /** A symbol for a dimension that is not known. */
  readonly fresh: () => Dim;
}

/** The types of a node's outputs; `undefined` where nothing is known. */
export type Outputs = readonly (ValueType | undefined)[];

/** From a node and the types of its inputs to those of its outputs. Throws `E_SHAPE` when the inputs cannot be what the operator needs. */
export type InferenceRule = (inference: Inference) => Outputs;

/** Rules by operator, keyed by op type (other domains: "domain:OpType"). */
export type InferenceRules = Readonly<Record<string, InferenceRule>>;

/** One rule for several operators. */
export function table(rule: InferenceRule, names: readonly string[]): InferenceRules {
  return Object.fromEntries(names.map((name) => [name, rule]));
}

/** The broadcast shape of a node's inputs. Throws `E_SHAPE` where there is none. */
export function agreed(node: GraphNode, shape: Shape | "mismatch", inputs: readonly (ValueType | undefined)[]): Shape {
  if (shape !== "mismatch") return shape;
  const came = inputs.map((input) => `[${input?.shape?.join(", ") ?? "unknown"}]`).join(" and ");
  throw new BaalError("E_SHAPE", `Node "${node.name}" (${node.opType}) needs shapes that broadcast; ${came} came.`);
}

/** The type without its shape. */
export function unshaped(type: ValueType): ValueType {
  return { dtype: type.dtype, shape: undefined };
}

/** An axis counted from the front. */
export function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The elements as numbers when all are. */
export function known(value: ShapeValue | undefined): readonly number[] | undefined {
  return value?.elements.every((element) => typeof element === "number") ? (value.elements as readonly number[]) : undefined;
}
