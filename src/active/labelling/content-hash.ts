import { createHash, type Hash } from "node:crypto";
import { BaalError } from "../../core/errors.js";

/**
 * Names a value by its content: strings, numbers, arrays of any kind and the fields of objects, in 16 hexadecimal digits. Functions
 * are passed over. Throws `E_ARGUMENT` for what has no content beside them. `what` names the value.
 */
export function contentHash(value: unknown, what: string): string {
  const hash = createHash("sha256");
  if (feed(hash, value)) return hash.digest("hex").slice(0, 16);
  throw new BaalError(
    "E_ARGUMENT",
    `${what} has no content that could be compared when work goes on later: give the option contentOf, for example (input) => input.path.`,
  );
}

/** Whether there was anything to feed. Each part is preceded by its kind and size, so that no two values give the same bytes. */
function feed(hash: Hash, value: unknown): boolean {
  if (typeof value === "function") return false;
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${value.byteLength}:`);
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return true;
  }
  if (Array.isArray(value)) {
    hash.update(`array ${value.length}:`);
    return value.length === 0 || value.map((part) => feed(hash, part)).some(Boolean);
  }
  if (typeof value === "object" && value !== null) {
    const names = Object.keys(value).sort();
    hash.update(`object ${names.length}:`);
    return names
      .map((name) => {
        hash.update(`${name.length} ${name}:`);
        return feed(hash, (value as Record<string, unknown>)[name]);
      })
      .some(Boolean);
  }
  const text = String(value);
  hash.update(`${typeof value} ${text.length}:${text}`);
  return value !== undefined;
}
