import { answerCalls } from "../../system/worker-process.js";
import { readModelParameters } from "../contract/model-parameters.js";
import { modelImageProcessor } from "../images/model-image-processor.js";
import { writeVersion } from "../state/model-folders.js";
import { joinStore } from "../state/store.js";
import { retrainJob } from "./retrain.js";
import type { TrainingCalls } from "./train-in-process.js";
import { startTrainingHost } from "./training-host.js";
import type { TrainingProgress } from "./training-queue.js";

/** The child's side of `trainInProcess`: this file is started as a process, which ends after one training. */

answerCalls<TrainingCalls, TrainingProgress>({
  async train({ options, projectId, cause, unlabelled }, { signal, tell }) {
    const { folder, images, outOfScopeChoice, ...rest } = options;
    const store = joinStore(folder);
    const job = retrainJob({
      ...{ ...rest, store },
      writeVersion: (about, fill) => writeVersion(store, about, fill),
      images: rest.kind === "image" ? { ...images, processor: await modelImageProcessor(rest.baseModel) } : undefined,
      unlabelled: async () => unlabelled,
      outOfScopeChoice: (id) =>
        readModelParameters(store.parametersOf(id), { source: "the project's stored parameters", allowsOthers: true })
          .outOfScopeChoice ?? outOfScopeChoice,
      // It stands as far behind as this process does.
      startHost: (model, how) => startTrainingHost(model, { ...how, nice: 0 }),
    });
    return job(projectId, cause, { signal, onProgress: tell });
  },
});
