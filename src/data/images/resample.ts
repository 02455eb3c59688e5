export type Resample = "nearest" | "lanczos" | "bilinear" | "bicubic";

/** Pillow's numbers of its filters, as configuration files have them. */
export const RESAMPLE_NUMBERS: Readonly<Record<Resample, number>> = { nearest: 0, lanczos: 1, bilinear: 2, bicubic: 3 };

/** Filters by Pillow's numbers. Box (4) and Hamming (5) are taken as bilinear, as transformers.js does. */
const BY_NUMBER: readonly Resample[] = ["nearest", "lanczos", "bilinear", "bicubic", "bilinear", "bilinear"];

/** The filter of a name or of Pillow's number; `undefined` for an unknown one. */
export function resampleOf(value: number | string): Resample | undefined {
  if (typeof value === "number") return BY_NUMBER[value];
  return BY_NUMBER.find((name) => name === value.toLowerCase());
}
