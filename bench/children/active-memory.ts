import { jobs } from "../active/jobs.js";
import { peakResidentMiB, resetPeakResident, residentMiB } from "../process-memory.js";

export interface ActiveMemory {
  /** With the inputs made. */
  readonly loadedMiB: number;
  readonly peakMiB: number;
}

const { name, items } = JSON.parse(process.argv[2]!) as { readonly name: string; readonly items: number };
const job = jobs.find((candidate) => candidate.name === name)!;
const inputs = job.inputs(items);
globalThis.gc?.();
const loadedMiB = residentMiB();
resetPeakResident();
await job.work(inputs);
process.stdout.write(JSON.stringify({ loadedMiB, peakMiB: peakResidentMiB() } satisfies ActiveMemory));
