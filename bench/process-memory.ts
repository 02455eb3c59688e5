import { readFileSync, writeFileSync } from "node:fs";

const MIB = 2 ** 20;

/** Memory of this process in the machine's RAM, in MiB: what it has now. */
export function residentMiB(): number {
  return process.memoryUsage.rss() / MIB;
}

/** The most it ever had, in MiB: `VmHWM` of Linux's /proc, elsewhere what the system counts. */
export function peakResidentMiB(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS / 1024;
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line![1]) / 1024;
}

/** Makes {@link peakResidentMiB} count from now on; Linux only, elsewhere the peak stays that of the whole process. */
export function resetPeakResident(): void {
  if (process.platform === "linux") writeFileSync("/proc/self/clear_refs", "5");
}
