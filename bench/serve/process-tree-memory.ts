import { readFileSync } from "node:fs";

/** Memory in the machine's RAM of a process and of those that it started, in MiB: the server and its models. Linux only. */
export function processTreeMiB(pid: number): number {
  const own = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return children.reduce((sum, child) => sum + processTreeMiB(child), Number(own![1]) / 1024);
}
