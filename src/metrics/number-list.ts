/** Numbers that are added one by one; 8 bytes each, at most twice that while growing. */
export interface NumberList {
  readonly length: number;
  push(value: number): void;
  /** A copy of exactly the numbers so far. */
  toArray(): Float64Array;
}

export function numberList(): NumberList {
  let data = new Float64Array(64);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === data.length) {
        const larger = new Float64Array(2 * length);
        larger.set(data);
        data = larger;
      }
      data[length++] = value;
    },
    toArray: () => data.slice(0, length),
  };
}
