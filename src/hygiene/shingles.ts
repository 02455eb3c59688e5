/**
 * The distinct runs of `length` characters of a text as 32-bit hashes, ascending; a shorter text is one run. Different runs
 * share a hash once in four billion.
 */
export function shingles(text: string, length: number): Uint32Array {
  const count = Math.max(1, text.length - length + 1);
  const hashes = new Uint32Array(count);
  for (let start = 0; start < count; start++) {
    const end = Math.min(text.length, start + length);
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hashes[start] = mixed(hash);
  }
  hashes.sort();
  let distinct = 0;
  for (let i = 0; i < count; i++) if (i === 0 || hashes[i] !== hashes[i - 1]) hashes[distinct++] = hashes[i]!;
  return hashes.slice(0, distinct);
}

/** Shared elements over all elements of two ascending lists. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [i, j, shared] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const difference = a[i]! - b[j]!;
    if (difference === 0) shared += 1;
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return shared / (a.length + b.length - shared);
}

/** The last step of MurmurHash3 (Appleby 2011): every bit of the result depends on every bit. */
function mixed(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
