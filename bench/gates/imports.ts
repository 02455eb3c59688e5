import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { builtCli } from "../../test/label-studio/backend/built-cli.js";
import { interleave } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { median } from "../statistics.js";
import { gateRow } from "./gate.js";

/** CPU milliseconds, above those of an empty Node process, that the doors may take. Those that are not named are measured and may take what they do. */
const LIMITS_MS: Readonly<Record<string, number>> = { index: 400, heuristics: 60, strategies: 60, metrics: 60, calibration: 60 };

const HELP_LIMIT_MS = 250;

/** Prints, last of all, the CPU time of the whole process: of Node's own start, and of threads, too. */
const AT_EXIT =
  "data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process._rawDebug((user+system)/1000)})";

/** What users wait for before anything happens, on the package as it is built. */
export const imports: Measurement = {
  name: "imports",
  about: "CPU time of importing each door and of `baal --help`, above that of an empty Node process",
  async run(context) {
    const built = builtCli();
    try {
      const dist = dirname(dirname(built.main));
      const entries = readdirSync(join(dist, "entries")).filter((file) => file.endsWith(".js"));
      const files = [join(dist, "index.js"), ...entries.map((file) => join(dist, "entries", file))];
      const doors = files.map((file) => ({
        name: basename(file, ".js"),
        args: ["--input-type=module", "-e", `await import(${JSON.stringify(pathToFileURL(file).href)})`],
      }));
      const runs = [{ name: "empty", args: ["-e", "0"] }, ...doors, { name: "help", args: [built.main, "--help"] }];
      const contestants = Object.fromEntries(runs.map(({ name, args }) => [name, () => cpuMilliseconds(args)]));
      const times = await interleave(contestants, {
        rounds: context.quick ? 1 : 9,
        onRound: (round) => context.progress(`imports: round ${round}`),
      });
      const empty = median(times["empty"]!);
      const above = (name: string) => times[name]!.map((time) => time - empty);
      const rows = doors.map(({ name }): Row => {
        const what = `CPU time of import "baaljs${name === "index" ? "" : `/${name}`}"`;
        const limit = LIMITS_MS[name];
        const samples = above(name);
        if (limit !== undefined) return gateRow({ what, unit: "ms", limit, samples });
        return {
          what,
          ours: `${median(samples).toFixed(0)} ms`,
          comparedWith: "-",
          target: "-",
          samples: { milliseconds: samples },
        };
      });
      const help = gateRow({ what: "CPU time of baal --help", unit: "ms", limit: HELP_LIMIT_MS, samples: above("help") });
      return [...rows, help];
    } finally {
      built.remove();
    }
  },
};

async function cpuMilliseconds(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ["--import", AT_EXIT, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  const time = Number(output.trim().split("\n").at(-1));
  if (code !== 0 || !Number.isFinite(time)) throw new Error(`node ${args.join(" ")} ended with ${code}: ${output}`);
  return time;
}
