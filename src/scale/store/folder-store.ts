import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { BaalError } from "../../core/errors.js";
import { syncPath, unlessMissing } from "../../system/files.js";
import type { RunStore, StoredObject } from "./run-store.js";

/** A store in a folder, which may be shared over the network. Throws `E_STORE` where the machine does not let it be used. */
export function folderStore(address: string): RunStore {
  const root = resolve(address);
  const pathOf = (key: string) => join(root, ...key.split("/"));
  return {
    // For those who work in another folder.
    address: root,
    read: (key) => explained(root, () => readFile(pathOf(key)).catch(unlessMissing)),
    writeOnce: (key, content) =>
      explained(root, async () => {
        const target = pathOf(key);
        if (await stat(target).catch(unlessMissing)) return false;
        await mkdir(dirname(target), { recursive: true });
        // Hidden, so that nobody lists it, and of this call alone.
        const temporary = join(dirname(target), `.${randomUUID()}.tmp`);
        try {
          const file = await open(temporary, "wx");
          try {
            await file.writeFile(content);
            await file.sync();
          } finally {
            await file.close();
          }
          // The first link to a name is made, a second one refused, by whichever machine.
          const isFirst = await link(temporary, target).then(
            () => true,
            (error: NodeJS.ErrnoException) => {
              if (error.code === "EEXIST") return false;
              throw error;
            },
          );
          await syncPath(dirname(target));
          return isFirst;
        } finally {
          await rm(temporary, { force: true });
        }
      }),
    remove: (key) => explained(root, () => rm(pathOf(key), { force: true })),
    list: (prefix) =>
      explained(root, async () => {
        const folder = pathOf(prefix);
        const names = (await readdir(folder).catch(unlessMissing)) ?? [];
        const found: StoredObject[] = [];
        for (const name of names.sort()) {
          if (name.startsWith(".")) continue;
          const known = await stat(join(folder, name)).catch(unlessMissing);
          if (known?.isFile()) found.push({ key: `${prefix}${name}`, bytes: known.size, modified: known.mtimeMs });
        }
        return found;
      }),
  };
}

async function explained<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const advice =
      code === "ENOSPC"
        ? "the disk is full: make room, and the same command goes on"
        : code === "EACCES" || code === "EROFS" || code === "EPERM"
          ? "the folder must be writable, and hard links allowed, for everybody who scores"
          : "look at the folder, then give the same command again";
    throw new BaalError("E_STORE", `The store ${root} cannot be used (${message}): ${advice}.`, { cause: error });
  }
}
