/** An IDX file of unsigned bytes, as MNIST's are: two zeros, the kind 8, the number of axes, their lengths, the bytes. */
export function encodeIdx(dims: readonly number[], data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, 8, dims.length]);
  for (const [axis, length] of dims.entries()) header.writeUInt32BE(length, 4 + 4 * axis);
  return Buffer.concat([header, data]);
}
