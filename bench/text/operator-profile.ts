import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import { AdamW } from "../../src/engine/optimizers/adamw.js";
import { onnxRuntime } from "../../src/engine/runtime/onnx-runtime.js";
import { releaseIdleSessions } from "../../src/engine/runtime/session.js";
import type { BenchContext } from "../bench-context.js";
import { interleave, seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { median } from "../statistics.js";
import { createBaseModel, fixedLengthDataset } from "./base-model.js";

const [ROWS, LENGTH, STEPS] = [32, 16, 6];
/** Operators below this share of the step are one row. */
const SMALL = 0.01;

/** An event of ONNX Runtime's profile. */
interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  /** Microseconds. */
  readonly dur?: number;
  readonly args?: { readonly op_name?: string };
}

/** Where the time of a training step goes: each kind of operator, and what is outside of ONNX Runtime. */
export const operatorProfile: Measurement = {
  name: "profile",
  about: `the operators of a training step of ${ROWS}x${LENGTH} tokens, and what is outside of the graph (also --profile)`,
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "baal-profile-"));
    try {
      const { perStep, optimizer } = await profiled(context, folder);
      const times = await operatorTimes(folder);
      const steps = STEPS + 1; // the first, which counts for nothing else, is in the profile too
      const inGraph = [...times.values()].reduce((sum, { milliseconds }) => sum + milliseconds, 0) / steps;
      const rows: Row[] = [];
      const row = (what: string, milliseconds: number, notes: string): void => {
        const share = milliseconds / perStep;
        rows.push({
          ...{ what, ours: `${milliseconds.toFixed(1)} ms`, comparedWith: notes, ratio: share, target: "-" },
          samples: { milliseconds, share },
        });
      };
      row("a whole step", perStep, "ratio: share of the step");
      let rest = 0;
      const sorted = [...times].sort(([, a], [, b]) => b.milliseconds - a.milliseconds);
      for (const [operator, { milliseconds, calls }] of sorted) {
        if (milliseconds / steps < SMALL * perStep) rest += milliseconds / steps;
        else row(operator, milliseconds / steps, `${Math.round(calls / steps)} nodes`);
      }
      row("other operators", rest, "");
      row("the optimizer", optimizer, "outside of the graph");
      row("masks, feeds, copies, clipping", perStep - inGraph - optimizer, "outside of the graph");
      return rows;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Takes steps whose sessions write profiles into a folder. */
async function profiled(
  context: BenchContext,
  folder: string,
): Promise<{ readonly perStep: number; readonly optimizer: number }> {
  const { InferenceSession: sessions } = onnxRuntime();
  const create = sessions.create.bind(sessions) as (bytes: Uint8Array, options: object) => Promise<InferenceSession>;
  const started: InferenceSession[] = [];
  const profiling = async (bytes: Uint8Array, options: object) => {
    const session = await create(bytes, {
      ...{ ...options, enableProfiling: true, profileFilePrefix: join(folder, `session-${started.length}`) },
    });
    started.push(session);
    return session;
  };
  // No other session than those of these steps is to be profiled, also not one that is ready.
  await releaseIdleSessions();
  Object.assign(sessions, { create: profiling });
  try {
    await using model = createBaseModel(await context.baseTokenizer(), context.threads);
    const inner = new AdamW({ weightDecay: 0.01 });
    const optimizer: number[] = [];
    const learner = await model.createLearner({
      ...{ loss: { name: "crossEntropy" }, maxGradNorm: 1, seed: 0 },
      optimizer: {
        step(updates, options) {
          const begin = performance.now();
          inner.step(updates, options);
          optimizer.push(performance.now() - begin);
        },
        stateDict: () => inner.stateDict(),
        loadStateDict: (state) => inner.loadStateDict(state),
      },
    });
    const dataset = fixedLengthDataset(ROWS, LENGTH);
    const examples = Array.from({ length: ROWS }, (_, i) => dataset.at(i));
    let step = 0;
    const ours = () => seconds(() => learner.step([examples], { step: step++, learningRate: 1e-5 }));
    const times = await interleave({ ours }, { rounds: STEPS, onRound: (round) => context.progress(`profile: step ${round}`) });
    for (const session of started) session.endProfiling();
    await learner.release?.();
    return { perStep: 1000 * median(times.ours), optimizer: median(optimizer) };
  } finally {
    Object.assign(sessions, { create });
    await releaseIdleSessions();
  }
}

async function operatorTimes(folder: string): Promise<Map<string, { milliseconds: number; calls: number }>> {
  const times = new Map<string, { milliseconds: number; calls: number }>();
  for (const file of await readdir(folder)) {
    const events = JSON.parse(await readFile(join(folder, file), "utf8")) as readonly ProfileEvent[];
    for (const { cat, name, dur = 0, args } of events) {
      if (cat !== "Node" || !name?.endsWith("_kernel_time")) continue;
      const operator = args?.op_name ?? "unknown";
      const known = times.get(operator) ?? { milliseconds: 0, calls: 0 };
      known.milliseconds += dur / 1000;
      known.calls++;
      times.set(operator, known);
    }
  }
  return times;
}
