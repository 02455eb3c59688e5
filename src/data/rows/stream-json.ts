import { BaalError, errorMessage } from "../../core/errors.js";
import { type JsonOptions, jsonRows } from "./json-shapes.js";
import type { Row } from "./row.js";
import { isRow, streamJsonLines, streamLines } from "./stream-json-lines.js";
import { streamText } from "./stream-text.js";

/**
 * Rows of a JSON file in one of the shapes of {@link jsonRows}, or of JSON Lines under the wrong name (the hub has many). All but JSON Lines is read
 * whole before the first row comes. Throws `E_DATA`.
 */
export async function* streamJson(path: string, options: JsonOptions = {}): AsyncGenerator<Row> {
  if ((await firstLines(path)).areRows) {
    yield* linesOf(path, options);
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
  yield* jsonRows(value, path, options);
}

/** Rows of JSON Lines, or of an array under their name. Throws `E_DATA` with the line that is none. */
export async function* streamNamedLines(path: string, options: JsonOptions = {}): AsyncGenerator<Row> {
  const { first } = await firstLines(path);
  // An array that goes over several lines, or holds objects, is no row.
  if (first?.trimStart().startsWith("[") && !isLineOfValues(first)) yield* streamJson(path, options);
  else yield* linesOf(path, options);
}

function linesOf(path: string, { split }: JsonOptions): AsyncGenerator<Row> {
  if (split !== undefined) throw new BaalError("E_DATA", `${path} is JSON Lines, and has no split "${split}".`);
  return streamJsonLines(path);
}

/** Whether a text is JSON Lines, whatever its name. */
export async function isJsonLines(path: string): Promise<boolean> {
  const { first, areRows } = await firstLines(path);
  return areRows || (first !== undefined && isObject(first));
}

/** Whether a text begins as JSON Lines or a JSON file does. */
export async function looksLikeJson(path: string): Promise<boolean> {
  const { first, areRows } = await firstLines(path);
  return areRows || /^\s*(\{|\[\s*[[{\]]|\[\s*$)/.test(first ?? "");
}

interface FirstLines {
  /** The first line that is not empty. */
  readonly first: string | undefined;
  /** Whether it is a row, and another one or nothing follows. */
  readonly areRows: boolean;
}

async function firstLines(path: string): Promise<FirstLines> {
  let first: string | undefined;
  for await (const line of streamLines(path)) {
    if (line.trim() === "") continue;
    if (first !== undefined) return { first, areRows: line.trimStart().startsWith("{") };
    first = line;
    if (!isObject(first)) return { first, areRows: false };
  }
  // Of one line it is not known what it is; all shapes of an object are.
  return { first, areRows: false };
}

function isObject(line: string): boolean {
  if (!line.trimStart().startsWith("{")) return false;
  try {
    return isRow(JSON.parse(line));
  } catch {
    return false;
  }
}

function isLineOfValues(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) && !value.every(isRow);
  } catch {
    return false;
  }
}
