import type { BenchContext } from "./bench-context.js";
import { type Contestant, interleave, roundRatios } from "./interleave.js";
import { NO_PYTORCH, type Row } from "./measurement.js";
import { median, showSamples } from "./statistics.js";

export interface Comparison {
  readonly what: string;
  /** Seconds of the work here. */
  readonly ours: Contestant;
  /** Seconds of the same work in PyTorch; `undefined` where it is not installed. */
  readonly theirs: Contestant | undefined;
}

/** A row for the same work here and in PyTorch, with the promise not to be slower; the ratio says how many times faster we are. */
export async function comparisonRow(context: BenchContext, { what, ours, theirs }: Comparison): Promise<Row> {
  const options = { rounds: context.rounds, onRound: (round: number) => context.progress(`${what}: round ${round}`) };
  const show = { unit: "s", decimals: 2 };
  const target = "not slower: >= 1.00";
  if (!theirs) {
    const oursSeconds = (await interleave({ ours }, options)).ours;
    return { what, ours: showSamples(oursSeconds, show), comparedWith: NO_PYTORCH, target, samples: { oursSeconds } };
  }
  const times = await interleave({ ours, theirs }, options);
  const ratio = median(roundRatios(times.theirs, times.ours));
  return {
    what,
    ours: showSamples(times.ours, show),
    comparedWith: `PyTorch: ${showSamples(times.theirs, show)}`,
    ratio,
    target,
    met: ratio >= 1,
    samples: { oursSeconds: times.ours, pyTorchSeconds: times.theirs },
  };
}
