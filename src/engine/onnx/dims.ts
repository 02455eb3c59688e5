import type { Dim, Shape } from "./tensor.js";

/**
 * Arithmetic on symbolic dimensions. A dimension is a monomial: a number times named sizes, written in one canonical way
 * ("768*batch*sequence": the number first, then the names in order), so that equal products have equal names.
 */
interface Monomial {
  readonly factor: number;
  /** Sorted, with repetitions. */
  readonly symbols: readonly string[];
}

export function multiplyDims(dims: readonly Dim[]): Dim {
  return format(multiply(dims));
}

/** `numerator / denominator` where it can be told exactly, else `undefined`. */
export function divideDims(numerator: Dim, denominator: Dim): Dim | undefined {
  const above = parse(numerator);
  const below = parse(denominator);
  if (below.factor === 0 || above.factor % below.factor !== 0) return undefined;
  const rest = [...above.symbols];
  for (const symbol of below.symbols) {
    const at = rest.indexOf(symbol);
    if (at < 0) return undefined;
    rest.splice(at, 1);
  }
  return format({ factor: above.factor / below.factor, symbols: rest });
}

/** Whether the dimension is not known by any name: a symbol that inference made up. */
export function isUnknown(dim: Dim): boolean {
  return typeof dim === "string" && dim.includes("?");
}

/** The size of broadcast dimensions; `undefined` where it depends on the run; `"mismatch"` where they cannot agree. */
export function broadcastDims(...dims: readonly Dim[]): Dim | undefined | "mismatch" {
  const sizes = new Set(dims.filter((dim) => typeof dim === "number" && dim !== 1));
  if (sizes.size > 1) return "mismatch";
  const [size] = sizes;
  if (size !== undefined) return size;
  const symbols = [...new Set(dims.filter((dim) => typeof dim === "string"))];
  const named = symbols.filter((dim) => !isUnknown(dim));
  // A made-up symbol stands for whatever the named one is; two different names tell nothing, whatever a third one is called.
  const candidates = named.length > 0 ? named : symbols;
  return candidates.length > 1 ? undefined : (candidates[0] ?? 1);
}

/** Numeric broadcast of shapes in the manner of NumPy. `fresh` names dimensions that depend on the run. */
export function broadcastShapes(shapes: readonly Shape[], fresh: () => Dim): Shape | "mismatch" {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const dims = shapes.map((shape) => shape[axis - (rank - shape.length)] ?? 1);
    const joined = broadcastDims(...dims);
    if (joined === "mismatch") return "mismatch";
    result.push(joined ?? fresh());
  }
  return result;
}

/** Whether every dimension is a number. */
export function isStatic(shape: Shape | undefined): shape is readonly number[] {
  return shape?.every((dim) => typeof dim === "number") ?? false;
}

function multiply(dims: readonly Dim[]): Monomial {
  let factor = 1;
  const symbols: string[] = [];
  for (const dim of dims) {
    const part = parse(dim);
    factor *= part.factor;
    symbols.push(...part.symbols);
  }
  return { factor, symbols: symbols.sort() };
}

function parse(dim: Dim): Monomial {
  if (typeof dim === "number") return { factor: dim, symbols: [] };
  let factor = 1;
  const symbols: string[] = [];
  for (const part of dim.split("*")) {
    const number = Number(part);
    if (part.trim() !== "" && Number.isFinite(number)) factor *= number;
    else symbols.push(part);
  }
  return { factor, symbols: symbols.sort() };
}

function format({ factor, symbols }: Monomial): Dim {
  if (factor === 0 || symbols.length === 0) return factor;
  return factor === 1 ? symbols.join("*") : [factor, ...symbols].join("*");
}
