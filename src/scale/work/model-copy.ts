import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, sep } from "node:path";
import { BaalError } from "../../core/errors.js";
import { modelVersion } from "../../models/checkpoint/model-version.js";
import { writeFolderAtomic } from "../../system/files.js";
import { lockWhenFree } from "../../system/folder-lock.js";
import { modelHash, type RunPlan } from "../plan/run-plan.js";
import type { RunStore } from "../store/run-store.js";
import { requireSameScores } from "./score-shards.js";

/** Of a model by its contents, so that a store that was planned anew has no other's files. */
const filesOf = (version: string) => `model/${modelHash(version)}/`;
/** Names of the files, in a file of its own, which is written last. */
const listOf = (version: string) => `model/${modelHash(version)}.json`;

/** Where models that came out of a store are kept, if nothing else is said. */
function defaultCache(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "baaljs", "runs");
}

/** Brings the plan's model into the store, so that a worker needs nothing but the store. Throws `E_STORE`. */
export async function shipModel({ model: { version } }: RunPlan, store: RunStore, folder: string): Promise<void> {
  if ((await store.read(listOf(version))) !== undefined) return;
  const names: string[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!(await stat(path)).isFile() || basename(name).startsWith(".") || basename(name) === "lock") continue;
    const key = name.split(sep).join("/");
    names.push(key);
    await store.writeOnce(filesOf(version) + key, await readFile(path));
  }
  await store.writeOnce(listOf(version), JSON.stringify(names.sort()));
}

/**
 * The folder of a run's model on this machine: the one that the plan names where it is here, else a copy from the store, kept in `cache` under the name of its contents,
 * and made again where it is damaged. Throws `E_CONFLICT` where the store's is another model, `E_STORE` where it has none, `E_LOCKED` where another process copies it for long.
 */
export async function localModel(plan: RunPlan, store: RunStore, cache: string = defaultCache()): Promise<string> {
  const { source, version } = plan.model;
  const isThere = async (folder: string) => {
    const found = await modelVersion(folder).catch(() => undefined);
    return found !== undefined && modelHash(found) === modelHash(version);
  };
  if (await isThere(source)) return source;
  const folder = join(cache, version);
  if (await isThere(folder)) return folder;
  await mkdir(cache, { recursive: true });
  // Another worker of this machine, which copies it as well, would read what is replaced here.
  const lock = await lockWhenFree(cache, { name: `${version}.lock`, what: "The copy of the model" });
  try {
    if (!(await isThere(folder))) await copyModel(plan, store, folder);
  } finally {
    await lock.release();
  }
  requireSameScores(plan, await modelVersion(folder));
  return folder;
}

async function copyModel({ model: { source, version } }: RunPlan, store: RunStore, folder: string): Promise<void> {
  const list = await store.read(listOf(version));
  if (list === undefined)
    throw new BaalError(
      "E_STORE",
      `The store ${store.address} has no model, and ${source} is not here or another one: plan the run again.`,
    );
  await writeFolderAtomic(folder, async (temporary) => {
    for (const name of JSON.parse(Buffer.from(list).toString("utf8")) as string[]) {
      const bytes = await store.read(filesOf(version) + name);
      if (bytes === undefined)
        throw new BaalError("E_STORE", `The store ${store.address} lacks ${filesOf(version)}${name}: plan the run again.`);
      const path = join(temporary, ...name.split("/"));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
  });
}
