import type { StateDict } from "../../core/bayesian-model.js";

/** Modules that a training script puts around the whole model: DDP, torch.compile, Lightning, sentence-transformers, DeepSpeed. */
const OUTER = /^(module|_orig_mod|model|net|network|0\.auto_model|auto_model|0|student|_forward_module)\./;

/** Modules that are put around any part of it: torch.compile, FSDP, activation checkpoints. */
const INNER = /(?<=^|\.)(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|_forward_module)\./g;

/** What such a script saves beside the model: the weights of a loss, counters of averaged models, metrics. */
const BESIDE = /^(loss\w*|criterion|n_averaged|\w*metrics?|epoch|global_step)(\.|$)/;

/** A checkpoint, and the wrappers whose prefixes its names had. */
export interface UnwrappedCheckpoint {
  readonly checkpoint: StateDict;
  /** What was taken off: `["model.", "_orig_mod."]`. */
  readonly prefixes: readonly string[];
}

/**
 * Takes off the names' prefixes of modules that were put around the model while it was trained, as far as all weights have them: an
 * architecture's own prefix is not that of its head.
 */
export function withoutWrappers(given: StateDict): UnwrappedCheckpoint {
  let names = [...given.keys()].map((name) => ({ name, short: name.replace(INNER, "") }));
  const outers: string[] = [];
  for (;;) {
    const own = names.filter(({ short }) => !BESIDE.test(short));
    const [outer] = OUTER.exec(own[0]?.short ?? "") ?? [];
    if (outer === undefined || !own.every(({ short }) => short.startsWith(outer))) break;
    outers.push(outer);
    names = names.map(({ name, short }) => ({ name, short: short.startsWith(outer) ? short.slice(outer.length) : short }));
  }
  const inner = names.flatMap(({ name }) => name.match(INNER) ?? []);
  const prefixes = [...new Set([...outers, ...inner])];
  if (prefixes.length === 0) return { checkpoint: given, prefixes };
  return { checkpoint: new Map(names.map(({ name, short }) => [short, given.get(name)!])), prefixes };
}

/** For the line that loading says. */
export function prefixRemarks(prefixes: readonly string[]): readonly string[] {
  return prefixes.length === 0 ? [] : [`the prefix ${prefixes.join(" and ")} of the weights' names was taken off`];
}
