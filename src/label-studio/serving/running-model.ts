import type { ModelKind } from "../../models/model-kind.js";
import type { Predictor } from "../predictor.js";

/** A model that can be loaded. */
export interface ModelPlace {
  /** Names it: equal keys, equal models. */
  readonly key: string;
  readonly folder: string;
  /** By default what the folder's files say. */
  readonly kind?: ModelKind;
  /** Other labels than the folder's own give a fresh, random head. */
  readonly labels?: readonly string[];
}

/** A model that is in memory. */
export interface RunningModel {
  readonly predictor: Predictor;
  /** Of the process that runs it. */
  readonly pid?: number | undefined;
  stop(): Promise<void>;
}

/** Loads a model. `E_MODEL_HOST` means that its process died, which is tried again; other errors are final. */
export type StartModel = (place: ModelPlace) => Promise<RunningModel>;
