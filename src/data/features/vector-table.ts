import { BaalError } from "../../errors.js";

/** `[N, D]`, filled row by row; the first row says how wide it is. */
export function vectorTable(items: number) {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  const rowBytes = () => (bytes ? bytes.length / items : 0);
  return {
    fill(positions: readonly number[], row: Uint8Array): void {
      bytes ??= new Uint8Array(items * row.length);
      if (row.length !== rowBytes()) {
        throw new BaalError(
          "E_DATA",
          `The encoder's fingerprint names vectors of ${rowBytes() / 4} and of ${row.length / 4} features; it must be another one when they change. Remove the cache's folder.`,
        );
      }
      for (const position of positions) bytes.set(row, position * row.length);
      filled += positions.length;
    },
    get filled(): number {
      return filled;
    },
    get width(): number {
      return rowBytes() / 4;
    },
    get data(): Float32Array {
      return new Float32Array(bytes?.buffer ?? new ArrayBuffer(0));
    },
  };
}
