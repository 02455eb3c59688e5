export {
  type LabelStudioClient,
  type LabelStudioClientOptions,
  labelStudioClient,
} from "../label-studio/api/label-studio-client.js";
export { LabelStudioError } from "../label-studio/api/label-studio-error.js";
export type { LabelStudioServerOptions } from "../label-studio/api/label-studio-server.js";
export type { Backend } from "../label-studio/backend/backend.js";
export {
  type BackendLabelStudioOptions,
  type BackendTrainingOptions,
  type OpenBackendOptions,
  openBackend,
} from "../label-studio/backend/open-backend.js";
export type { ImageTaskModelOptions } from "../label-studio/contract/image-task-model.js";
export type { ImagePredictor, Predictor, TextPredictor } from "../label-studio/contract/predictor.js";
export { type BackendAppOptions, createBackendApp } from "../label-studio/http/app.js";
export { createLabelStudioApp, type LabelStudioAppOptions } from "../label-studio/http/fixed-app.js";
