import { ModelHost, type ModelHostOptions } from "../../host/model-host.js";
import { controlFolders } from "../control-folders.js";
import { contentKey } from "./content-key.js";
import { type ControlModel, joinedModels } from "./joined-models.js";
import type { ModelPlace, RunningModel, StartModel } from "./running-model.js";

export interface StartModelHostOptions extends Omit<ModelHostOptions, "kind" | "labels"> {
  /** Most tokens of a text; the rest is cut off. 128 by default. */
  readonly maxSeqLen?: number;
}

/** Behind the server, which answers `/health` while models compute. */
const STAND_BACK = 5;

/** Loads models in processes of their own; a version that has a model per control is one model of them all. */
export function startModelHost(options: StartModelHostOptions = {}): StartModel {
  const startOne = startInProcess(options);
  return async (place) => {
    const controls = await controlFolders(place.folder);
    if (controls === undefined) return startOne(place);
    const started: ControlModel[] = [];
    try {
      for (const { name, folder } of controls) started.push({ name, model: await startOne({ ...place, folder }) });
      return joinedModels(started);
    } catch (error) {
      await Promise.all(started.map(({ model }) => model.stop()));
      throw error;
    }
  };
}

function startInProcess(options: StartModelHostOptions): StartModel {
  const { maxSeqLen = 128, ...rest } = options;
  return async ({ folder, kind, labels }: ModelPlace): Promise<RunningModel> => {
    const host = await ModelHost.start(folder, {
      standBack: STAND_BACK,
      ...rest,
      ...(kind && { kind }),
      ...(labels && { labels }),
    });
    const itemKeys = (texts: readonly string[]) => texts.map((text) => contentKey(text).number);
    return {
      predictor:
        host.kind === "image"
          ? {
              kind: "image",
              labels: host.labels,
              isMultiLabel: host.isMultiLabel,
              processor: host.processor,
              predict: (images, call) => host.predict(images, call),
            }
          : {
              kind: "text",
              labels: host.labels,
              isMultiLabel: host.isMultiLabel,
              predict: (texts, call) => host.predict(texts, { itemKeys: itemKeys(texts), ...call, maxSeqLen }),
            },
      get pid() {
        return host.pid;
      },
      stop: () => host.stop(),
    };
  };
}
