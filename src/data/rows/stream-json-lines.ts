import { BaalError, errorMessage } from "../../core/errors.js";
import type { Row } from "./row.js";
import { streamText } from "./stream-text.js";

/**
 * Rows of a JSON Lines file, one at a time; empty lines are skipped.
 * Throws `E_DATA` with the line that is no JSON or no object.
 */
export async function* streamJsonLines(path: string): AsyncGenerator<Row> {
  let number = 0;
  for await (const line of streamLines(path)) {
    number++;
    if (line.trim() !== "") yield parseJsonRow(line, `${path}, line ${number}`);
  }
}

/**
 * Lines end with LF, CRLF or CR, none of which stands in JSON as it is; U+2028 may stand inside a JSON string, which node:readline would cut in two.
 */
export async function* streamLines(path: string): AsyncGenerator<string> {
  let pieces: string[] = [];
  let endsWithReturn = false;
  for await (const chunk of streamText(path)) {
    let start = endsWithReturn && chunk.startsWith("\n") ? 1 : 0;
    endsWithReturn = chunk.endsWith("\r");
    const ends = /\r\n|\n|\r/g;
    ends.lastIndex = start;
    for (let end = ends.exec(chunk); end !== null; end = ends.exec(chunk)) {
      pieces.push(chunk.slice(start, end.index));
      yield pieces.join("");
      pieces = [];
      start = ends.lastIndex;
    }
    pieces.push(chunk.slice(start));
  }
  const last = pieces.join("");
  if (last !== "") yield last;
}

/** A line of JSON Lines. Throws `E_DATA` for what is no JSON or no object. */
export function parseJsonRow(line: string, where: string): Row {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new BaalError("E_DATA", `${where}: not valid JSON (${errorMessage(error)}).`, { cause: error });
  }
  if (isRow(value)) return value;
  throw new BaalError("E_DATA", `${where}: an object such as {"text": "..."} is needed, ${describe(value)} came.`);
}

/** Whether a JSON value is an object with named columns. */
export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** "an array", "a string", ... */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
