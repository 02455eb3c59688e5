import { readFileSync, writeFileSync } from "node:fs";

/*
 * Loaded into a server (`--import`): how long its main thread computes between two turns of the event loop. By the thread's own CPU time, which the
 * machine's other work leaves alone; written to `<BAAL_LOOP_PROBE>.<pid>` as JSON, the longest turns in milliseconds. Linux alone has it.
 */
const target = process.env["BAAL_LOOP_PROBE"];
const cpuMs = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
const KEPT = 50;

if (target !== undefined) {
  let longest = [];
  let turns = 0;
  let before = cpuMs();
  setInterval(() => {
    const now = cpuMs();
    turns++;
    longest = [...longest, now - before].sort((a, b) => b - a).slice(0, KEPT);
    before = now;
  }, 2).unref();
  setInterval(() => writeFileSync(`${target}.${process.pid}`, JSON.stringify({ turns, longest })), 1000).unref();
}
