export { AdamW, type AdamWOptions } from "../engine/optimizers/adamw.js";
export { Sgd, type SgdOptions } from "../engine/optimizers/sgd.js";
export { availableDevices, type Device, type DeviceOptions } from "../engine/runtime/session.js";
