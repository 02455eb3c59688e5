import { BaalError } from "../../../src/core/errors.js";
import type { ModelPlace, RunningModel, StartModel } from "../../../src/label-studio/serving/pooled-model.js";
import { type ManualPredictor, manualPredictor } from "./manual-predictor.js";

export interface FakeModel extends RunningModel {
  readonly place: ModelPlace;
  readonly predictor: ManualPredictor;
  isStopped: boolean;
}

export interface FakeModels {
  readonly start: StartModel;
  /** All that were ever asked for, in order; those that wait for {@link load} too. */
  readonly asked: string[];
  /** Models that are in memory. */
  loaded(): string[];
  /** The newest model of a key. */
  model(key: string): FakeModel;
  /** Ends the loading of the oldest model that waits. */
  load(failure?: unknown): void;
}

export const died = () => new BaalError("E_MODEL_HOST", "The process that runs the model was ended by SIGKILL.");

/** Models load at once, or, `manually`, when the test says so. */
export function fakeModels({ manually = false, labels = ["a", "b"] as readonly string[] } = {}): FakeModels {
  const asked: string[] = [];
  const models: FakeModel[] = [];
  const waiting: ((failure?: unknown) => void)[] = [];
  const make = (place: ModelPlace) => {
    const model: FakeModel = {
      place,
      predictor: manualPredictor(place.labels ?? labels),
      isStopped: false,
      async stop() {
        model.isStopped = true;
      },
    };
    models.push(model);
    return model;
  };
  return {
    asked,
    start(place, { signal } = {}) {
      asked.push(place.key);
      if (!manually) return Promise.resolve(make(place));
      return new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new BaalError("E_ABORTED", "The loading was cancelled.")));
        waiting.push((failure) => (failure === undefined ? resolve(make(place)) : reject(failure)));
      });
    },
    loaded: () => models.filter(({ isStopped }) => !isStopped).map(({ place }) => place.key),
    model: (key) => models.findLast(({ place }) => place.key === key)!,
    load: (failure) => waiting.shift()!(failure),
  };
}
