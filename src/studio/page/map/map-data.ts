import { BaalError } from "../../../core/errors.js";
import type { MapHeader } from "../../api/work-contract.js";

/** What `GET api/map` gives, as columns: the same place in each is the same item. */
export interface MapData {
  readonly header: MapHeader;
  readonly ids: Uint32Array;
  /** -1 to 1. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** What counts, by the label's number; -1 for none. */
  readonly resolved: Int32Array;
  readonly predicted: Int32Array;
  /** 0 to 1; NaN for none. */
  readonly uncertainty: Float32Array;
  /** Who has answered: a place in the header's users, or one of {@link MAP_USER}. */
  readonly user: Int32Array;
  /** {@link MAP_STATES} by place. */
  readonly state: Uint8Array;
}

export const MAP_USER = { nobody: -1, several: -2 } as const;
export const MAP_STATES = ["open", "answered", "partial", "excluded", "validation"] as const;

const HEAD_BYTES = 8;
const BYTES_AN_ITEM = 7 * 4 + 1;

/** Reads the answer of `GET api/map`; no number is copied. Throws `E_SHAPE` where it is cut off or is something else. */
export function decodeMap(buffer: ArrayBuffer): MapData {
  const broken = (problem: string) =>
    new BaalError(
      "E_SHAPE",
      `The map ${problem}, ${buffer.byteLength} bytes came. Load the page again; the server may be of another version.`,
    );
  if (buffer.byteLength < HEAD_BYTES) throw broken("has no head");
  const head = new DataView(buffer);
  const [count, textBytes] = [head.getUint32(0, true), head.getUint32(4, true)];
  const start = HEAD_BYTES + Math.ceil(textBytes / 4) * 4;
  if (buffer.byteLength !== start + count * BYTES_AN_ITEM)
    throw broken(`of ${count} items should have ${start + count * BYTES_AN_ITEM} bytes`);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, HEAD_BYTES, textBytes))) as MapHeader;
  const at = (column: number) => start + column * count * 4;
  return {
    header,
    ids: new Uint32Array(buffer, at(0), count),
    x: new Float32Array(buffer, at(1), count),
    y: new Float32Array(buffer, at(2), count),
    resolved: new Int32Array(buffer, at(3), count),
    predicted: new Int32Array(buffer, at(4), count),
    uncertainty: new Float32Array(buffer, at(5), count),
    user: new Int32Array(buffer, at(6), count),
    state: new Uint8Array(buffer, at(7), count),
  };
}
