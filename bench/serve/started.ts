import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of a benchmark that goes on until it is stopped. */
export interface Started {
  readonly pid: number;
  /** The first line of its output: it is ready. */
  readonly firstLine: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a file below the project's folder as a Node process, and waits for its first line. */
export async function start(file: string, args: readonly string[]): Promise<Started> {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  // The parent's execArgv loads TypeScript.
  const child = spawn(process.execPath, [...process.execArgv, path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let output = "";
  child.stdout.setEncoding("utf8");
  while (!output.includes("\n")) {
    const data = once(child.stdout, "data").then(([text]) => text as string);
    const text = await Promise.race([data, ended.then(() => undefined)]);
    if (text === undefined) throw new Error(`${file} ended before it was ready; see its messages above.`);
    output += text;
  }
  child.stdout.resume();
  return {
    pid: child.pid!,
    firstLine: output.slice(0, output.indexOf("\n")),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      await ended;
    },
  };
}
