import { createHash, type Hash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { canonicalJson } from "../core/json-values.js";

/** A text, hashed as UTF-8, or the bytes of an array. */
export type HashPart = string | NodeJS.ArrayBufferView;

/** SHA-256 of some parts one after the other, as 64 hexadecimal digits. */
export function sha256(...parts: readonly HashPart[]): string {
  return sha256Bytes(...parts).toString("hex");
}

/** The 32 bytes of {@link sha256}. */
export function sha256Bytes(...parts: readonly HashPart[]): Buffer {
  // At once where it can be: half the time for what is short.
  if (parts.length === 1) return hash("sha256", parts[0]!, "buffer");
  const digest = newDigest();
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** SHA-256 of a file in 64 hexadecimal digits, read in pieces. Throws what the file system does. */
export async function fileSha256(path: string): Promise<string> {
  const digest = newDigest();
  await addFile(digest, path);
  return digest.digest("hex");
}

/** A hash to be fed piece by piece. SHA-1 only where another system names its content by it, as git does. */
export function newDigest(algorithm: "sha256" | "sha1" = "sha256"): Hash {
  return createHash(algorithm);
}

/** Feeds a file's content, up to `length` bytes of it, and gives the number of bytes read. Throws what the file system does. */
export async function addFile(digest: Hash, path: string, length = Number.POSITIVE_INFINITY): Promise<number> {
  if (length <= 0) return 0;
  let bytes = 0;
  for await (const chunk of createReadStream(path, { end: length - 1, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    digest.update(chunk);
    bytes += chunk.length;
  }
  return bytes;
}

/** The differences between two kinds of files that hold content hashes: neither may change without making them worthless. */
export interface ContentRules {
  /**
   * The fields of an object that count, in any order; `undefined` for what has no content, which is passed over. Is asked about
   * functions and symbols, too. May throw.
   */
  readonly fieldsOf: (value: unknown) => readonly (readonly [name: string, value: unknown])[] | undefined;
  /** The text that is hashed for a field's name. It has to tell where the name ends. */
  readonly nameOf: (name: string) => string;
}

const SCALARS: ReadonlySet<string> = new Set(["string", "number", "boolean", "bigint", "undefined"]);

/**
 * Feeds a value by its content: texts, numbers, typed arrays, lists and the fields of objects. Each is preceded by its kind and its
 * length, so that no two different values give the same bytes. Whether there was anything to feed.
 */
export function addContent(digest: Hash, value: unknown, rules: ContentRules): boolean {
  if (ArrayBuffer.isView(value)) {
    digest.update(`${value.constructor.name} ${value.byteLength}:`).update(value as NodeJS.ArrayBufferView);
    return true;
  }
  if (Array.isArray(value)) {
    digest.update(`array ${value.length}:`);
    return value.length === 0 || value.map((element) => addContent(digest, element, rules)).some(Boolean);
  }
  if (value === null || SCALARS.has(typeof value)) {
    const text = String(value);
    digest.update(`${typeof value} ${text.length}:${text}`);
    return value !== undefined;
  }
  const fields = rules.fieldsOf(value);
  if (fields === undefined) return false;
  digest.update(`object ${fields.length}:`);
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  const fed = sorted.map(([name, field]) => {
    digest.update(rules.nameOf(name));
    return addContent(digest, field, rules);
  });
  return fed.some(Boolean);
}

/** Names a JSON value by its {@link canonicalJson}: equal ones have the same 64 hexadecimal digits. */
export function jsonSha256(value: unknown): string {
  return sha256(canonicalJson(value));
}
