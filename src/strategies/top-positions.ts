/**
 * The `count` first of the positions 0 to `size - 1` in the order of `isBefore`, in that order: a heap of the best so far, so
 * O(size log count). `isBefore` must be a strict total order for the result to be unique.
 */
export function topPositions(size: number, count: number, isBefore: (a: number, b: number) => boolean): number[] {
  if (count === 0) return [];
  // The root is the worst of the best; parents never come before their children.
  const heap = Int32Array.from({ length: count }, (_, position) => position);
  for (let at = (count >> 1) - 1; at >= 0; at--) sink(heap, at, isBefore);
  for (let position = count; position < size; position++) {
    if (isBefore(position, heap[0]!)) {
      heap[0] = position;
      sink(heap, 0, isBefore);
    }
  }
  return [...heap].sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

function sink(heap: Int32Array, start: number, isBefore: (a: number, b: number) => boolean): void {
  const value = heap[start]!;
  let at = start;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child]!, heap[child + 1]!)) child++;
    if (!isBefore(value, heap[child]!)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = value;
}
