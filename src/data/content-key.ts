import { BaalError } from "../core/errors.js";
import { addContent, type ContentRules, newDigest, sha256 } from "../system/digest.js";
import type { ImageInput } from "./images/image-input.js";

/**
 * SHA-256 of what a model reads of an item: of its own `contentKey()` where it has one, of an image's pixels, otherwise of all that the
 * input holds (typed arrays, numbers, texts, and arrays and plain objects of these). Throws `E_DATA` for other inputs, naming the item.
 */
export async function contentKey(input: unknown, item: number): Promise<string> {
  const { contentKey, load } = (input ?? {}) as Partial<ImageInput>;
  if (typeof contentKey === "function") return sha256("key:", await contentKey.call(input));
  const digest = newDigest();
  addContent(digest, typeof load === "function" ? await load.call(input) : input, rules(item));
  return digest.digest("hex");
}

/** Feature caches name their vectors by these. */
const rules = (item: number): ContentRules => ({
  fieldsOf(value) {
    if (isPlainObject(value)) return Object.entries(value).filter(([, field]) => field !== undefined);
    throw new BaalError(
      "E_DATA",
      `The input of item ${item} holds a ${Object.prototype.toString.call(value).slice(8, -1)}, whose content has no name. Give inputs a contentKey() that names what the model reads.`,
    );
  },
  nameOf: (name) => `string ${name.length}:${name}`,
});

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
