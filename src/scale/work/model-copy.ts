import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { BaalError } from "../../core/errors.js";
import { modelVersion } from "../../models/checkpoint/model-version.js";
import { writeFolderAtomic } from "../../system/files.js";
import type { RunPlan } from "../plan/run-plan.js";
import type { RunStore } from "../store/run-store.js";
import { requireSameScores } from "./score-shards.js";

const PREFIX = "model/";
/** Names of the files, in a file of its own, which is written last. */
const LIST_KEY = "model.json";

/** Brings a model's files into the store, so that a worker needs nothing but the store. Throws `E_STORE`. */
export async function shipModel(store: RunStore, folder: string): Promise<void> {
  if ((await store.read(LIST_KEY)) !== undefined) return;
  const names: string[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!(await stat(path)).isFile() || basename(name).startsWith(".") || basename(name) === "lock") continue;
    const key = name.split(sep).join("/");
    names.push(key);
    await store.writeOnce(PREFIX + key, await readFile(path));
  }
  await store.writeOnce(LIST_KEY, JSON.stringify(names.sort()));
}

/**
 * The folder of a run's model on this machine: the one that the plan names where it is here, else a copy from the store, kept in `cache` under the name of its contents.
 * Throws `E_CONFLICT` where what is found is another model, `E_STORE` where the store has none.
 */
export async function localModel(plan: RunPlan, store: RunStore, cache: string): Promise<string> {
  const { source, version } = plan.model;
  const here = await modelVersion(source).catch(() => undefined);
  if (here !== undefined && here.slice(-12) === version.slice(-12)) return source;
  const folder = join(cache, version);
  if ((await stat(folder).catch(() => undefined)) === undefined) {
    const list = await store.read(LIST_KEY);
    if (list === undefined)
      throw new BaalError(
        "E_STORE",
        `The store ${store.address} has no model, and ${source} is not here or another one: plan the run again.`,
      );
    const names = JSON.parse(Buffer.from(list).toString("utf8")) as string[];
    await mkdir(cache, { recursive: true });
    await writeFolderAtomic(folder, async (temporary) => {
      for (const name of names) {
        const bytes = await store.read(PREFIX + name);
        if (bytes === undefined)
          throw new BaalError("E_STORE", `The store ${store.address} lacks ${PREFIX}${name}: plan the run again.`);
        const path = join(temporary, ...name.split("/"));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, bytes);
      }
    });
  }
  requireSameScores(plan, await modelVersion(folder));
  return folder;
}
