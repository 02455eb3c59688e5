import type { BenchContext } from "../bench-context.js";
import type { ActiveMemory } from "../children/active-memory.js";
import { interleave, roundRatios, seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { runChild } from "../run-child.js";
import { median, showSamples } from "../statistics.js";
import { type PythonArray, withPython } from "../with-python.js";
import { type Job, jobs } from "./jobs.js";

/** Each job as a measurement: seconds against its limit, in turns with numpy where that is installed, and the memory it adds. */
export const activeMeasurements: readonly Measurement[] = jobs.map((job) => ({
  name: job.name,
  about: job.what,
  run: (context) => measure(job, context),
}));

async function measure(job: Job, context: BenchContext): Promise<readonly Row[]> {
  const items = context.quick ? Math.ceil(job.items / 20) : job.items;
  const memory = await runChild<ActiveMemory>("active-memory", { name: job.name, items });
  const addedMiB = memory.peakMiB - memory.loadedMiB;
  const inputs = job.inputs(items);
  const ours = () => seconds(async () => job.work(inputs));
  const show = { unit: "s", decimals: 2 };
  const rounds = { rounds: context.rounds, onRound: (round: number) => context.progress(`${job.what}: round ${round}`) };
  const row = { what: job.what, target: `< ${job.limitSeconds} s`, notes: ["+ MiB: the most that the work adds to the inputs."] };
  const shown = (samples: readonly number[]) => `${showSamples(samples, show)}, +${addedMiB.toFixed(0)} MiB`;
  return withPython(context, "numpy", async (python) => {
    if (!python) {
      const oursSeconds = (await interleave({ ours }, rounds)).ours;
      const met = median(oursSeconds) < job.limitSeconds;
      return [{ ...row, ours: shown(oursSeconds), comparedWith: "numpy not measured", met, samples: { oursSeconds, addedMiB } }];
    }
    const arrays: PythonArray[] = [];
    for (const { shape, data } of inputs) arrays.push(await python.array(data, shape));
    const theirs = () => python.call({ ...job.numpy, arrays });
    const times = await interleave({ ours, theirs }, rounds);
    return [
      {
        ...row,
        ours: shown(times.ours),
        comparedWith: `numpy ${python.version}: ${showSamples(times.theirs, show)}`,
        ratio: median(roundRatios(times.theirs, times.ours)),
        met: median(times.ours) < job.limitSeconds,
        samples: { oursSeconds: times.ours, numpySeconds: times.theirs, addedMiB },
      },
    ];
  });
}
