import { readdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRunStore } from "../../src/scale/store/open-run-store.js";
import type { RunStore } from "../../src/scale/store/run-store.js";
import { temporaryFolder } from "../temporary-folder.js";

/** What is to go wrong with the next requests of a kind. */
const mishaps: { readonly method: string; readonly what: keyof typeof HARM }[] = [];

const HARM = {
  "is answered with 503": 503,
  "is answered with 409": 409,
  "is lost before it is done": "before",
  "is done, and its answer lost": "after",
  "has its answer cut off": "cut",
} as const;

/** A bucket in memory, by the parts of S3's protocol that a store speaks: PUT with If-None-Match, GET, DELETE, ListObjectsV2 by pages of two. */
function bucketServer(): Server {
  const objects = new Map<string, Buffer>();
  return createServer((request, response) => {
    const url = new URL(request.url!, "http://bucket");
    const key = decodeURIComponent(url.pathname.slice("/pool/".length));
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const isNext = mishaps[0]?.method === (url.searchParams.has("list-type") ? "LIST" : request.method);
      const harm = isNext ? HARM[mishaps.shift()!.what] : undefined;
      if (typeof harm === "number") return response.writeHead(harm).end();
      if (harm === "before") return request.socket.destroy();
      if (!url.pathname.startsWith("/pool"))
        return response.writeHead(404).end("<Error><Code>NoSuchBucket</Code><Message>no such bucket</Message></Error>");
      if (request.method === "PUT") {
        if (request.headers["if-none-match"] === "*" && objects.has(key)) return response.writeHead(412).end();
        objects.set(key, Buffer.concat(chunks));
        if (harm === "after") return request.socket.destroy();
        return response.writeHead(200, { ETag: '"x"' }).end();
      }
      if (request.method === "DELETE") {
        objects.delete(key);
        return response.writeHead(204).end();
      }
      if (url.searchParams.get("list-type") === "2") {
        const prefix = url.searchParams.get("prefix") ?? "";
        const names = [...objects.keys()].filter((name) => name.startsWith(prefix)).sort();
        const from = Number(url.searchParams.get("continuation-token") ?? 0);
        const page = names.slice(from, from + 2);
        const isTruncated = from + 2 < names.length;
        const contents = page
          .map(
            (name) =>
              `<Contents><Key>${name}</Key><Size>${objects.get(name)!.length}</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`,
          )
          .join("");
        const next = isTruncated ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : "";
        return response
          .writeHead(200, { "Content-Type": "application/xml" })
          .end(
            `<?xml version="1.0"?><ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents}</ListBucketResult>`,
          );
      }
      const found = objects.get(key);
      if (found === undefined) return response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
      response.writeHead(200, { "Content-Length": found.length });
      if (harm === "cut") return response.write(found.subarray(0, found.length >> 1), () => request.socket.destroy());
      return response.end(found);
    });
  });
}

let server: Server;
const environment = { ...process.env };

beforeAll(async () => {
  server = bucketServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: "us-east-1" },
    ...{ AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" },
  });
});

afterAll(() => {
  process.env = environment;
  server.close();
});

const stores: readonly (readonly [string, () => Promise<RunStore>])[] = [
  ["a folder", async () => openRunStore(join(await temporaryFolder(), "made", "when needed"))],
  ["a bucket", () => openRunStore(`s3://pool/run-${Math.trunc(performance.now() * 1000)}`)],
];

describe.each(stores)("a store in %s", (_name, open) => {
  it("keeps what was written first, whole, whoever else writes", async () => {
    const store = await open();
    const contents = Array.from({ length: 12 }, (_, n) => `${n}`.repeat(50_000));
    const won = await Promise.all(contents.map((content) => store.writeOnce("results/00000001.bin", content)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(Buffer.from((await store.read("results/00000001.bin"))!).toString()).toBe(contents[won.indexOf(true)]);
    expect(await store.writeOnce("results/00000001.bin", "late")).toBe(false);
  });

  it("lists by prefix and in order, reads bytes as they were, and removes", async () => {
    const store = await open();
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    for (const n of [3, 1, 2, 5, 4]) await store.writeOnce(`results/0000000${n}.bin`, bytes);
    await store.writeOnce("run.json", "{}");
    const listed = await store.list("results/");
    expect(listed.map(({ key }) => key)).toEqual([1, 2, 3, 4, 5].map((n) => `results/0000000${n}.bin`));
    expect(listed.every(({ bytes: size, modified }) => size === 256 && modified > 0)).toBe(true);
    expect(new Uint8Array((await store.read("results/00000003.bin"))!)).toEqual(bytes);
    await store.remove("results/00000003.bin");
    await store.remove("results/00000003.bin");
    expect(await store.read("results/00000003.bin")).toBeUndefined();
    expect(await store.list("nothing/")).toEqual([]);
  });
});

describe("a store in a bucket whose server fails now and then", () => {
  const content = Buffer.alloc(200_000, "row ");
  const open = () => openRunStore(`s3://pool/harmed-${Math.trunc(performance.now() * 1000)}`);

  it.each([
    ...(
      ["is answered with 503", "is answered with 409", "is lost before it is done", "is done, and its answer lost"] as const
    ).map((what) => ["PUT", what] as const),
    ...(["is answered with 503", "is lost before it is done", "has its answer cut off"] as const).map(
      (what) => ["GET", what] as const,
    ),
    ["LIST", "is answered with 503"],
    ["DELETE", "is answered with 503"],
  ] as const)("does what it is asked where a %s %s", async (method, what) => {
    const store = await open();
    mishaps.push({ method, what });
    await store.writeOnce("results/1.bin", content);
    expect((await store.list("results/")).map(({ key, bytes }) => [key, bytes])).toEqual([["results/1.bin", content.length]]);
    expect(Buffer.from((await store.read("results/1.bin"))!).equals(content)).toBe(true);
    await store.remove("results/1.bin");
    expect(await store.read("results/1.bin")).toBeUndefined();
    expect(mishaps).toEqual([]);
  });

  it("says what it is that does not pass", async () => {
    const store = await open();
    mishaps.push(...Array.from({ length: 40 }, () => ({ method: "PUT", what: "is answered with 503" }) as const));
    await expect(store.writeOnce("results/1.bin", content)).rejects.toMatchObject({ code: "E_STORE" });
    mishaps.length = 0;
    await expect((await openRunStore("s3://mistyped/run")).read("run.json")).rejects.toMatchObject({
      code: "E_STORE",
      message: expect.stringContaining("no such bucket"),
    });
  });
});

describe("a store in a folder", () => {
  it("leaves no temporary files", async () => {
    const folder = await temporaryFolder();
    const store = await openRunStore(folder);
    await Promise.all([1, 2, 3].map(() => store.writeOnce("results/1.bin", "x")));
    expect(await readdir(join(folder, "results"))).toEqual(["1.bin"]);
  });
});

it("says what a store can be", async () => {
  await expect(openRunStore("gs://bucket/x")).rejects.toMatchObject({
    code: "E_ARGUMENT",
    message: expect.stringContaining("s3://"),
  });
});
