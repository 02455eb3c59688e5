import { BaalError, errorMessage } from "../../core/errors.js";
import { floatTypes, integerTypes } from "./dtypes.js";

/** One tensor as a safetensors header describes it. */
export interface TensorEntry {
  readonly name: string;
  /** `F32`, `BF16`, `I64`, ... */
  readonly dtype: string;
  readonly dims: readonly number[];
  /** First byte and the byte after the last, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}

/** The tensors of a file, and its free text fields. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly tensors: readonly TensorEntry[];
}

/** The limit of the reference implementation; a longer header is a damaged length field. */
export const maxHeaderBytes = 100_000_000;

/**
 * Parses and checks the JSON header: known element types, sizes that fit the shapes, bytes that are neither shared nor beyond
 * the data, no name twice. `dataBytes` is the size of the data that follows the header.
 * Throws `E_MODEL_FORMAT` with the file and the reason.
 */
export function parseHeader(path: string, text: string, dataBytes: number): SafetensorsHeader {
  const object = parseObject(path, text);
  const names = topLevelKeys(text);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw damaged(path, `its header has the name "${twice}" twice`);
  const tensors: TensorEntry[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (name !== "__metadata__") tensors.push(tensorEntry(path, name, value, dataBytes));
  }
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (let i = 1; i < tensors.length; i++) {
    const [before, tensor] = [tensors[i - 1]!, tensors[i]!];
    if (tensor.begin < before.end) throw damaged(path, `the bytes of "${before.name}" and "${tensor.name}" overlap`);
  }
  return { metadata: metadataOf(path, object["__metadata__"]), tensors };
}

export function damaged(path: string, reason: string, cause?: unknown): BaalError {
  return new BaalError("E_MODEL_FORMAT", `${path} is not a usable safetensors file: ${reason}. Download or save it again.`, {
    cause,
  });
}

function parseObject(path: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw damaged(path, `its header is not JSON (${errorMessage(error)})`, error);
  }
  throw damaged(path, "its header is not a JSON object");
}

function metadataOf(path: string, value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const isStrings = typeof value === "object" && value !== null && Object.values(value).every((item) => typeof item === "string");
  if (!isStrings) throw damaged(path, "__metadata__ is not a table of strings");
  return value as Record<string, string>;
}

function tensorEntry(path: string, name: string, value: unknown, dataBytes: number): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw damaged(path, `the entry of "${name}" is not {dtype, shape, data_offsets: [begin, end]}`);
  }
  const bytes = floatTypes[dtype]?.bytes ?? integerTypes[dtype];
  if (bytes === undefined) {
    const known = [...Object.keys(floatTypes), ...Object.keys(integerTypes)].join(", ");
    throw new BaalError("E_MODEL_FORMAT", `${path}: "${name}" has the element type ${dtype}; readable are ${known}.`);
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes) {
    throw damaged(path, `"${name}" lies at bytes ${begin} to ${end} of ${dataBytes} bytes of data (a truncated file?)`);
  }
  const expected = shape.reduce((product, dim) => product * dim, bytes);
  if (end - begin !== expected) {
    throw damaged(
      path,
      `"${name}" of type ${dtype} and shape [${shape}] needs ${expected} bytes, its offsets give ${end - begin}`,
    );
  }
  return { name, dtype, dims: shape, begin, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** The keys of the outermost object, repeated ones included (`JSON.parse` keeps the last silently). The text is valid JSON. */
function topLevelKeys(text: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if ("{[".includes(character)) depth++;
    else if ("}]".includes(character)) depth--;
    else if (character === '"') {
      const end = endOfString(text, i);
      if (depth === 1 && /^\s*:/.test(text.slice(end, end + 20))) keys.push(JSON.parse(text.slice(i, end)) as string);
      i = end - 1;
    }
  }
  return keys;
}

/** The position after the closing quote. A loop, because a regular expression overflows its stack on metadata of many megabytes. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (; text[i] !== '"'; i++) if (text[i] === "\\") i++;
  return i + 1;
}
