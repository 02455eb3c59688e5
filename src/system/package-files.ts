import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The package's folder: two up from this file, in the sources and in what is built of them. */
const root = new URL("../../", import.meta.url);

/** Path of a file that comes with the package: `datasets/intents/intents.jsonl`. */
export function packageFile(name: string): string {
  return fileURLToPath(new URL(name, root));
}

/** Fields of the package's own package.json. */
export interface PackageManifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

let manifest: PackageManifest | undefined;

/** The package's own package.json, read once. */
export function packageManifest(): PackageManifest {
  manifest ??= JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as PackageManifest;
  return manifest;
}
