/** Does its work once and returns what it measured: seconds, or a rate. */
export type Contestant = () => Promise<number>;

export interface InterleaveOptions {
  /** Rounds that count. */
  readonly rounds: number;
  readonly onRound?: (round: number) => void;
}

/**
 * Measures contestants in turns, after one turn each that does not count. Other work on the machine then disturbs all of
 * them alike, and the ratio within a round means something where the numbers themselves do not. A contestant that is not there has no
 * samples.
 */
export async function interleave<Name extends string>(
  contestants: Readonly<Record<Name, Contestant | undefined>>,
  { rounds, onRound }: InterleaveOptions,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const name of names) await contestants[name]?.();
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      const sample = await contestants[name]?.();
      if (sample !== undefined) samples[name].push(sample);
    }
    onRound?.(round);
  }
  return samples;
}

/** Element by element, `numerators[i] / denominators[i]`: the ratio of each round. */
export function roundRatios(numerators: readonly number[], denominators: readonly number[]): number[] {
  return numerators.map((value, round) => value / denominators[round]!);
}

/** Seconds that the work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
