import { existsSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listFiles, resolveFile, resolveFiles } from "../../../src/data/hub/resolve-file.js";
import { type HubServer, startHubServer } from "../../hub-server.js";

const repo = "org/tiny-model";
const weights = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));

let folder: string;
let cacheDir: string;
let server: HubServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baaljs-hub-"));
  cacheDir = join(folder, "cache");
  await write("remote/config.json", '{"model_type":"distilbert"}');
  await write("remote/model.safetensors", weights);
  await write("remote/sub folder/näme+1.txt", "nested");
  await write("remote/empty.txt", "");
  await write("data/train.parquet", "parquet");
  server = await startHubServer({
    models: { [repo]: join(folder, "remote") },
    datasets: { corpus: join(folder, "data") },
    pageSize: 2,
  });
  for (const name of [
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HF_HUB_OFFLINE",
    "HF_ENDPOINT",
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
  ])
    vi.stubEnv(name, "");
  vi.stubEnv("HF_HOME", join(folder, "home"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(folder, { recursive: true });
});

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const options = () => ({ endpoint: server.endpoint, cacheDir, retries: 0 });
const repoCache = () => join(cacheDir, "models--org--tiny-model");
/** Whether a file has the content of the weights. */
const isWhole = async (path: string) => weights.equals(await readFile(path));
const blobs = async () => (existsSync(join(repoCache(), "blobs")) ? readdir(join(repoCache(), "blobs")) : []);
const ranges = () => server.requests.map((request) => request.headers.range).filter((range) => range !== undefined);

