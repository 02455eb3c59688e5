import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { temporaryFolder } from "../temporary-folder.js";
import { writeTinyModel } from "./tiny-model.js";

/** Takes requests and never answers one: a hub, or a Label Studio, that hangs. */
let silent: Server;
let silentUrl: string;
let folder: string;

beforeAll(async () => {
  silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), "baaljs-start-"));
  await writeTinyModel(folder);
});

afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly code: Promise<number>;
}

function serve(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Started {
  const all = ["--import", "tsx", resolve("src/cli/main.ts"), "serve", "--port", "0", ...args];
  const child = spawn(process.execPath, all, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return { child, output: () => output, code: once(child, "close").then(([code]) => code as number) };
}

const shown = (server: Started, pattern: RegExp) =>
  vi.waitFor(
    () => {
      const found = pattern.exec(server.output());
      if (found === null) throw new Error(`not said yet: ${server.output()}`);
      return found;
    },
    { timeout: 60_000 },
  );

/** Begins with a model that a hub never sends. */
const hanging = () => serve(["--model", "org/model"], { HF_ENDPOINT: silentUrl, HF_HUB_OFFLINE: "", HF_HOME: temporaryFolder() });

it("listens before it has its model, says what it waits for, and ends when it is told to", async () => {
  const server = hanging();
  const [, url] = await shown(server, /finding the model org\/model.*\((http:\S+) says 503/);
  const health = await fetch(`${url}/health`);
  expect(health.status).toBe(503);
  expect(health.headers.get("retry-after")).toBe("5");
  expect(health.statusText).toContain("is starting (finding the model org/model)");
  const event = { method: "POST", headers: { "content-type": "application/json" }, body: '{"action":"ANNOTATION_CREATED"}' };
  expect(await (await fetch(`${url}/webhook`, event)).json()).toMatchObject({ code: "E_STARTING" });
  server.child.kill("SIGTERM");
  expect(await server.code).toBe(0);
  expect(server.output()).toContain("shutting down");
});

it("says that its port is in use before it looks for a model", async () => {
  const taken = (silent.address() as AddressInfo).port;
  const server = serve(["--model", "org/model", "--port", String(taken)], { HF_ENDPOINT: silentUrl, HF_HUB_OFFLINE: "" });
  expect(await server.code).toBe(1);
  expect(server.output()).toContain(`port ${taken} is in use`);
});

it("ends with the reason where there is no such model", async () => {
  const server = serve(["--model", join(folder, "nothing-here")]);
  expect(await server.code).toBe(1);
  expect(server.output()).toMatch(/error: .*nothing-here/);
});

it("serves while Label Studio does not answer, and says so", async () => {
  const token = "0123456789abcdef0123456789abcdef01234567";
  const { port } = await closedPort();
  const args = ["--model", join(folder, "model"), "--data-dir", join(folder, "state"), "--json", "--iterations", "2"];
  const server = serve([...args, "--label-studio-url", silentUrl], { LABEL_STUDIO_API_KEY: token });
  const [text] = await shown(server, /\{"url":.*\}/);
  const { url } = JSON.parse(text) as { readonly url: string };
  expect((await fetch(`${url}/health`)).status).toBe(200);
  server.child.kill("SIGTERM");
  expect(await server.code).toBe(0);
  const written = (await readdir(join(folder, "state"), { recursive: true })).map((name) => join(folder, "state", name));
  expect(written.length).toBeGreaterThan(3);
  const readable = written.filter((path) => process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0);
  expect(readable).toEqual([]);

  const other = serve([...args, "--label-studio-url", `http://127.0.0.1:${port}`], { LABEL_STUDIO_API_KEY: token });
  const [again] = await shown(other, /\{"url":.*\}/);
  await shown(other, /cannot be used yet/);
  const status = await (await fetch(`${(JSON.parse(again) as { readonly url: string }).url}/api/status`)).text();
  expect(status).toContain("cannot be used yet");
  expect(other.output()).not.toContain(token);
  other.child.kill("SIGTERM");
  expect(await other.code).toBe(0);
});

/** A port that nobody listens on. */
async function closedPort(): Promise<{ readonly port: number }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return { port };
}
