export { AdamW, type AdamWOptions } from "../engine/optimizers/adamw.js";
export { Sgd, type SgdOptions } from "../engine/optimizers/sgd.js";
export { availableDevices } from "../engine/runtime/onnx-runtime.js";
