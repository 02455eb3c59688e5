import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalError } from "../../../src/errors.js";
import type { TrainRequest } from "../../../src/host/protocol.js";
import type { StartHost, TrainingHost } from "../../../src/label-studio/training/training-host.js";
import { predictions } from "../../../src/predictions.js";

export interface FakeHosts {
  readonly start: StartHost;
  /** Every host that was started. */
  readonly started: FakeHost[];
}

interface FakeHost extends TrainingHost {
  readonly folder: string;
  readonly labels: readonly string[];
  readonly requests: TrainRequest[];
  isRunning: boolean;
  /** As when the system kills the process. */
  die(): void;
}

type Step = "start" | "train" | "predict" | "save" | "saved";

export interface FakeHostsOptions {
  /** Called as the hosts work; what it throws fails the call. */
  readonly at?: (step: Step, host: FakeHost) => unknown;
  /** The label that a text gets in a folder; by default the first one that occurs in it. */
  readonly answer?: (text: string, folder: string) => string | undefined;
}

/** Models that do not learn: a text's label is the one that occurs in it. */
export function fakeHosts({ at = () => {}, answer }: FakeHostsOptions = {}): FakeHosts {
  const started: FakeHost[] = [];
  const start: StartHost = async (folder, { labels = ["A", "B"] }) => {
    const own = labels;
    let fail: (error: unknown) => void = () => {};
    const died = new Promise<never>((_, reject) => {
      fail = reject;
    });
    died.catch(() => {});
    const call = async <T>(step: Step, result: () => T): Promise<T> => {
      await Promise.race([died, Promise.resolve(at(step, host))]);
      return result();
    };
    const host: FakeHost = {
      folder,
      labels: own,
      requests: [],
      isRunning: true,
      get pid() {
        return host.isRunning ? started.indexOf(host) + 1 : undefined;
      },
      die() {
        host.isRunning = false;
        fail(new BaalError("E_MODEL_HOST", "The process that runs the model was ended by SIGKILL"));
      },
      train: (request, options) => {
        host.requests.push(request);
        const event = { type: "train", step: 1, totalSteps: 2, epoch: 0, loss: 0.7, gradientNorm: 1, learningRate: 0 } as const;
        options?.onProgress?.(event);
        return call("train", () => ({ globalStep: 2, trainingLoss: 0.5 }));
      },
      predict: (inputs, { iterations = 1 } = {}) =>
        call("predict", () => {
          const logits = (inputs as readonly string[]).flatMap((text) => {
            const label = answer ? answer(text, folder) : own.find((name) => text.includes(name));
            return own.flatMap((name) => Array<number>(iterations).fill(name === label ? 4 : -4));
          });
          return predictions("logits", [inputs.length, own.length, iterations], new Float32Array(logits));
        }),
      save: (target) => call("save", () => writeFile(join(target, "config.json"), "{}")).then(() => void at("saved", host)),
      async stop() {
        host.die();
      },
    };
    started.push(host);
    await at("start", host);
    return host;
  };
  return { start, started };
}
