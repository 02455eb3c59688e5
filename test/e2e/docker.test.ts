import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished, vi } from "vitest";
import { parse } from "yaml";
import { runCli } from "../../src/cli/run-cli.js";
import { refusedAsWebhook } from "../../src/cli/serve-options.js";

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly networks: { readonly default: { readonly aliases: readonly string[] } };
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

const folder = resolve(import.meta.dirname, "..", "..", "examples", "docker");
const compose = parse(readFileSync(join(folder, "docker-compose.yml"), "utf8")) as {
  readonly services: Readonly<Record<"label-studio" | "ml-backend", Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const backend = compose.services["ml-backend"];
const root = resolve(folder, backend.build!.context);
const dockerfile = readFileSync(join(root, backend.build!.dockerfile), "utf8").replace(/\\\n/g, " ");
/** Of an instruction's lines, without the instruction. */
const lines = (name: string) => [...dockerfile.matchAll(new RegExp(`^ *${name} +(.*)$`, "gm"))].map(([, rest]) => rest!.trim());

it("the image copies what there is, and what the ignore file lets through", () => {
  const copied = lines("COPY")
    .filter((line) => !line.startsWith("--from"))
    .flatMap((line) => line.split(/\s+/).slice(0, -1));
  const ignore = readFileSync(`${join(root, backend.build!.dockerfile)}.dockerignore`, "utf8").split("\n");
  expect(copied).toContain("src");
  for (const path of copied) {
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(ignore).toContain(`!${path}`);
  }
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly bin: { readonly baal: string } };
  expect(JSON.parse(lines("ENTRYPOINT")[0]!)).toEqual(["node", `/app/${manifest.bin.baal}`]);
  expect(lines("USER")).toEqual(["node"]);
});

it("the command line takes the containers' environment", async () => {
  const fromImage = lines("ENV").flatMap((line) => line.split(/\s+/).map((pair) => pair.split("=") as [string, string]));
  // What compose puts in for variables that are not set.
  const fromCompose = Object.entries(backend.environment).map(
    ([name, value]) => [name, String(value).replace(/\$\{\w+:-([^}]*)\}/g, "$1")] as const,
  );
  for (const [name, value] of [...fromImage, ...fromCompose]) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  expect(await runCli([...(JSON.parse(lines("CMD").at(-1)!) as string[]), "--print-config"])).toBe(0);
  const config = parse(printed) as Record<string, string>;
  expect(config).toMatchObject({ host: "0.0.0.0", port: 9090, "data-dir": "/data", "train-every": 50, "log-level": "info" });
  expect(config).not.toHaveProperty("sampling");
  for (const [service, url] of [
    ["ml-backend", config["advertised-url"]!],
    ["label-studio", config["label-studio-url"]!],
  ] as const) {
    expect(refusedAsWebhook(url)).toBeUndefined();
    expect(compose.services[service].networks.default.aliases).toContain(new URL(url).hostname);
  }
});

it("every named volume is declared, and the state has one", () => {
  const mounted = Object.values(compose.services).flatMap(({ volumes }) => volumes.map((volume) => volume.split(":")));
  const named = mounted.map(([source]) => source!).filter((source) => !source.startsWith("."));
  expect(named.sort()).toEqual(Object.keys(compose.volumes).sort());
  const folders = backend.volumes.map((volume) => volume.split(":")[1]);
  expect(folders).toEqual(expect.arrayContaining(JSON.parse(lines("VOLUME")[0]!) as string[]));
});

it("the health check tells a server that answers from one that does not", async () => {
  let status = 200;
  const server = createServer((_, response) => void response.writeHead(status).end("{}"));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const [, command] = /CMD (\[.*\])/.exec(lines("HEALTHCHECK")[0]!)!;
  const [program, ...args] = JSON.parse(command!) as [string, ...string[]];
  const env = { ...process.env, PORT: String((server.address() as AddressInfo).port) };
  const check = () => promisify(execFile)(program, args, { env });
  await check();
  status = 401;
  await check();
  status = 503;
  await expect(check()).rejects.toMatchObject({ code: 1 });
  await expect(promisify(execFile)(program, args, { env: { ...env, PORT: "1" } })).rejects.toMatchObject({ code: 1 });

  const [cert, key] = ["cert", "key"].map((part) => readFileSync(resolve("test", "fixtures", "tls", `first.${part}.pem`)));
  const secure = createTlsServer({ cert, key }, (_, response) => void response.writeHead(status).end("{}"));
  await new Promise<void>((done) => secure.listen(0, "127.0.0.1", done));
  onTestFinished(() => void secure.close());
  status = 200;
  const tls = { ...env, PORT: String((secure.address() as AddressInfo).port), BAAL_TLS_CERT: "/certificates/cert.pem" };
  await promisify(execFile)(program, args, { env: tls });
});
