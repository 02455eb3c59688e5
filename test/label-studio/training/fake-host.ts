import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalError } from "../../../src/core/errors.js";
import { predictions } from "../../../src/core/predictions.js";
import type { TrainRequest } from "../../../src/host/host-calls.js";
import type { StartHost, TrainingHost } from "../../../src/label-studio/training/training-host.js";

export interface FakeHosts {
  readonly start: StartHost;
  /** Every host that was started. */
  readonly started: FakeHost[];
}

interface FakeHost extends TrainingHost {
  readonly folder: string;
  readonly labels: readonly string[];
  readonly requests: TrainRequest[];
  readonly isRunning: boolean;
  /** As when the system kills the process. */
  die(): void;
}

type Step = "start" | "train" | "trained" | "predict" | "save" | "saved";

export interface FakeHostsOptions {
  /** Called as the hosts work; what it throws fails the call. */
  readonly at?: (step: Step, host: FakeHost) => unknown;
  /** The label that a text gets in a folder; by default the first one that occurs in it. */
  readonly answer?: (text: string, folder: string) => string | undefined;
}

/** Models that do not learn: a text's label is the one that occurs in it. As with real ones, a call starts a new process for a dead one. */
export function fakeHosts({ at = () => {}, answer }: FakeHostsOptions = {}): FakeHosts {
  const started: FakeHost[] = [];
  let processes = 0;
  const start: StartHost = async (folder, { labels = ["A", "B"] }) => {
    let pid: number | undefined;
    let fail: (error: unknown) => void = () => {};
    const call = async <T>(step: Step, result: () => T): Promise<T> => {
      pid ??= ++processes;
      const died = new Promise<never>((_, reject) => {
        fail = reject;
      });
      await Promise.race([died, Promise.resolve(at(step, host))]);
      return result();
    };
    const host: FakeHost = {
      folder,
      labels,
      requests: [],
      get isRunning() {
        return pid !== undefined;
      },
      get pid() {
        return pid;
      },
      die() {
        pid = undefined;
        fail(new BaalError("E_MODEL_HOST", "The process that runs the model was ended by SIGKILL"));
      },
      async train(request, options) {
        host.requests.push(request);
        const event = { type: "train", step: 1, totalSteps: 2, epoch: 0, loss: 0.7, gradientNorm: 1, learningRate: 0 } as const;
        options?.onProgress?.(event);
        const summary = await call("train", () => ({ globalStep: 2, trainingLoss: 0.5, task: "single" as const }));
        await at("trained", host);
        return summary;
      },
      predict: (inputs, { iterations = 1 } = {}) =>
        call("predict", () => {
          const logits = (inputs as readonly string[]).flatMap((text) => {
            const label = answer ? answer(text, folder) : labels.find((name) => text.includes(name));
            return labels.flatMap((name) => Array<number>(iterations).fill(name === label ? 4 : -4));
          });
          return predictions("logits", [inputs.length, labels.length, iterations], new Float32Array(logits));
        }),
      async save(target) {
        await call("save", () => writeFile(join(target, "config.json"), "{}"));
        await at("saved", host);
      },
      async stop() {
        host.die();
      },
    };
    started.push(host);
    await call("start", () => undefined);
    return host;
  };
  return { start, started };
}
