import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

export interface StartedStudio {
  readonly child: ChildProcess;
  readonly url: string;
  /** Lets one browser in. */
  readonly token: string;
  /** Of the browser that is signed in here. */
  readonly cookie: string;
  /** Throws where it is not answered with 2xx. */
  call<T>(method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<T>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** `baal studio` as users start it, from the sources, and a browser that is signed in: with `cookie` one from before. */
export async function startStudio(
  args: readonly string[],
  { cookie }: { readonly cookie?: string | undefined } = {},
): Promise<StartedStudio> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", resolve("src/cli/main.ts"), "studio", ...args, "--no-open", "--port", "0"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const [url, first] = await listening(child);
  const signIn = async (token: string) =>
    (await fetch(`${url}/?token=${token}`, { redirect: "manual" })).headers.get("set-cookie")!.split(";")[0]!;
  // A token is for one browser: then the next one is said.
  const [own, token] = cookie === undefined ? await Promise.all([signIn(first), nextToken(child)]) : [cookie, first];
  return {
    ...{ child, url, token, cookie: own },
    async call<T>(method: "GET" | "POST" | "PUT", path: string, body?: object) {
      const response = await fetch(`${url}/api/${path}`, {
        ...{ method, headers: { cookie: own, "content-type": "application/json" } },
        body: body === undefined ? null : JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async stop(signal = "SIGTERM") {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, "close");
      child.kill(signal);
      await closed;
    },
  };
}

/** What the process says, until it says this. Throws with all of it where the process ends before. */
function said(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((found, fail) => {
    let output = "";
    const listen = (text: Buffer) => {
      output += text.toString();
      const match = pattern.exec(output);
      if (match) found(match);
    };
    for (const stream of [child.stdout!, child.stderr!]) stream.on("data", listen);
    child.once("close", () => fail(new Error(`baal studio has ended: ${output}`)));
  });
}

async function listening(child: ChildProcess): Promise<readonly [url: string, token: string]> {
  const [, url, token] = await said(child, /listening on (\S+)\/\?token=(\S+)/);
  return [url!, token!];
}

async function nextToken(child: ChildProcess): Promise<string> {
  return (await said(child, /for another browser: \S+\?token=(\S+)/))[1]!;
}
