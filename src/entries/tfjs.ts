export { type LoadTfjsModelOptions, loadTfjsModel } from "../models/tfjs/load-tfjs-model.js";
export { type TfLayersModel, type TfModule, type TfOptimizer, type TfTensor } from "../models/tfjs/tf-types.js";
export { type BatchTensors, type TfjsInput } from "../models/tfjs/tfjs-inputs.js";
export { TfjsModel, type TfjsModelOptions, type TfjsModelSettings } from "../models/tfjs/tfjs-model.js";
