import { HttpError } from "../contract/http-error.js";

/** What a body may be made of. */
export interface JsonLimits {
  /** Most items in the lists that are the values of its keys: tasks, annotations. */
  readonly maxItems: number;
  /** Most levels of lists and objects in each other. */
  readonly maxDepth?: number | undefined;
  /** Most values in one item, and in what is around the items. */
  readonly maxValues?: number | undefined;
}

/** A JSON object that is read as it comes. */
export interface JsonPieces {
  /** Takes the next bytes. Throws a 400 or 413 (`E_REQUEST`) as soon as the body is known to be too deep, too large or no JSON. */
  push(bytes: Uint8Array): void;
  /** The value, as `JSON.parse` gives it. Throws a 400 for what is no JSON. */
  end(): unknown;
}

/** Far more than any labelling configuration, annotation or task has. */
const DEPTH = 100;
/** A value takes up to 60 bytes of memory; a mask in an annotation can have hundreds of thousands of numbers. */
const VALUES = 1_000_000;
/** Of all items together. */
const ALL_VALUES = 20 * VALUES;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads a body item by item: the parts of `{"tasks": [...]}` are parsed one by one while the rest is still on its way, so that a body of
 * 100 MB holds up nobody else, and one that is nested without end is refused at its first bytes, before anything is parsed.
 */
export function jsonPieces({ maxItems, maxDepth = DEPTH, maxValues = VALUES }: JsonLimits): JsonPieces {
  const open = new Uint8Array(maxDepth);
  let depth = 0;
  let isInText = false;
  let isEscaped = false;
  /** Whether this is between the brackets of a list of items. */
  let isInList = false;
  let itemValues = 0;
  let frameValues = 0;
  let allValues = 0;
  let parts: Buffer[] = [];
  /** What is around the items, which stand there as their numbers. */
  let frame = "";
  const items: unknown[] = [];

  const takeText = () => {
    const joined = Buffer.concat(parts).toString("utf8");
    parts = [];
    return joined;
  };
  const check = (values: number) => {
    if (values <= maxValues && ++allValues <= ALL_VALUES) return;
    const message = `The request's body has more than ${maxValues} values in one item, or more than ${ALL_VALUES} in all.`;
    throw new HttpError(413, "E_REQUEST", message);
  };
  const endItem = (last: Buffer) => {
    parts.push(last);
    const text = takeText();
    itemValues = 0;
    if (/^[ \t\n\r]*$/.test(text)) return;
    if (items.length >= maxItems) {
      const message = `At most ${maxItems} tasks or annotations are taken at once: select fewer, or raise the limit (baal serve --max-tasks).`;
      throw new HttpError(413, "E_REQUEST", message);
    }
    frame += items.push(parsed(text)) - 1;
  };

  /** Takes the sign at `at`; gives where the bytes begin that belong to no part yet. */
  function takeSign(sign: number, bytes: Buffer, from: number, at: number): number {
    const isBetweenItems = isInList && depth === 2;
    if (sign === COMMA) {
      check(isInList && !isBetweenItems ? ++itemValues : ++frameValues);
      if (!isBetweenItems) return from;
      endItem(bytes.subarray(from, at));
      frame += ",";
      return at + 1;
    }
    if (sign === OPEN_LIST || sign === OPEN_OBJECT) {
      if (depth === maxDepth) {
        throw new HttpError(
          400,
          "E_REQUEST",
          `The request's body is nested deeper than ${maxDepth} levels, which no call needs.`,
        );
      }
      check(isInList ? ++itemValues : ++frameValues);
      open[depth++] = sign;
      if (depth !== 2 || sign !== OPEN_LIST || open[0] !== OPEN_OBJECT) return from;
      isInList = true;
      parts.push(bytes.subarray(from, at + 1));
      frame += takeText();
      return at + 1;
    }
    if (depth === 0 || open[depth - 1] !== (sign === CLOSE_LIST ? OPEN_LIST : OPEN_OBJECT)) throw noJson();
    depth--;
    if (!isBetweenItems) return from;
    isInList = false;
    endItem(bytes.subarray(from, at));
    return at;
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let start = 0;
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at]!;
        if (isInText) {
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH) isEscaped = true;
          else if (byte === QUOTE) isInText = false;
        } else if (byte === QUOTE) isInText = true;
        else if (byte === COMMA || byte === OPEN_LIST || byte === CLOSE_LIST || byte === OPEN_OBJECT || byte === CLOSE_OBJECT) {
          start = takeSign(byte, bytes, start, at);
        }
      }
      if (start < bytes.length) parts.push(bytes.subarray(start));
    },
    end() {
      if (depth > 0 || isInText) throw noJson();
      // A mark of the byte order, which some clients send, is no part of the text.
      const whole = parsed((frame + takeText()).replace(/^\ufeff/, ""));
      if (items.length === 0 || typeof whole !== "object" || whole === null || Array.isArray(whole)) return whole;
      const filled = Object.entries(whole).map(([key, value]: [string, unknown]) => [
        key,
        Array.isArray(value) ? value.map((position: number) => items[position]) : value,
      ]);
      return Object.fromEntries(filled) as unknown;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's own message, which quotes the body.
    throw noJson();
  }
}

function noJson(): HttpError {
  return new HttpError(400, "E_REQUEST", "The request's body is not valid JSON.");
}
