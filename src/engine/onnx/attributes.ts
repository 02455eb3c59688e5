import { BaalError } from "../../core/errors.js";
import type { Attribute, Graph, GraphNode } from "./graph.js";
import type { Tensor } from "./tensor.js";

/** Values of a node's attributes, with the default that the operator's specification gives where one is absent. */

export function intAttribute(node: GraphNode, name: string, absent: number): number;
export function intAttribute(node: GraphNode, name: string): number | undefined;
export function intAttribute(node: GraphNode, name: string, absent?: number): number | undefined {
  return read(node, name, "int") ?? absent;
}

export function floatAttribute(node: GraphNode, name: string, absent: number): number;
export function floatAttribute(node: GraphNode, name: string): number | undefined;
export function floatAttribute(node: GraphNode, name: string, absent?: number): number | undefined {
  return read(node, name, "float") ?? absent;
}

export function intsAttribute(node: GraphNode, name: string): readonly number[] | undefined {
  return read(node, name, "ints");
}

export function stringAttribute(node: GraphNode, name: string, absent: string): string {
  return read(node, name, "string") ?? absent;
}

export function tensorAttribute(node: GraphNode, name: string): Tensor | undefined {
  return read(node, name, "tensor");
}

export function graphAttribute(node: GraphNode, name: string): Graph | undefined {
  return read(node, name, "graph");
}

type ValueOf<K extends Attribute["kind"]> = Extract<Attribute, { readonly kind: K }>["value"] | undefined;

function read<K extends Attribute["kind"]>(node: GraphNode, name: string, kind: K): ValueOf<K> {
  const attribute = node.attributes[name];
  if (attribute === undefined) return undefined;
  if (attribute.kind !== kind) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `Attribute "${name}" of node "${node.name}" (${node.opType}) should be of kind ${kind}, it is of kind ${attribute.kind}.`,
    );
  }
  return attribute.value as ValueOf<K>;
}
