import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

export const run = promisify(execFile);

const root = resolve(import.meta.dirname, "..", "..");

/** A tool of this repository's development dependencies. */
export const tool = (...path: readonly string[]) => join(root, "node_modules", ...path);

export interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface InstalledPackage {
  /** An empty project with the package in its `node_modules`. */
  readonly project: string;
  /** The packed file. */
  readonly tarball: string;
  readonly location: string;
  readonly manifest: Manifest;
  /** Why npm could not install it, so that its dependencies are links to those of this repository. */
  readonly linkedBecause: string | undefined;
}

/**
 * The package as a user gets it: the commit is cloned, the clone is packed (which builds it), and npm installs the file in an empty project.
 * What is not committed is not in it. Without a registry the dependencies that package.json declares are linked instead.
 */
export async function installPackage(folder: string): Promise<InstalledPackage> {
  const clone = join(folder, "clone");
  await run("git", ["clone", "--quiet", "--depth", "1", pathToFileURL(root).href, clone]);
  // In place of `npm ci`, which takes minutes; what is packed is not in it.
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: clone });
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf("["))) as [{ filename: string }];
  const tarball = join(folder, filename);
  const project = join(folder, "project");
  const location = join(project, "node_modules", "baaljs");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true }\n');
  const linkedBecause = await npmInstall(project, tarball);
  if (linkedBecause !== undefined) {
    mkdirSync(location, { recursive: true });
    await run("tar", ["-xzf", tarball, "-C", location, "--strip-components=1"]);
  }
  const manifest = JSON.parse(readFileSync(join(location, "package.json"), "utf8")) as Manifest;
  if (linkedBecause !== undefined) linkDependencies(project, Object.keys(manifest.dependencies));
  return { project, tarball, location, manifest, linkedBecause };
}

/** Nothing, or why the registry cannot be reached. Throws for any other failure. */
async function npmInstall(project: string, tarball: string): Promise<string | undefined> {
  // The install script of onnxruntime-node would download CUDA libraries from elsewhere.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" };
  try {
    await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", tarball], { cwd: project, env });
    return undefined;
  } catch (error) {
    const unreachable = /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ENOTCACHED/.exec(String(error));
    if (!unreachable) throw error;
    return `the registry cannot be reached (${unreachable[0]})`;
  }
}

/** Only what package.json declares, and what that needs in turn: an undeclared import fails. */
function linkDependencies(project: string, names: readonly string[]): void {
  const pending = [...names];
  const seen = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const source = tool(name);
    if (seen.has(name) || !existsSync(source)) continue;
    seen.add(name);
    mkdirSync(join(project, "node_modules", name, ".."), { recursive: true });
    symlinkSync(source, join(project, "node_modules", name));
    const { dependencies = {} } = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as Partial<Manifest>;
    pending.push(...Object.keys(dependencies));
  }
}
