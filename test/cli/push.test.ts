import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { temporaryFolder } from "../temporary-folder.js";
import { captureOutput } from "./captured-output.js";
import { writeTinyModel } from "./tiny-model.js";

const written = captureOutput();

/** A hub that takes repositories and commits as the real one does: a preupload, Git LFS for what is large or no text, one commit of lines of JSON. */
async function hub() {
  const repositories = new Map<string, { readonly visibility: string; readonly files: Map<string, Buffer> }>();
  const stored = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const { pathname } = new URL(request.url!, "http://hub");
      const answer = (status: number, value: unknown = {}) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      };
      const [, put] = /^\/store\/(\w+)$/.exec(pathname) ?? [];
      if (put !== undefined) {
        stored.set(put, body);
        return answer(createHash("sha256").update(body).digest("hex") === put ? 200 : 400);
      }
      if (request.headers.authorization !== "Bearer hf_write") return answer(401, { error: "no such token" });
      const json = () => JSON.parse(body.toString());
      if (pathname === "/api/repos/create") {
        const { type, organization, name, visibility } = json();
        const key = `${type}s/${organization}/${name}`;
        if (repositories.has(key)) return answer(409, { error: "You already created this repo" });
        repositories.set(key, { visibility, files: new Map() });
        return answer(200, { url: key, id: key });
      }
      const isLarge = (path: string) => /\.(safetensors|onnx)$/.test(path);
      const [, preupload] = /^\/api\/(.+)\/preupload\/main$/.exec(pathname) ?? [];
      if (preupload !== undefined) {
        const files = json().files.map(({ path }: { path: string }) => ({
          path,
          uploadMode: isLarge(path) ? "lfs" : "regular",
          shouldIgnore: false,
        }));
        return answer(200, { files });
      }
      if (pathname.endsWith("/info/lfs/objects/batch")) {
        const { port } = server.address() as AddressInfo;
        const objects = json().objects.map(({ oid, size }: { oid: string; size: number }) => ({
          ...{ oid, size, actions: { upload: { href: `http://127.0.0.1:${port}/store/${oid}` } } },
        }));
        return answer(200, { transfer: "basic", objects });
      }
      const [, target] = /^\/api\/(.+)\/commit\/main$/.exec(pathname) ?? [];
      const repository = target === undefined ? undefined : repositories.get(target);
      if (repository) {
        for (const line of body.toString().split("\n")) {
          const { key, value } = JSON.parse(line);
          if (key === "file") repository.files.set(value.path, Buffer.from(value.content, value.encoding));
          if (key === "lfsFile") repository.files.set(value.path, stored.get(value.oid)!);
        }
        return answer(200, { success: true, commitOid: "a".repeat(40), commitUrl: "url", hookOutput: "" });
      }
      const [, kept, file = ""] = /^\/(.+)\/(?:raw|resolve)\/main\/(.+)$/.exec(pathname) ?? [];
      const there = kept === undefined ? undefined : repositories.get(kept.includes("datasets/") ? kept : `models/${kept}`);
      return answer(there?.files.has(file) ? 200 : 404, { error: "Not found" });
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  vi.stubEnv("HF_ENDPOINT", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("HF_TOKEN", "hf_write");
  return repositories;
}

beforeEach(() => vi.stubEnv("HF_HOME", "/nonexistent"));
afterEach(() => vi.unstubAllEnvs());

describe("baal push", () => {
  it("pushes a model whole, into a private repository that it makes, and again into the same", async () => {
    const repositories = await hub();
    const folder = temporaryFolder();
    await writeTinyModel(folder);
    const model = join(folder, "model");
    for (const name of ["README.md", "training.log", ".hidden"]) writeFileSync(join(model, name), name);
    expect(await runCli(["push", model, "org/mine"]), written.stderr).toBe(0);
    const { visibility, files } = repositories.get("models/org/mine")!;
    expect(visibility).toBe("private");
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(["README.md", "config.json", "model.safetensors", "onnx/model.onnx"]),
    );
    expect(files.has("training.log") || files.has(".hidden")).toBe(false);
    for (const [name, content] of files) expect(content.equals(readFileSync(join(model, name))), name).toBe(true);
    writeFileSync(join(model, "README.md"), "changed");
    expect(await runCli(["push", model, "org/mine", "--public"]), written.stderr).toBe(0);
    expect(files.get("README.md")!.toString()).toBe("changed");
    expect(repositories.get("models/org/mine")!.visibility).toBe("private");
  });

  it("pushes labelled data with a card", async () => {
    const repositories = await hub();
    const folder = temporaryFolder();
    writeFileSync(join(folder, "labelled.csv"), "text,label\na,b\n");
    expect(await runCli(["push", join(folder, "labelled.csv"), "org/data", "--public"]), written.stderr).toBe(0);
    const { visibility, files } = repositories.get("datasets/org/data")!;
    expect(visibility).toBe("public");
    expect(files.get("labelled.csv")!.toString()).toBe("text,label\na,b\n");
    expect(files.get("README.md")!.toString()).toMatch(/^---\ntags:\n {2}- baaljs\n/);
  });

  it("pushes one file with splits as it is, into a repository that has a card of its own", async () => {
    const repositories = await hub();
    const folder = temporaryFolder();
    const splits = { train: [{ text: "a", label: "b" }], test: [{ text: "c", label: "d" }] };
    const path = join(folder, "labelled.json");
    writeFileSync(path, JSON.stringify(splits));
    const pushed = async () => {
      expect(await runCli(["push", path, "org/splits", "--json"]), written.stderr).toBe(0);
      const result = JSON.parse(written.stdout);
      written.stdout = "";
      return result;
    };
    expect(await pushed()).toMatchObject({ type: "dataset", isNew: true, files: ["labelled.json", "README.md"] });
    const { files } = repositories.get("datasets/org/splits")!;
    files.set("README.md", Buffer.from("# Our own"));
    writeFileSync(path, JSON.stringify({ ...splits, test: [] }));
    expect(await pushed()).toMatchObject({ isNew: false, files: ["labelled.json"] });
    expect(files.get("README.md")!.toString()).toBe("# Our own");
    expect(JSON.parse(files.get("labelled.json")!.toString())).toEqual({ ...splits, test: [] });
  });

  it("says what is missing: a token, one that may write, a model, a repository's name", async () => {
    await hub();
    const folder = temporaryFolder();
    writeFileSync(join(folder, "d.csv"), "");
    expect(await runCli(["push", folder, "org/mine"])).toBe(1);
    expect(written.stderr).toContain("config.json is missing");
    expect(await runCli(["push", join(folder, "d.csv"), "mine"])).toBe(2);
    vi.stubEnv("HF_TOKEN", "hf_read");
    expect(await runCli(["push", join(folder, "d.csv"), "org/mine"])).toBe(1);
    expect(written.stderr).toMatch(/no such token.*may write/);
    vi.stubEnv("HF_TOKEN", "");
    expect(await runCli(["push", join(folder, "d.csv"), "org/mine"])).toBe(1);
    expect(written.stderr).toContain("needs a token");
    expect(existsSync(join(folder, "README.md"))).toBe(false);
  });
});
