import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { contentHash } from "../../src/active/labelling/restore-labelling.js";
import { contentKey as featureKey } from "../../src/data/content-key.js";
import { contentKey as servingKey } from "../../src/label-studio/serving/cached-predictor.js";
import { addFile, fileSha256, jsonSha256, newDigest, sha256, sha256Bytes } from "../../src/system/digest.js";
import { temporaryFolder } from "../temporary-folder.js";

const expected = (text: string, algorithm = "sha256") => createHash(algorithm).update(text).digest("hex");

it("is the SHA-256 of the parts one after the other", () => {
  expect(sha256("häuser")).toBe(expected("häuser"));
  expect(sha256("hä", "user")).toBe(expected("häuser"));
  expect(sha256()).toBe(expected(""));
  expect(sha256Bytes("x").toString("hex")).toBe(expected("x"));
  const words = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  expect(sha256(words)).toBe(sha256(new Uint8Array(words.buffer, words.byteOffset, words.byteLength)));
  expect(sha256("", words)).toBe(sha256(words));
});

it("hashes files, whole or their beginning", async () => {
  const path = join(temporaryFolder(), "file");
  await writeFile(path, "x".repeat(3_000_000));
  expect(await fileSha256(path)).toBe(expected("x".repeat(3_000_000)));
  const digest = newDigest("sha1");
  expect([await addFile(digest, path, 0), await addFile(digest, path, 1_500_000)]).toEqual([0, 1_500_000]);
  expect(digest.digest("hex")).toBe(expected("x".repeat(1_500_000), "sha1"));
  await expect(fileSha256(`${path}-missing`)).rejects.toMatchObject({ code: "ENOENT" });
});

it("names JSON values whatever the order of their fields", () => {
  expect(jsonSha256({ a: 1, b: { c: [1, { e: 2, d: 3 }] } })).toBe(jsonSha256({ b: { c: [1, { d: 3, e: 2 }] }, a: 1 }));
  expect(jsonSha256([1, 2])).not.toBe(jsonSha256([2, 1]));
  expect(jsonSha256({ a: 1, b: [true] })).toBe(expected('{"a":1,"b":[true]}'));
});

/** Journals, feature caches and Label Studio's draws hold these: made by version 0.1.0. */
it("gives contents the names that files of earlier versions hold", async () => {
  const value = {
    b: ["x", 1, true, null, 2n],
    a: Int32Array.of(1, 2),
    ä: { c: [], d: Float32Array.of(0.5) },
  };
  expect(contentHash(value, "it")).toBe("0736a94a4c85a5a9");
  expect(contentHash({ name: "a.png", load: () => 1 }, "it")).toBe("02f0c416f6cc70a1");
  expect(await featureKey(value, 0)).toBe("3504d1285016cbacdcc7b447e25650d27db387f956d16229013ea83235e262ef");
  expect(servingKey("häuser")).toEqual({ name: "NMlNvChTz96wW8aIZLWkwA", number: 1639869766 });
  const image = { width: 1, height: 2, channels: 1, data: Uint8Array.of(1, 2) } as const;
  expect(servingKey(image)).toEqual({ name: "H-jOw7grOdxVEVe-6UbctA", number: 978756406 });
});
