import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listFiles } from "../../../src/data/hub/resolve-file.js";
import { type ModelFolderOptions, resolveModelFolder } from "../../../src/data/hub/resolve-model-folder.js";
import { type HubServer, startHubServer } from "../../hub-server.js";

let folder: string;
let cacheDir: string;
let server: HubServer;

const tokenizer = { "tokenizer.json": "{}", "tokenizer_config.json": "{}", "vocab.txt": "a" };
const index = JSON.stringify({ weight_map: { a: "model-00001-of-00002.safetensors", b: "model-00002-of-00002.safetensors" } });
const repositories: Record<string, Record<string, string>> = {
  "org/plain": {
    "config.json": "{}",
    "model.safetensors": "w",
    "onnx/model.onnx": "o",
    "pytorch_model.bin": "p",
    "README.md": "r",
    ...tokenizer,
  },
  "org/sharded": {
    "config.json": "{}",
    "model.safetensors.index.json": index,
    "model-00001-of-00002.safetensors": "1",
    "model-00002-of-00002.safetensors": "2",
    "model-00003-of-00003.safetensors": "of another model",
  },
  "org/onnx": {
    "config.json": "{}",
    "onnx/model.onnx": "o",
    "onnx/model.onnx_data": "d",
    "onnx/model_quantized.onnx": "q",
    "tokenizer.json": "{}",
  },
  "org/sentence": {
    "config.json": "{}",
    "model.safetensors": "w",
    "modules.json": "[]",
    "sentence_bert_config.json": "{}",
    "1_Pooling/config.json": "{}",
    "1_Pooling/README.md": "r",
  },
  "org/old": { "config.json": "{}", "pytorch_model.bin": "p", "vocab.txt": "a" },
  "org/broken": { "config.json": "{}", "model.safetensors.index.json": index, "model-00001-of-00002.safetensors": "1" },
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baaljs-model-folder-"));
  cacheDir = join(folder, "cache");
  for (const [repo, files] of Object.entries(repositories)) {
    for (const [path, content] of Object.entries(files)) await write(join(repo, path), content);
  }
  const models = Object.fromEntries(Object.keys(repositories).map((repo) => [repo, join(folder, repo)]));
  server = await startHubServer({ models });
  for (const name of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE"]) vi.stubEnv(name, "");
  vi.stubEnv("HF_HOME", join(folder, "home"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(folder, { recursive: true });
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const options = (): ModelFolderOptions => ({ endpoint: server.endpoint, cacheDir, retries: 0 });
const cached = (repo: string) => listFiles(repo, { cacheDir, offline: true });

describe("which files are fetched", () => {
  it.each([
    ["org/plain", undefined, ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]],
    ["org/plain", "onnx", ["config.json", "onnx/model.onnx", "tokenizer.json", "tokenizer_config.json"]],
    [
      "org/sharded",
      undefined,
      ["config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"],
    ],
    ["org/onnx", undefined, ["config.json", "onnx/model.onnx", "onnx/model.onnx_data", "tokenizer.json"]],
    [
      "org/sentence",
      undefined,
      ["1_Pooling/config.json", "config.json", "model.safetensors", "modules.json", "sentence_bert_config.json"],
    ],
  ] as const)("%s, format %s", async (repo, format, expected) => {
    const path = await resolveModelFolder(repo, { ...options(), format });
    expect(relative(cacheDir, path)).toBe(join(`models--${repo.replace("/", "--")}`, "snapshots", server.commit("models", repo)));
    expect(await cached(repo)).toEqual([...expected]);
    server.requests.length = 0;
    expect(await resolveModelFolder(repo, { ...options(), format })).toBe(path);
    expect(server.requests).toEqual([]);
  });

  it("a choice of the caller's own", async () => {
    const files = { required: [["README.md"]], optional: [["absent.txt", "vocab.txt"]] };
    await resolveModelFolder("org/plain", { ...options(), files });
    expect(await cached("org/plain")).toEqual(["README.md", "vocab.txt"]);
  });

  it("adds what an earlier call had not asked for", async () => {
    await resolveModelFolder("org/plain", options());
    await resolveModelFolder("org/plain", { ...options(), format: "onnx" });
    expect(await cached("org/plain")).toContain("onnx/model.onnx");
    expect(await cached("org/plain")).toContain("model.safetensors");
  });
});

describe("where a model is looked for", () => {
  it("takes a local folder first, whatever it is called", async () => {
    const local = join(folder, "org", "plain");
    expect(await resolveModelFolder(local, options())).toBe(local);
    expect(server.requests).toEqual([]);
  });

  it("says that a name is neither a folder nor a repository", async () => {
    await expect(resolveModelFolder("./no/such/folder", options())).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    await expect(resolveModelFolder("./no/such/folder", options())).rejects.toThrow(/no folder here, and no repository id/);
    await expect(resolveModelFolder("", options())).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    await expect(resolveModelFolder("org/absent", options())).rejects.toThrow(/404.*org\/absent.*no folder "org\/absent" here/);
    await expect(resolveModelFolder("hub:org/absent", options())).rejects.toThrow(/404.*org\/absent/);
  });

  it("says that there is no such folder without a connection, too", async () => {
    const told = /no folder "tset" here either/;
    await expect(resolveModelFolder("tset", { ...options(), offline: true })).rejects.toThrow(told);
    await expect(resolveModelFolder("tset", { ...options(), endpoint: "http://127.0.0.1:1", retries: 0 })).rejects.toThrow(told);
    await expect(resolveModelFolder("hub:tset", { ...options(), offline: true })).rejects.not.toThrow(/no folder/);
  });

  it("reads hub:name as a repository, and a path whose beginning is here never as one", async () => {
    const path = await resolveModelFolder("org/plain", options());
    expect(await resolveModelFolder("hub:org/plain", options())).toBe(path);
    await expect(resolveModelFolder("src/plain", options())).rejects.toThrow(/"src" is here.*hub:src\/plain/);
    await expect(resolveModelFolder("package.json", options())).rejects.toThrow(/is a file/);
  });

  it("works offline from the cache, and says what the cache lacks", async () => {
    const path = await resolveModelFolder("org/plain", options());
    expect(await resolveModelFolder("org/plain", { cacheDir, offline: true })).toBe(path);
    await expect(resolveModelFolder("org/onnx", { cacheDir, offline: true })).rejects.toThrow(
      /Offline.*config\.json, model\.safetensors or/,
    );
  });

  it("is content with the required files when the hub cannot be reached", async () => {
    const files = { required: [["config.json"]], optional: [] };
    const path = await resolveModelFolder("org/plain", { ...options(), files });
    const wanted = { required: [["config.json"]], optional: [["vocab.txt"]] };
    server.faults.push({ path: "/", status: 503 });
    expect(await resolveModelFolder("org/plain", { ...options(), files: wanted })).toBe(path);
    const more = { required: [["vocab.txt"]], optional: [] };
    await expect(resolveModelFolder("org/plain", { ...options(), files: more })).rejects.toMatchObject({ code: "E_HUB" });
  });

  it("fetches the missing shards of a cache that was interrupted", async () => {
    const path = await resolveModelFolder("org/sharded", options());
    await rm(join(path, "model-00002-of-00002.safetensors"));
    await resolveModelFolder("org/sharded", options());
    expect(existsSync(join(path, "model-00002-of-00002.safetensors"))).toBe(true);
  });
});

describe("repositories without the files", () => {
  it("names PyTorch weights that need a conversion", async () => {
    await expect(resolveModelFolder("org/old", options())).rejects.toThrow(
      /no model\.safetensors or .*PyTorch \.bin.*It has: config\.json/,
    );
  });

  it("names a shard that is missing in the repository", async () => {
    await expect(resolveModelFolder("org/broken", options())).rejects.toThrow(/has no model-00002-of-00002\.safetensors/);
  });
});
