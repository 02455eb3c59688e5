import { createHash, type Hash } from "node:crypto";
import { BaalError } from "../core/errors.js";
import type { ImageInput } from "./images/image-input.js";

/**
 * SHA-256 of what a model reads of an item: of its own `contentKey()` where it has one, of an image's pixels, otherwise of all that the
 * input holds (typed arrays, numbers, texts, and arrays and plain objects of these). Throws `E_DATA` for other inputs, naming the item.
 */
export async function contentKey(input: unknown, item: number): Promise<string> {
  const { contentKey, load } = (input ?? {}) as Partial<ImageInput>;
  const hash = createHash("sha256");
  if (typeof contentKey === "function") hash.update("key:").update(await contentKey.call(input));
  else addValue(hash, typeof load === "function" ? await load.call(input) : input, item);
  return hash.digest("hex");
}

/** Each value is written with its kind and its length, so that no two different inputs give the same bytes. */
function addValue(hash: Hash, value: unknown, item: number): void {
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${value.byteLength}:`).update(value as Uint8Array);
  } else if (Array.isArray(value)) {
    hash.update(`array ${value.length}:`);
    for (const element of value) addValue(hash, element, item);
  } else if (isPlainObject(value)) {
    const entries = Object.entries(value).filter(([, property]) => property !== undefined);
    hash.update(`object ${entries.length}:`);
    for (const [name, property] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
      addValue(hash, name, item);
      addValue(hash, property, item);
    }
  } else if (value === null || ["string", "number", "boolean", "bigint", "undefined"].includes(typeof value)) {
    const text = String(value);
    hash.update(`${typeof value} ${text.length}:${text}`);
  } else {
    throw new BaalError(
      "E_DATA",
      `The input of item ${item} holds a ${Object.prototype.toString.call(value).slice(8, -1)}, whose content has no name. Give inputs a contentKey() that names what the model reads.`,
    );
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
