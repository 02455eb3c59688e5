import { BaalError } from "../core/errors.js";
import { answerCalls, type CallContext } from "../system/worker-process.js";
import type { TrainerProgress } from "../training/trainer-callback.js";
import type { HostCalls } from "./host-calls.js";
import { type HostedModel, loadHostedModel, type ModelWork } from "./hosted-model.js";

/** The child's side of a ModelHost: this file is started as a process. */

let loaded: HostedModel | undefined;

function model(): HostedModel {
  if (!loaded) throw new BaalError("E_MODEL_HOST", "No model has been loaded in this process yet.");
  return loaded;
}

const work = ({ signal, tell }: CallContext<TrainerProgress>): ModelWork => ({ signal, onProgress: tell });

answerCalls<HostCalls, TrainerProgress>({
  async load(request) {
    loaded = await loadHostedModel(request);
    return loaded.description;
  },
  predict: (request, context) => model().predict(request, work(context)),
  features: (request, { signal }) => model().features(request, signal),
  featureFingerprint: () => model().classifier.featureFingerprint(),
  train: (request, context) => model().train(request, work(context)),
  stateDict: () => model().classifier.stateDict(),
  loadStateDict(state) {
    model().classifier.loadStateDict(state);
    return null;
  },
  async save({ folder }) {
    await model().classifier.save(folder);
    return null;
  },
});
