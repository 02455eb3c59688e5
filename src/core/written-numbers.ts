import { isRecord } from "./json-values.js";

/*
 * JSON has one kind of number, Python two: a file whose 2.0 has become 2 is refused by readers that check their types. So a number that
 * JavaScript would write in another way is remembered as it was written, and written so again as long as it has the same value.
 */

/** Numbers as they were written, by their path. A symbol, so that a spread copies it and nothing else sees it. */
const WRITTEN = Symbol("numbers as written");

type Written = ReadonlyMap<string, string>;

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;

/** Parses JSON; an object remembers those of its numbers that JavaScript writes otherwise. Throws `SyntaxError`. */
export function parseJsonKeepingNumbers(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) return value;
  const written = writtenNumbers(text);
  return written.size === 0 ? value : { ...value, [WRITTEN]: written };
}

/** JSON with two spaces of indentation, numbers that were read by {@link parseJsonKeepingNumbers} as they were written. */
export function jsonWithNumbers(value: Readonly<Record<PropertyKey, unknown>>): string {
  const written = value[WRITTEN] as Written | undefined;
  if (written === undefined) return JSON.stringify(value, null, 2);
  const mark = "\u0000number ";
  const marked = mapNumbers(value, "", (number, path) => {
    const literal = written.get(path);
    return literal !== undefined && Number(literal) === number ? `${mark}${literal}` : number;
  });
  return JSON.stringify(marked, null, 2).replace(/"\\u0000number ([^"]*)"/g, "$1");
}

function mapNumbers(value: unknown, path: string, change: (number: number, path: string) => unknown): unknown {
  if (typeof value === "number") return change(value, path);
  if (Array.isArray(value)) return value.map((inner, i) => mapNumbers(inner, `${path}/${i}`, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapNumbers(inner, `${path}/${key}`, change)]));
}

/** Where the reader of a text is: in a list at a place, or in an object at a key. */
interface Level {
  readonly isList: boolean;
  /** The place or key. */
  at: string | number;
  /** Whether a text would be a key. */
  wantsKey: boolean;
}

function writtenNumbers(text: string): Written {
  const found = new Map<string, string>();
  const levels: Level[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === "{") levels.push({ isList: false, at: "", wantsKey: true });
    else if (token === "[") levels.push({ isList: true, at: 0, wantsKey: false });
    else if (token === "}" || token === "]") levels.pop();
    else if (token === "," && level) {
      if (level.isList) level.at = Number(level.at) + 1;
      else level.wantsKey = true;
    } else if (token === ":" && level) level.wantsKey = false;
    else if (token.startsWith('"')) {
      if (level?.wantsKey) level.at = JSON.parse(token) as string;
    } else if (level && String(Number(token)) !== token) found.set(levels.map(({ at }) => `/${at}`).join(""), token);
  }
  return found;
}
