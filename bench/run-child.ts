import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Runs a file of `bench/children` in a Node process of its own and gives what it printed, as JSON. */
export async function runChild<Result>(name: string, argument: unknown): Promise<Result> {
  const file = fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url));
  // The parent's execArgv loads TypeScript; --expose-gc lets the child tell garbage from growth.
  const child = spawn(process.execPath, [...process.execArgv, "--expose-gc", file, JSON.stringify(argument)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`The process that runs bench/children/${name}.ts ended with ${code}; see its messages above.`);
  return JSON.parse(output) as Result;
}
