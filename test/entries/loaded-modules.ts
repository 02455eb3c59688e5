import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface Loaded {
  /** Paths of the JavaScript and TypeScript files, by `import` or `require`, whole or in part. */
  readonly files: readonly string[];
  /** Names of the packages that these are of. */
  readonly packages: readonly string[];
  /** Paths of native modules. */
  readonly natives: readonly string[];
}

/** Lists the shared objects of Node's own report: what `process.dlopen` has loaded is among them. */
const PROGRAM = (specifier: string, then: string) => `
  const door = await import(${JSON.stringify(specifier)});
  ${then}
  process.report.excludeNetwork = true;
  console.log(JSON.stringify(process.report.getReport().sharedObjects.filter((path) => path.endsWith(".node"))));`;

/**
 * What a process of its own has loaded once it has imported a module, and run the statements of `then`, to which it is `door`. V8 itself lists the
 * files, for its coverage: whatever the way that they were loaded by. `specifier` is a URL of a source, or anything that `cwd` resolves.
 */
export async function loadedBy(specifier: string, { then = "", cwd = process.cwd() } = {}): Promise<Loaded> {
  const folder = await mkdtemp(join(tmpdir(), "baal-loaded-"));
  try {
    const runner = specifier.endsWith(".ts") ? ["--import", "tsx"] : [];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...runner, "--input-type=module", "--eval", PROGRAM(specifier, then)],
      { cwd, env: { ...process.env, NODE_V8_COVERAGE: folder } },
    );
    const natives = JSON.parse(stdout.trim().split("\n").at(-1)!) as string[];
    const files = new Set<string>();
    for (const name of await readdir(folder)) {
      const { result } = JSON.parse(await readFile(join(folder, name), "utf8")) as { result: readonly { url: string }[] };
      for (const { url } of result) if (url.startsWith("file:")) files.add(fileURLToPath(new URL(url.split("?")[0]!)));
    }
    const packages = new Set([...files].flatMap((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
    return { files: [...files], packages: [...packages], natives };
  } finally {
    await rm(folder, { recursive: true });
  }
}
