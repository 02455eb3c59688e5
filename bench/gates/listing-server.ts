import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A Label Studio of one project, in a process of its own: what it writes takes time that is not the measured server's. */
export async function listingServer(options: { readonly count: number; readonly created: number }) {
  const file = fileURLToPath(new URL("../children/listing-server.ts", import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, file, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const url = `http://127.0.0.1:${port.trim()}`;
  return {
    url,
    /** How far it was asked. */
    async note(): Promise<string> {
      const { listed } = (await (await fetch(`${url}/listed`)).json()) as { readonly listed: number };
      return `Meanwhile ${(100 * listed).toLocaleString("en")} tasks were listed.`;
    },
    close: () => void child.kill(),
  };
}
