import { BaalError, errorMessage } from "../../core/errors.js";
import { type ClincOptions, clincRows, isClinc } from "./read-clinc.js";
import type { Row } from "./row.js";
import { describe, isRow, streamJsonLines } from "./stream-json-lines.js";
import { streamText } from "./stream-text.js";

/**
 * Rows of a `.json` file: an array of objects, a CLINC-OOS file, or JSON Lines under the wrong name (the hub has many).
 * An array is read whole before the first row comes; JSON Lines are the form for large data. Throws `E_DATA`.
 */
export async function* streamJson(path: string, options: ClincOptions = {}): AsyncGenerator<Row> {
  if (await looksLikeLines(path)) {
    yield* streamJsonLines(path);
    return;
  }
  const pieces: string[] = [];
  for await (const piece of streamText(path)) pieces.push(piece);
  let value: unknown;
  try {
    value = JSON.parse(pieces.join(""));
  } catch (error) {
    throw new BaalError("E_DATA", `${path}: not valid JSON (${errorMessage(error)}).`, { cause: error });
  }
  if (isClinc(value)) yield* clincRows(value, path, options);
  else yield* arrayRows(value, path);
}

/** Whether the first line is a complete object, as in JSON Lines, while more text follows. */
async function looksLikeLines(path: string): Promise<boolean> {
  for await (const piece of streamText(path)) {
    const end = piece.indexOf("\n");
    const rest = piece.slice(end + 1).trimStart();
    return end !== -1 && rest.startsWith("{") && isCompleteObject(piece.slice(0, end));
  }
  return false;
}

function isCompleteObject(line: string): boolean {
  try {
    return isRow(JSON.parse(line));
  } catch {
    return false;
  }
}

function* arrayRows(value: unknown, path: string): Generator<Row> {
  if (!Array.isArray(value)) {
    throw new BaalError("E_DATA", `${path}: an array of objects is needed, ${describe(value)} came.`);
  }
  for (const [position, item] of value.entries()) {
    if (!isRow(item)) throw new BaalError("E_DATA", `${path}, item ${position}: an object is needed, ${describe(item)} came.`);
    yield item;
  }
}
