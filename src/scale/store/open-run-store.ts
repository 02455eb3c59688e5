import { BaalError } from "../../core/errors.js";
import { folderStore } from "./folder-store.js";
import type { RunStore } from "./run-store.js";

/** Opens the store of an address. Throws `E_ARGUMENT` for one of another kind, and `E_STORE` where the package for it is missing. */
export async function openRunStore(address: string): Promise<RunStore> {
  if (address.startsWith("s3://")) return (await import("./s3-store.js")).s3Store(address);
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(address) ?? [];
  if (scheme !== undefined)
    throw new BaalError(
      "E_ARGUMENT",
      `${address}: a store is a folder that all machines see, or s3://bucket/prefix; ${scheme} came.`,
    );
  return folderStore(address);
}