describe("downloading", () => {
  it("stores files in the layout of Python's huggingface_hub", async () => {
    const [config, model] = await resolveFiles(repo, ["config.json", "model.safetensors"], options());
    const commit = server.commit("models", repo);
    expect(config).toBe(join(repoCache(), "snapshots", commit, "config.json"));
    expect(await readFile(config!, "utf8")).toBe('{"model_type":"distilbert"}');
    expect(await isWhole(model!)).toBe(true);
    expect(await readFile(join(repoCache(), "refs", "main"), "utf8")).toBe(commit);
    expect((await lstat(model!)).isSymbolicLink()).toBe(true);
    expect(await readlink(model!)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    expect(await readlink(config!)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
    expect((await blobs()).every((name) => /^[0-9a-f]+$/.test(name))).toBe(true);
  });

  it("uses the cache without asking the hub", async () => {
    const first = await resolveFile(repo, "config.json", options());
    server.requests.length = 0;
    expect(await resolveFile(repo, "config.json", options())).toBe(first);
    expect(server.requests).toEqual([]);
  });

  it("reads what Python left in the cache, offline", async () => {
    const commit = "0123456789abcdef0123456789abcdef01234567";
    await write("cache/models--gpt2/blobs/b1", "from python");
    await write("cache/models--gpt2/refs/main", commit);
    await write(`cache/models--gpt2/snapshots/${commit}/.keep`, "");
    await symlink("../../blobs/b1", join(cacheDir, "models--gpt2/snapshots", commit, "config.json"));
    expect(await readFile(await resolveFile("gpt2", "config.json", { cacheDir, offline: true }), "utf8")).toBe("from python");
    expect(await listFiles("gpt2", { cacheDir, offline: true })).toEqual([".keep", "config.json"]);
    expect(await resolveFile("gpt2", "config.json", { cacheDir, revision: commit, offline: true })).toContain(commit);
  });

  it("fetches only changed contents for a new commit", async () => {
    await resolveFiles(repo, ["config.json", "model.safetensors"], options());
    await write("remote/config.json", "{}");
    const commit = server.commit("models", repo);
    server.requests.length = 0;
    const [config, model] = await resolveFiles(repo, ["config.json", "model.safetensors"], { ...options(), revision: commit });
    expect(await readFile(config!, "utf8")).toBe("{}");
    expect(await isWhole(model!)).toBe(true);
    expect(server.requests.filter((request) => request.url.includes("safetensors"))).toEqual([]);
  });

  it("handles data sets, empty files, folders and odd names", async () => {
    const parquet = await resolveFile("corpus", "train.parquet", { ...options(), type: "dataset" });
    expect(parquet).toContain(join("datasets--corpus", "snapshots"));
    expect(await readFile(parquet, "utf8")).toBe("parquet");
    expect(await readFile(await resolveFile(repo, "sub folder/näme+1.txt", options()), "utf8")).toBe("nested");
    expect(await readFile(await resolveFile(repo, "empty.txt", options()), "utf8")).toBe("");
  });

  it("lists all pages", async () => {
    expect(await listFiles(repo, options())).toEqual(["config.json", "empty.txt", "model.safetensors", "sub folder/näme+1.txt"]);
  });

  it("reports progress up to the full size", async () => {
    const events: { file: string; loaded: number; total: number }[] = [];
    await resolveFile(repo, "model.safetensors", { ...options(), onProgress: (event) => events.push(event) });
    expect(events.at(-1)).toEqual({ file: "model.safetensors", loaded: weights.length, total: weights.length });
    expect(events.map((event) => event.loaded)).toEqual(events.map((event) => event.loaded).sort((a, b) => a - b));
  });

  it("takes endpoint, cache and offline mode from the environment", async () => {
    vi.stubEnv("HF_ENDPOINT", `${server.endpoint}/`);
    vi.stubEnv("HF_HUB_CACHE", cacheDir);
    await resolveFile(repo, "config.json");
    expect(server.requests.length).toBeGreaterThan(0);
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    const refused = { code: "E_HUB", message: expect.stringMatching(/Offline mode.*model\.safetensors/) };
    await expect(resolveFile(repo, "model.safetensors")).rejects.toMatchObject(refused);
  });

  it("sends the token to the hub, not to the storage that it redirects to", async () => {
    const models = { [repo]: join(folder, "remote") };
    const storage = await startHubServer({ models });
    const hub = await startHubServer({ models, storage: storage.endpoint });
    try {
      await resolveFile(repo, "model.safetensors", { ...options(), endpoint: hub.endpoint, token: "secret" });
      expect(hub.requests.map((request) => request.headers.authorization)).toEqual(Array(3).fill("Bearer secret"));
      expect(storage.requests.map((request) => request.headers.authorization)).toEqual([undefined]);
    } finally {
      await Promise.all([hub.close(), storage.close()]);
    }
  });

  it("uses the token that a login stored", async () => {
    await write("home/token", "stored\n");
    await resolveFile(repo, "config.json", options());
    expect(server.requests[0]!.headers.authorization).toBe("Bearer stored");
  });
});

describe("faults", () => {
  it("continues an interrupted download with the next call and leaves no half file", async () => {
    server.faults.push({ path: "model.safetensors", cutAfter: 100_000, times: 1 });
    await expect(resolveFile(repo, "model.safetensors", options())).rejects.toMatchObject({ code: "E_HUB" });
    expect(existsSync(join(repoCache(), "snapshots"))).toBe(false);
    expect(await blobs()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.incomplete$/)]);
    expect(await isWhole(await resolveFile(repo, "model.safetensors", options()))).toBe(true);
    const resumedFrom = Number(/bytes=(\d+)-/.exec(ranges()[0]!)![1]);
    expect(resumedFrom).toBeGreaterThan(0);
    expect(resumedFrom).toBeLessThanOrEqual(100_000);
    expect(await blobs()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  it("takes a broken transfer up again within one call", async () => {
    server.faults.push({ path: "model.safetensors", cutAfter: 100_000, times: 1 }, { path: "/lfs/", status: 503, times: 1 });
    expect(await isWhole(await resolveFile(repo, "model.safetensors", { ...options(), retries: 2 }))).toBe(true);
  });

  it("starts over when the server cannot continue", async () => {
    server.faults.push(
      { path: "model.safetensors", cutAfter: 100_000, times: 1 },
      { path: "model.safetensors", ignoreRange: true },
    );
    await expect(resolveFile(repo, "model.safetensors", options())).rejects.toThrow();
    expect(await isWhole(await resolveFile(repo, "model.safetensors", options()))).toBe(true);
  });

  it("starts over when what an earlier call left is wrong", async () => {
    const blob = (await readlink(await resolveFile(repo, "model.safetensors", options()))).split("/").at(-1)!;
    await rm(repoCache(), { recursive: true });
    await write(`cache/models--org--tiny-model/blobs/${blob}.incomplete`, "not the beginning of it");
    expect(await isWhole(await resolveFile(repo, "model.safetensors", options()))).toBe(true);
  });

  it("takes over what a process that is gone had loaded, not what a living one is loading", async () => {
    const blob = (await readlink(await resolveFile(repo, "model.safetensors", options()))).split("/").at(-1)!;
    await rm(repoCache(), { recursive: true });
    const left = `cache/models--org--tiny-model/blobs/${blob}`;
    await write(`${left}.${process.ppid}-00000000.incomplete`, weights.subarray(0, 2000));
    await write(`${left}.999999999-00000000.incomplete`, weights.subarray(0, 1000));
    server.requests.length = 0;
    await resolveFile(repo, "model.safetensors", options());
    expect(ranges()).toContain("bytes=1000-");
    expect(await blobs()).toEqual([blob, `${blob}.${process.ppid}-00000000.incomplete`]);
  });

  it.each(["config.json", "model.safetensors"])("refuses wrong content of %s and stores nothing", async (path) => {
    server.faults.push({ path, corrupt: true, times: 1 });
    await expect(resolveFile(repo, path, options())).rejects.toMatchObject({
      code: "E_HUB",
      message: expect.stringMatching(/checksum/),
    });
    expect(await blobs()).toEqual([]);
    expect(existsSync(await resolveFile(repo, path, options()))).toBe(true);
  });

  it.each([401, 403])("explains a %d", async (status) => {
    server.faults.push({ path: "/", status });
    const refused = resolveFile(repo, "config.json", options());
    await expect(refused).rejects.toMatchObject({ code: "E_HUB", message: expect.stringMatching(/HF_TOKEN.*gated/s) });
    await expect(resolveFile(repo, "config.json", { ...options(), token: "bad" })).rejects.toThrow(/token sent was refused/);
    expect(server.requests.length).toBe(2);
  });

  it("explains missing repositories, revisions and files", async () => {
    await expect(resolveFile("org/absent", "config.json", options())).rejects.toThrow(/404.*org\/absent at revision main/);
    await expect(resolveFile(repo, "config.json", { ...options(), revision: "v9" })).rejects.toThrow(/404.*revision v9/);
    await expect(resolveFile(repo, "absent.json", options())).rejects.toThrow(
      /org\/tiny-model at revision main has no file absent\.json \(404\)/,
    );
  });

  it("tries again when the hub is overloaded, and says so in the end", async () => {
    server.faults.push({ path: "config.json", status: 503 });
    await expect(resolveFile(repo, "config.json", { ...options(), retries: 1 })).rejects.toThrow(
      /503.*overloaded.*HF_HUB_OFFLINE/,
    );
    expect(server.requests.filter((request) => request.url.includes("/resolve/")).length).toBe(2);
  });

  it("gives up on a silent server", async () => {
    server.faults.push({ path: "model.safetensors", stallAfter: 1000, times: 1 });
    await expect(resolveFile(repo, "model.safetensors", { ...options(), timeoutMs: 100 })).rejects.toMatchObject({
      code: "E_HUB",
      message: expect.stringMatching(/no answer for 0.1 s.*local folder/),
    });
    expect(await isWhole(await resolveFile(repo, "model.safetensors", options()))).toBe(true);
  });

  it("explains a refused connection", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => probe.once("listening", resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const refused = resolveFile(repo, "config.json", { ...options(), endpoint: `http://127.0.0.1:${port}` });
    await expect(refused).rejects.toMatchObject({
      code: "E_HUB",
      message: expect.stringMatching(/ECONNREFUSED.*local folder.*HF_HUB_OFFLINE/),
    });
  });

  it("stops when told to, and continues later", async () => {
    const controller = new AbortController();
    const stopped = resolveFile(repo, "model.safetensors", {
      ...options(),
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: "E_ABORTED" });
    await expect(resolveFile(repo, "config.json", { ...options(), signal: controller.signal })).rejects.toMatchObject({
      code: "E_ABORTED",
    });
    expect(existsSync(join(repoCache(), "snapshots"))).toBe(false);
    expect(await isWhole(await resolveFile(repo, "model.safetensors", options()))).toBe(true);
  });

  it("serves several callers at once", async () => {
    const paths = await Promise.all(Array.from({ length: 4 }, () => resolveFile(repo, "model.safetensors", options())));
    expect(new Set(paths).size).toBe(1);
    expect(await isWhole(paths[0]!)).toBe(true);
    expect((await blobs()).length).toBe(1);
  });

  it.each([
    ["a/b/c", "config.json"],
    ["../evil", "config.json"],
    ["", "x"],
    [repo, "../outside"],
    [repo, "/etc/passwd"],
    [repo, "C:\\x"],
  ])("refuses the name %s, %s", async (name, path) => {
    await expect(resolveFile(name, path, options())).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});
