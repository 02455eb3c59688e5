import { unwatchFile, watchFile } from "node:fs";
import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import { BaalError, errorMessage } from "../core/errors.js";

/** Where a certificate and its private key are, as PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Between two looks whether the files have changed: certificates are renewed every few weeks, while the server runs. */
const LOOK_MS = 60_000;

/**
 * An HTTPS server of the files, which are used anew once they change; new ones that do not fit leave the old ones in use, with a warning.
 * `stop` ends the looking. Throws `E_ARGUMENT` for files that cannot be read or do not belong together.
 */
export async function tlsServer(
  handler: RequestListener,
  files: TlsFiles,
  { lookMs = LOOK_MS }: { readonly lookMs?: number | undefined } = {},
): Promise<{ readonly server: Server; readonly stop: () => void }> {
  const server = await made(files, async () => createServer(await contents(files), handler));
  const renew = () => {
    made(files, async () => server.setSecureContext(await contents(files))).catch((error: unknown) => {
      process.emitWarning(`${errorMessage(error)} The one before stays in use.`, "BaalWarning");
    });
  };
  for (const file of [files.cert, files.key]) watchFile(file, { interval: lookMs, persistent: false }, renew);
  return {
    server,
    stop() {
      for (const file of [files.cert, files.key]) unwatchFile(file, renew);
    },
  };
}

async function contents({ cert, key }: TlsFiles): Promise<{ readonly cert: Buffer; readonly key: Buffer }> {
  return { cert: await readFile(cert), key: await readFile(key) };
}

async function made<T>({ cert, key }: TlsFiles, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    const message = `HTTPS needs a certificate and the key that belongs to it, as PEM files without a password; ${cert} and ${key} cannot be used: ${errorMessage(cause)}.`;
    throw new BaalError("E_ARGUMENT", message, { cause });
  }
}
