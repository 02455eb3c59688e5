import type { BaalError } from "../../core/errors.js";
import type { GraphBuilder } from "./builder.js";
import type { GraphNode, ValueType } from "./graph.js";

/** A node on its way through an upgrade, which changes `node` in place and may emit nodes in front of it through `b`. */
export interface UpgradeContext {
  readonly node: GraphNode;
  readonly opset: number;
  readonly b: GraphBuilder;
  readonly type: (input: number) => ValueType | undefined;
  readonly unsupported: (reason: string) => BaalError;
}

export interface Upgrade {
  /** Applies to graphs of an opset below this one. */
  readonly until: number;
  /** Returns "removed" when the node is not needed any more. */
  readonly apply: (context: UpgradeContext) => "removed" | undefined;
}
