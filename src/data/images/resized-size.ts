import type { ImageSize } from "./centre-crop.js";

/** To which size an image is resized: a fixed one, or one that keeps its proportions. */
export type ResizeRule =
  | ImageSize
  | {
      /** The shorter edge gets this length; without it images never grow. */
      readonly shortestEdge?: number | undefined;
      /** The longer edge gets at most this length. */
      readonly longestEdge?: number | undefined;
    };

/** The size of an image after resizing. Lengths are rounded down, as transformers.js does; no edge gets shorter than 1. */
export function resizedSize(rule: ResizeRule, { height, width }: ImageSize): ImageSize {
  if ("height" in rule) return rule;
  const { shortestEdge, longestEdge } = rule;
  const grown = shortestEdge === undefined ? 1 : Math.max(shortestEdge / width, shortestEdge / height);
  const limited = longestEdge === undefined ? 1 : Math.min(longestEdge / (width * grown), longestEdge / (height * grown));
  // Two decimals first: 224 may have become 223.99999999999997.
  const edge = (length: number) => Math.max(1, Math.floor(Number((length * grown * limited).toFixed(2))));
  return { height: edge(height), width: edge(width) };
}
