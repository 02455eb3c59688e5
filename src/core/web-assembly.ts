import { BaalError } from "./errors.js";

/** Bytes of code, nested as it is convenient to write. */
export type Code = readonly (number | Code)[];

/** One function over 32-bit integers, which are offsets in bytes or counts, and its vectors of 128 bits. */
export interface WasmFunction {
  /** Local variables, in this order: what the caller passes, 32-bit integers, 64-bit floats among the passed ones, vectors. */
  readonly parameters: readonly ("i32" | "f64")[];
  readonly integers?: number | undefined;
  readonly vectors?: number | undefined;
  /** Returns nothing: results are written to memory. */
  readonly body: Code;
}

/** Functions that are compiled, with the memory that they work on. */
export interface WasmModule<Name extends string> {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly functions: Readonly<Record<Name, (...parameters: number[]) => void>>;
}

// Node's types have no WebAssembly, which belongs to the browser's.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, (...values: number[]) => void> };
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};

const PAGE = 65_536;
const MOST_PAGES = 65_536;
const TYPES = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

/**
 * Compiles functions that read and write `bytes` bytes of memory of their own, all zeros. Written by hand for the few loops where the
 * processor's vector instructions count, it needs no build and no native module. Throws `E_ARGUMENT` for more than 4 GiB.
 */
export function compileWasm<Name extends string>(
  functions: Readonly<Record<Name, WasmFunction>>,
  bytes: number,
): WasmModule<Name> {
  const initial = Math.max(1, Math.ceil(bytes / PAGE));
  if (!(initial <= MOST_PAGES))
    throw new BaalError("E_ARGUMENT", `WebAssembly's memory holds at most 4 GiB; ${bytes} bytes were asked for.`);
  const memory = new WebAssembly.Memory({ initial });
  const module = new WebAssembly.Module(assemble(Object.entries(functions)));
  const { exports } = new WebAssembly.Instance(module, { js: { memory } });
  return { memory, functions: exports as Record<Name, (...parameters: number[]) => void> };
}

function assemble(functions: readonly (readonly [string, WasmFunction])[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(([, { parameters }]) => [0x60, list(parameters.map((type) => TYPES[type])), 0]);
  const bodies = functions.map(([, { integers = 0, vectors = 0, body }]) => {
    const locals = [
      [unsigned(integers), TYPES.i32],
      [unsigned(vectors), TYPES.v128],
    ];
    return sized([list(locals), body, 0x0b]);
  });
  const sections: readonly (readonly [number, Code])[] = [
    [1, list(types)],
    [2, [1, name("js"), name("memory"), 0x02, 0x00, 1]],
    [3, list(functions.map((_, type) => unsigned(type)))],
    [7, list(functions.map(([of], index) => [name(of), 0x00, unsigned(index)]))],
    [10, list(bodies)],
  ];
  const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from(flat([magic, sections.map(([id, content]) => [id, sized(content)])]));
}

const flat = (code: Code): number[] => code.flatMap((part) => (typeof part === "number" ? [part] : flat(part)));
const list = (items: Code): Code => [unsigned(items.length), items];
const name = (text: string): Code => list([...Buffer.from(text)]);

function sized(code: Code): Code {
  const bytes = flat(code);
  return [unsigned(bytes.length), bytes];
}

/** LEB128 of a number of at least 0. */
function unsigned(value: number): Code {
  const rest = Math.floor(value / 128);
  return rest === 0 ? [value] : [(value % 128) + 128, unsigned(rest)];
}

/** LEB128 of a signed number. */
function signed(value: number): Code {
  const rest = value >> 7;
  const low = value & 127;
  return (rest === 0 && low < 64) || (rest === -1 && low >= 64) ? [low] : [low + 128, signed(rest)];
}

const vector =
  (operation: number) =>
  (...operands: Code[]): Code => [operands, 0xfd, unsigned(operation)];
/** From an address, and so many bytes behind it; a multiple of nothing in particular. */
const vectorAt =
  (operation: number) =>
  (address: Code, offset = 0): Code => [address, 0xfd, unsigned(operation), 0, unsigned(offset)];

/** Operands first, as on WebAssembly's stack: `i32.add(get(0), i32.value(4))`. Addresses are in bytes. */
export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];

/** Runs `body` again and again while `condition`, looked at before each run, is not 0. */
export const whileLoop = (condition: Code, body: Code): Code => [
  [0x02, 0x40, 0x03, 0x40],
  [condition, 0x45, 0x0d, 1],
  [body, 0x0c, 0],
  [0x0b, 0x0b],
];

export const i32 = {
  value: (value: number): Code => [0x41, signed(value)],
  add: (a: Code, b: Code): Code => [a, b, 0x6a],
  isBelow: (a: Code, b: Code): Code => [a, b, 0x49],
  store: (address: Code, value: Code): Code => [address, value, 0x36, 2, 0],
};

export const v128 = {
  zeros: [0xfd, 12, Array<number>(16).fill(0)] as Code,
  load: vectorAt(0),
  /** To an address, and so many bytes behind it; a multiple of nothing in particular. */
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0xfd, unsigned(11), 0, unsigned(offset)],
};

export const f32x4 = {
  /** Four times the number at an address. */
  loadSplat: vectorAt(9),
  size: vector(224),
  multiply: vector(230),
  higher: vector(233),
  /** The nearest integers, as 32-bit ones; 0 for NaN. */
  toIntegers: (value: Code): Code => vector(248)(vector(106)(value)),
};

export const i32x4 = {
  /** The eight bytes at an address as eight 16-bit integers. */
  loadBytes: vectorAt(1),
  add: vector(174),
  /** Products of 16-bit integers, added in pairs. */
  dotShorts: vector(186),
  lane: (value: Code, lane: number): Code => [value, 0xfd, 27, lane],
  /** Two vectors as one of 16-bit integers, and two of these as one of 8-bit ones; what is beyond is the largest or the lowest. */
  toShorts: vector(133),
  toBytes: vector(101),
};

export const f64x2 = {
  /** Two single precision numbers, widened. */
  loadSingles: (address: Code, offset = 0): Code => vector(95)(vectorAt(93)(address, offset)),
  add: vector(240),
  multiply: vector(242),
  lane: (value: Code, lane: number): Code => [value, 0xfd, 33, lane],
};

export const f64 = {
  add: (a: Code, b: Code): Code => [a, b, 0xa0],
  store: (address: Code, value: Code): Code => [address, value, 0x39, 3, 0],
};
