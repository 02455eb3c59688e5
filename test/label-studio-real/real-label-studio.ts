import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The account that Label Studio makes at its first start, and its legacy token. */
export const account = {
  email: "team@example.org",
  password: "a-password-for-tests",
  token: "0123456789abcdef0123456789abcdef01234567",
} as const;

export interface RealLabelStudioOptions {
  /** The virtual environment that `.ci/install-label-studio` has made. */
  readonly environment: string;
  /** Database, uploads and log; made if it is not there. */
  readonly folder: string;
}

/** Settings of Label Studio that a start is made with. */
export interface StudioSettings {
  /** Whether it reaches servers at loopback and private addresses; its own default is `false`. */
  readonly reachesPrivateAddresses?: boolean;
  /** What `LABEL_STUDIO_HOST` says: the address that it gives to ML backends. */
  readonly host?: string;
}

/** A Label Studio on a free port of 127.0.0.1, which keeps its port when it is started again. */
export interface RealLabelStudio {
  readonly url: string;
  /** Starts it and resolves when it answers. */
  start(settings?: StudioSettings): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** What keeps it from asking for anything outside the machine. */
const OFFLINE = {
  COLLECT_ANALYTICS: "false",
  LABEL_STUDIO_COLLECT_ANALYTICS: "false",
  LABEL_STUDIO_LATEST_VERSION_CHECK: "false",
  SENTRY_DSN: "",
  LABEL_STUDIO_SENTRY_DSN: "",
  FRONTEND_SENTRY_DSN: "",
  LABEL_STUDIO_FRONTEND_SENTRY_DSN: "",
};

export async function realLabelStudio({ environment, folder }: RealLabelStudioOptions): Promise<RealLabelStudio> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(folder, "label-studio.log");
  let child: ChildProcess | undefined;

  async function ready(started: ChildProcess): Promise<void> {
    for (const until = Date.now() + 240_000; Date.now() < until; await sleep(250)) {
      if (started.exitCode !== null || started.signalCode !== null) break;
      const isUp = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isUp) return;
    }
    throw new Error(`Label Studio did not start: ${(await readFile(log, "utf8")).slice(-2_000)}`);
  }

  return {
    url,
    async start({ reachesPrivateAddresses = true, host = "" } = {}) {
      const output = openSync(log, "a");
      const started = spawn(
        join(environment, "bin", "label-studio"),
        ["start", "--no-browser", "--internal-host", "127.0.0.1", "--port", String(port)],
        {
          stdio: ["ignore", output, output],
          env: {
            ...process.env,
            ...OFFLINE,
            LABEL_STUDIO_BASE_DATA_DIR: folder,
            LABEL_STUDIO_USERNAME: account.email,
            LABEL_STUDIO_PASSWORD: account.password,
            LABEL_STUDIO_USER_TOKEN: account.token,
            LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN: "true",
            LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK: "true",
            LABEL_STUDIO_HOST: host,
            ...(reachesPrivateAddresses && { USE_DEFAULT_BANNED_SUBNETS: "false" }),
          },
        },
      );
      child = started;
      await ready(started);
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
