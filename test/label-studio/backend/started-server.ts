import { spawn } from "node:child_process";
import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { StatusSnapshot } from "../../../src/label-studio/backend/status.js";

/** Fields of the server's answers, each as if it were there: the tests' matchers say what is. */
export interface ServerAnswer {
  readonly [field: string]: unknown;
  readonly results: readonly AnsweredPrediction[];
  readonly error: { readonly code: string; readonly message: string };
}

/** As Label Studio's contract has it. */
export interface AnsweredPrediction {
  readonly model_version: string;
  readonly score: number;
  readonly result: readonly { readonly from_name: string; readonly value: { readonly choices: readonly string[] } }[];
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** `undefined` for what is no JSON. */
  readonly json: ServerAnswer;
  readonly ms: number;
}

export interface ApiCallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Text or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  /** The caller's own address, such as `127.0.0.2`. */
  readonly from?: string;
}

export interface StartedServer {
  readonly url: string;
  readonly pid: number;
  /** Entries of its log. */
  log(): readonly Readonly<Record<string, unknown>>[];
  call(method: string, path: string, options?: ApiCallOptions): Promise<Answer>;
  status(): Promise<StatusSnapshot>;
  /** Whether it is still there. */
  isRunning(): boolean;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGTERM; its exit code. */
  stop(): Promise<number>;
}

export interface StartServerOptions {
  /** See `builtCli`. */
  readonly main: string;
  readonly model: string;
  readonly dataDir: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Of all calls. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts `baal serve` on a state folder and resolves when it listens. */
export async function startServer(options: StartServerOptions): Promise<StartedServer> {
  const { main, model, dataDir, args = [], environment = {}, headers = {} } = options;
  const all = ["serve", "--model", model, "--data-dir", dataDir, "--port", "0", "--json", "--threads", "1", ...args];
  const child = spawn(process.execPath, [main, ...all], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  const exited = once(child, "close");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  while (!stdout.includes("\n")) {
    if (child.exitCode !== null) throw new Error(`the server did not start: ${stderr}`);
    await sleep(10);
  }
  const { url } = JSON.parse(stdout) as { readonly url: string };
  const call = (method: string, path: string, call: ApiCallOptions = {}) =>
    send(url + path, method, { ...call, headers: { ...headers, ...call.headers } });
  const ended = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ((await exited) as [number])[0];
  };
  return {
    ...{ url, call, pid: child.pid! },
    log: () => stderr.split("\n").flatMap(parsed),
    status: async () => (await call("GET", "/api/status")).json as unknown as StatusSnapshot,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: async () => void (await ended("SIGKILL")),
    stop: () => ended("SIGTERM"),
  };
}

function send(address: string, method: string, { headers = {}, body, from }: ApiCallOptions): Promise<Answer> {
  const started = performance.now();
  const bytes = body === undefined || typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      address,
      {
        method,
        agent: false,
        headers: { ...(bytes !== undefined && { "content-type": "application/json" }), ...headers },
        ...(from !== undefined && { localAddress: from }),
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode: status = 0, headers: received } = response;
          resolve({ status, headers: received, text, json: parsed(text)[0] as ServerAnswer, ms: performance.now() - started });
        });
      },
    );
    sent.on("error", reject);
    sent.end(bytes);
  });
}

function parsed(text: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(text) as Record<string, unknown>];
  } catch {
    return [];
  }
}

/** Polls until `find` gives something. */
export async function eventually<T>(find: () => Promise<T | undefined> | T | undefined, ms = 40_000): Promise<T> {
  for (const until = performance.now() + ms; ; ) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > until) throw new Error("it did not happen in time");
    await sleep(30);
  }
}
