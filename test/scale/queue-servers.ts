import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** A server that a queue lives on, which can be killed and begun again with what it has on the disk. */
export interface QueueServer {
  readonly address: string;
  kill(): Promise<void>;
  begin(): Promise<void>;
}

const postgresBin = (existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [])
  .map((version) => `/usr/lib/postgresql/${version}/bin`)
  .findLast((folder) => existsSync(join(folder, "postgres")));

function isInstalled(command: string): boolean {
  try {
    execFileSync("which", [command], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** The servers that this machine has, and how each is begun in a folder. */
export const queueServers: readonly {
  readonly name: string;
  readonly isThere: boolean;
  readonly open: (folder: string) => Promise<QueueServer>;
}[] = [
  { name: "Redis", isThere: isInstalled("redis-server"), open: openRedis },
  { name: "PostgreSQL", isThere: postgresBin !== undefined, open: openPostgres },
];

async function openRedis(folder: string): Promise<QueueServer> {
  const port = await freePort();
  const args = ["--port", String(port), "--dir", folder, "--appendonly", "yes", "--save", "", "--bind", "127.0.0.1"];
  return server(`redis://127.0.0.1:${port}`, port, () => spawn("redis-server", args, { stdio: "ignore" }));
}

async function openPostgres(folder: string): Promise<QueueServer> {
  const port = await freePort();
  const data = join(folder, "postgres");
  mkdirSync(data);
  // PostgreSQL refuses to be run by root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync("chown", ["-R", "postgres", folder]);
  if (isRoot) execFileSync("chmod", ["755", folder]);
  const as = (command: string, args: readonly string[]): readonly [string, string[]] =>
    isRoot ? ["setpriv", ["--reuid", "postgres", "--clear-groups", command, ...args]] : [command, [...args]];
  execFileSync(...as(join(postgresBin!, "initdb"), ["-D", data, "-U", "baal", "-A", "trust"]), { stdio: "ignore" });
  const args = ["-D", data, "-p", String(port), "-c", `unix_socket_directories=${data}`, "-c", "listen_addresses=127.0.0.1"];
  const opened = await server(`postgres://baal@127.0.0.1:${port}/postgres`, port, () =>
    spawn(...as(join(postgresBin!, "postgres"), args), { stdio: "ignore" }),
  );
  return opened;
}

async function server(address: string, port: number, start: () => ReturnType<typeof spawn>): Promise<QueueServer> {
  let child: ReturnType<typeof spawn> | undefined;
  const opened: QueueServer = {
    address,
    async kill() {
      const ended = new Promise((resolve) => child?.once("exit", resolve));
      child?.kill("SIGKILL");
      if (child) await ended;
      child = undefined;
      while (await answers(port)) await setTimeout(50);
    },
    async begin() {
      child = start();
      while (!(await answers(port))) await setTimeout(50);
      // PostgreSQL listens a moment before it takes queries.
      await setTimeout(300);
    },
  };
  await opened.begin();
  return opened;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
