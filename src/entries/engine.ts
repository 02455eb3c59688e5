/**
 * ONNX graphs: read, build, rewrite, differentiate, run and write them. Knows nothing of classifiers.
 *
 * @module baaljs/engine
 */

export {
  differentiableOperators,
  type GradientGraph,
  type GradientsOptions,
  gradients,
} from "../engine/autodiff/gradients.js";
export { attribute, type GraphBuilder, graphBuilder, type OpOptions } from "../engine/onnx/builder.js";
export { type DecodedModel, readModel } from "../engine/onnx/decode.js";
export { type EncodeOptions, encodeModel, writeModel } from "../engine/onnx/encode.js";
export {
  type Attribute,
  cloneGraph,
  consumers,
  createGraph,
  type Graph,
  type GraphNode,
  producers,
  removeDeadNodes,
  replaceUses,
  type ShapeValue,
  sortTopologically,
  subgraph,
  typeOf,
  type ValueType,
} from "../engine/onnx/graph.js";
export { inferTypes } from "../engine/onnx/infer.js";
export { bakeParameters, liftParameters, type Parameter } from "../engine/onnx/parameters.js";
export { editGraph, type GraphEditor } from "../engine/onnx/rewrite/editor.js";
export { optimizeImport } from "../engine/onnx/rewrite/optimize-import.js";
export { simplify } from "../engine/onnx/rewrite/simplify.js";
export {
  boolTensor,
  type Dim,
  type DType,
  floatTensor,
  int64Tensor,
  type NumericArray,
  type Shape,
  type Tensor,
} from "../engine/onnx/tensor.js";
export type { ModuleTensors, NodeOrigin } from "../engine/onnx/torch-origin.js";
export { AdamW, type AdamWOptions } from "../engine/optimizers/adamw.js";
export type { ApplyOptions, GradientArray, GradientTable } from "../engine/optimizers/apply-gradients.js";
export { type LbfgsOptions, type LbfgsResult, minimiseLbfgs, type SmoothFunction } from "../engine/optimizers/lbfgs.js";
export { Sgd, type SgdOptions } from "../engine/optimizers/sgd.js";
export type { NamedArray, NamedArrays, NamedRunOptions } from "../engine/runtime/feeds.js";
export { availableDevices } from "../engine/runtime/onnx-runtime.js";
export {
  createSession,
  type Device,
  type DeviceOptions,
  type Feed,
  type GraphSession,
  releaseIdleSessions,
  sessionCounts,
} from "../engine/runtime/session.js";
export type { SafetensorsHeader, TensorEntry } from "../engine/safetensors/header.js";
export { readSafetensors, readSafetensorsHeader } from "../engine/safetensors/read-safetensors.js";
export { readSafetensorsFolder } from "../engine/safetensors/read-safetensors-folder.js";
export { writeSafetensors } from "../engine/safetensors/write-safetensors.js";
