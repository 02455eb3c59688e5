import { BaalError } from "../../core/errors.js";

/** A layer of a network over feature maps. */
export type ConvnetLayer =
  | { readonly kind: "convolution"; readonly channels: number }
  /** Maximum of 2 x 2, which halves the map. */
  | { readonly kind: "pool" }
  /** Of whole channels. */
  | { readonly kind: "dropout" }
  | { readonly kind: "residual" };

/** What is wrong with a string of layers, and where: the position of the first character that is. */
export interface ConvnetProblem {
  readonly message: string;
  readonly at: number;
}

const LETTERS: Readonly<Record<string, ConvnetLayer>> = {
  p: { kind: "pool" },
  d: { kind: "dropout" },
  r: { kind: "residual" },
};

const MOST_CHANNELS = 4096;
const KNOWN = "a number of channels, p (2 x 2 maximum), d (dropout) and r (residual block)";

/**
 * Reads layers such as `"128,p,d,128"`: a number is a convolution with so many channels and a ReLU, `p` a 2 x 2 maximum, `d` dropout of whole channels,
 * `r` a residual block (ReLU, convolution, ReLU, convolution, sum, ReLU). `shape` is `[channels, height, width]` of the map that goes in.
 */
export function parseConvnet(
  text: string,
  shape?: readonly [number, number, number],
): { readonly layers: readonly ConvnetLayer[] } | { readonly problem: ConvnetProblem } {
  const layers: ConvnetLayer[] = [];
  let [height, width] = shape ? [shape[1], shape[2]] : [Infinity, Infinity];
  let at = 0;
  for (const part of text.split(",")) {
    const token = part.trim();
    const start = at + (token === "" ? 0 : part.indexOf(token));
    at += part.length + 1;
    const layer = /^\d+$/.test(token)
      ? ({ kind: "convolution", channels: Number(token) } as const)
      : LETTERS[token.toLowerCase()];
    if (layer === undefined) {
      const came = token === "" ? "there is nothing" : `there is "${token}"`;
      return { problem: { message: `Layers are ${KNOWN}, separated by commas; ${came} at position ${start + 1}.`, at: start } };
    }
    if (layer.kind === "convolution" && (layer.channels < 1 || layer.channels > MOST_CHANNELS))
      return {
        problem: {
          message: `A convolution has 1 to ${MOST_CHANNELS} channels; ${token} came at position ${start + 1}.`,
          at: start,
        },
      };
    if (layer.kind === "pool") {
      [height, width] = [Math.floor(height / 2), Math.floor(width / 2)];
      if (height < 1 || width < 1) {
        const message = `Nothing is left of a map of ${shape![1]} x ${shape![2]} behind the p at position ${start + 1}: leave it out.`;
        return { problem: { message, at: start } };
      }
    }
    layers.push(layer);
  }
  return { layers };
}

/** As {@link parseConvnet}; throws `E_ARGUMENT` with the problem. */
export function readConvnet(text: string, shape?: readonly [number, number, number]): readonly ConvnetLayer[] {
  const read = parseConvnet(text, shape);
  if ("layers" in read) return read.layers;
  throw new BaalError("E_ARGUMENT", `The layers ${JSON.stringify(text)} cannot be read: ${read.problem.message}`);
}
