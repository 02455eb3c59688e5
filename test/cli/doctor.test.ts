import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type Finding, hubFinding } from "../../src/cli/doctor-checks.js";
import { runCli } from "../../src/cli/run-cli.js";
import { hubTarget } from "../../src/data/hub/hub-options.js";
import { type HubServer, startHubServer } from "../hub-server.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";

describe("baal doctor", () => {
  const written = captureOutput();
  let hub: HubServer;
  let cache: string;

  beforeEach(async () => {
    hub = await startHubServer({});
    cache = temporaryFolder();
    for (const name of ["HF_TOKEN", "HF_HUB_OFFLINE", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HTTPS_PROXY"])
      vi.stubEnv(name, "");
    vi.stubEnv("HF_ENDPOINT", hub.endpoint);
    vi.stubEnv("HF_HOME", cache);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await hub.close();
  });

  const askHub = (timeoutMs = 5000) => hubFinding(hubTarget("any", { timeoutMs }));

  it("finds versions, a device that works, cores, memory, the cache with its size, the hub and the packages", async () => {
    mkdirSync(join(cache, "hub", "models--a", "blobs"), { recursive: true });
    writeFileSync(join(cache, "hub", "models--a", "blobs", "one"), Buffer.alloc(5000));
    expect(await runCli(["doctor", "--json"])).toBe(0);
    const { ok, findings } = JSON.parse(written.stdout) as { readonly ok: boolean; readonly findings: readonly Finding[] };
    expect(ok).toBe(true);
    const found = new Map(findings.map((finding) => [finding.name, finding]));
    expect(found.get("versions")?.data).toMatchObject({ node: process.versions.node, baaljs: expect.stringMatching(/^\d/) });
    expect(found.get("ONNX Runtime")).toMatchObject({ state: "ok", data: { version: expect.stringMatching(/^\d/) } });
    expect(found.get("device cpu")).toMatchObject({ state: "ok", found: expect.stringContaining("ran one node") });
    expect(found.get("processor")?.data?.["threads"]).toBeGreaterThan(0);
    expect(found.get("memory")?.data?.["total"]).toBeGreaterThan(2 ** 28);
    expect(found.get("cache")).toMatchObject({ state: "ok", data: { folder: join(cache, "hub"), bytes: 5000 } });
    expect(found.get("hub")).toMatchObject({ state: "ok", data: { endpoint: hub.endpoint, hasToken: false } });
    expect(hub.requests).toHaveLength(1);
    for (const name of ["sharp", "libsql", "usearch", "@tensorflow/tfjs"]) expect(found.get(name)?.state, name).toBe("ok");
    for (const { state, advice, name } of found.values())
      if (state !== "ok" && name !== "device tensorrt") expect(advice, name).toBeTruthy();
  });

  it("says what to do about a hub that is silent, refuses the token, or is not there", async () => {
    hub.faults.push({ path: "/api/models", status: 401, times: 1 });
    vi.stubEnv("HF_TOKEN", "hf_old");
    const refused = await askHub();
    expect(refused).toMatchObject({
      state: "warning",
      advice: expect.stringContaining("make a new one"),
      data: { hasToken: true },
    });
    expect(hub.requests[0]?.headers.authorization).toBe("Bearer hf_old");

    vi.stubEnv("HF_HUB_OFFLINE", "1");
    expect(await askHub()).toMatchObject({ state: "ok", found: expect.stringContaining("HF_HUB_OFFLINE") });

    vi.stubEnv("HF_HUB_OFFLINE", "");
    vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:1");
    expect(await askHub()).toMatchObject({
      state: "warning",
      advice: expect.stringContaining("HF_HUB_OFFLINE=1"),
    });
    vi.stubEnv("HTTPS_PROXY", "http://proxy.example");
    expect((await askHub()).advice).toContain("NODE_USE_ENV_PROXY=1");
  });

  it("does not wait longer than it was told", async () => {
    const { createServer } = await import("node:http");
    const silent = createServer(() => {});
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    vi.stubEnv("HF_ENDPOINT", `http://127.0.0.1:${(silent.address() as import("node:net").AddressInfo).port}`);
    expect((await askHub(200)).found).toContain("no answer in 0.2 s");
  });

  it("prints lines with what to do below them", async () => {
    vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:1");
    vi.stubEnv("https_proxy", "");
    expect(await runCli(["doctor", "--quiet"])).toBe(0);
    expect(written.stdout).toMatch(/^ok {6}device cpu +ran one node/m);
    expect(written.stdout).toMatch(/^warning hub .*\n {8}-> Behind a firewall/m);
  });
});
