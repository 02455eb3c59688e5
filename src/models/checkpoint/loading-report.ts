/** What loading a checkpoint did beside reading it: nothing that a file has, or lacks, goes by in silence. */
export interface LoadingReport {
  /** Parameters that the files lack, or that are for other labels: drawn at random. */
  readonly fresh: readonly string[];
  /** Tensors of the checkpoint that the model has no place for. */
  readonly unused: readonly string[];
  /** Keys of config.json that nothing is known of. */
  readonly ignored: readonly string[];
  /** What else was decided, each a sentence without its full stop. */
  readonly remarks: readonly string[];
}

/** A report of what was loaded whole. */
export const NOTHING_TO_SAY: LoadingReport = { fresh: [], unused: [], ignored: [], remarks: [] };

/** Buffers, which a module makes itself; older files hold them all the same. */
const BUFFER = /(^|\.)(position_ids|token_type_ids|num_batches_tracked|inv_freq|attn_bias)$/;

/** Tensors of a checkpoint that the model has no place for, without those that say nothing. */
export function unusedTensors(checkpoint: Iterable<string>, used: ReadonlySet<string>): readonly string[] {
  return [...checkpoint].filter((name) => !used.has(name) && !BUFFER.test(name));
}

/** The report in one line; `undefined` where there is nothing to say. */
function loadingLine({ fresh, unused, ignored, remarks }: LoadingReport): string | undefined {
  const parts = [
    listed("drawn at random", layersOf(fresh)),
    listed("not used", layersOf(unused)),
    listed("not known and not read in config.json", ignored),
    ...remarks,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** A layer's weight and bias are one thing to name. */
function layersOf(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.replace(/\.(weight|bias|gamma|beta|running_mean|running_var)$/, "")))];
}

const SHOWN = 4;

function listed(what: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const rest = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return `${what}: ${names.slice(0, SHOWN).join(", ")}${rest}`;
}

/** Says a report once, as a process warning with the code `BAAL_LOADING`. */
export function sayLoading(source: string, report: LoadingReport): void {
  const line = loadingLine(report);
  if (line !== undefined) process.emitWarning(`${source}: ${line}.`, { type: "BaalWarning", code: "BAAL_LOADING" });
}
