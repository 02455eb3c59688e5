/**
 * Keras models of TensorFlow.js as models of this library.
 *
 * @module baaljs/tfjs
 */

export { type LoadTfjsModelOptions, loadTfjsModel } from "../models/tfjs/load-tfjs-model.js";
export type { TfLayersModel, TfModule, TfOptimizer, TfTensor } from "../models/tfjs/tf-types.js";
export type { BatchTensors, TfjsInput } from "../models/tfjs/tfjs-inputs.js";
export { TfjsModel, type TfjsModelOptions, type TfjsModelSettings } from "../models/tfjs/tfjs-model.js";
