/**
 * An ML backend for Label Studio, and a client of its API.
 *
 * @module baaljs/label-studio
 */

export { LabelStudioError } from "../label-studio/api/http-exchange.js";
export {
  type LabelStudioClient,
  type LabelStudioClientOptions,
  labelStudioClient,
} from "../label-studio/api/label-studio-client.js";
export type { LabelStudioServerOptions } from "../label-studio/api/label-studio-server.js";
export type {
  Backend,
  LearningBackend,
  PredictCall,
  ProjectCalls,
  SetupCall,
  SetupNote,
  WebhookAnswer,
} from "../label-studio/backend/backend.js";
export { type FixedBackendOptions, fixedBackend } from "../label-studio/backend/fixed-backend.js";
export type { JobStatus } from "../label-studio/backend/job-status.js";
export type { ControlLabels } from "../label-studio/backend/label-mapping.js";
export {
  type BackendLabelStudioOptions,
  type OpenBackendOptions,
  openBackend,
} from "../label-studio/backend/open-backend.js";
export type { NextTask, ProjectDetail } from "../label-studio/backend/project-detail.js";
export type {
  ProjectStatus,
  ShownSetting,
  StatusSnapshot,
  StatusSource,
  TrainingStatus,
} from "../label-studio/backend/status.js";
export type { ChoicesControl, ChoicesControls } from "../label-studio/contract/choices-controls.js";
export type { ModelParameters } from "../label-studio/contract/model-parameters.js";
export type { AnsweredTasks } from "../label-studio/contract/predict-tasks.js";
export type { ChoicesRegion, LabelStudioPrediction, PredictionOptions } from "../label-studio/contract/prediction.js";
export type { ImagePredictor, Predictor, PredictorCall, TextPredictor } from "../label-studio/contract/predictor.js";
export type { ScoreName, ScoreOrder } from "../label-studio/contract/score.js";
export {
  type BackendAppOptions,
  createApp,
  createBackendApp,
  createLabelStudioApp,
  type LabelStudioAppOptions,
} from "../label-studio/http/app.js";
export type { AppOptions, BasicAuth, LabelStudioApp } from "../label-studio/http/app-options.js";
export type { ImageTaskModelOptions } from "../label-studio/images/image-task-model.js";
export type { BackendTrainingOptions } from "../label-studio/training/training-options.js";
