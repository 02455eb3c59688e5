import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Has servers write down how long their main thread computed between two turns of the event loop, which other work of the machine leaves as it is. */
export function loopProbe(path: string) {
  const module = fileURLToPath(new URL("../children/loop-probe.mjs", import.meta.url));
  return {
    environment: { NODE_OPTIONS: `--import ${module}`, BAAL_LOOP_PROBE: path },
    /** The longest turns of a process that has it; none where the system does not tell. */
    async notes(pid: number): Promise<readonly string[]> {
      await sleep(1500);
      try {
        const { turns, longest } = JSON.parse(await readFile(`${path}.${pid}`, "utf8")) as Probe;
        const shown = longest.slice(0, 10).map((ms) => ms.toFixed(0));
        return [`Longest turns of the event loop by its thread's CPU time, of ${turns}: ${shown.join(", ")} ms.`];
      } catch {
        return [];
      }
    },
  };
}

interface Probe {
  readonly turns: number;
  readonly longest: readonly number[];
}
