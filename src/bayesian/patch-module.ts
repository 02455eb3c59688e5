import { BaalError } from "../errors.js";
import type { DropoutSite } from "./dropout-sites.js";

/** Which dropout sites stay random at prediction time, and how strongly. */
export interface DropoutPatch {
  /** Rate by site name; sites that are not listed are off. */
  readonly rates: ReadonlyMap<string, number>;
}

/** A model whose dropout can be kept on: what {@link patchModule} needs to know of it. */
export interface Patchable {
  readonly dropoutSites: readonly DropoutSite[];
  /** `undefined`: predictions are deterministic. */
  patch: DropoutPatch | undefined;
}

export interface PatchOptions {
  /** Overrides every site's own rate; in [0, 1). */
  readonly rate?: number;
  /** `"head"`: only the sites behind the pooled features, so that the encoder runs once per item. `"all"` by default. */
  readonly where?: "all" | "head";
  /** Told when nothing was found to patch; `process.emitWarning` by default. */
  readonly onWarning?: (message: string) => void;
}

export interface PatchReport {
  /** The sites that are now random at prediction time. */
  readonly patched: readonly { readonly name: string; readonly rate: number }[];
  /** Sites that stay off, because of `where` or a rate of 0. */
  readonly skipped: readonly string[];
}

/**
 * Keeps dropout on at prediction time (MC-Dropout, Gal & Ghahramani 2016, arXiv:1506.02142): each draw of the model is then a sample
 * from an approximate posterior over its weights. Training is not affected. Returns what was patched; warns when there was nothing.
 * Throws `E_ARGUMENT` for a rate outside [0, 1).
 */
export function patchModule(model: Patchable, options: PatchOptions = {}): PatchReport {
  const { rate, where = "all" } = options;
  if (rate !== undefined && !(rate >= 0 && rate < 1)) {
    throw new BaalError("E_ARGUMENT", `A dropout rate lies in [0, 1); ${rate} came.`);
  }
  const rates = new Map<string, number>();
  const skipped: string[] = [];
  for (const site of model.dropoutSites) {
    const chosen = rate ?? site.rate;
    if (chosen > 0 && (where === "all" || site.place === "head")) rates.set(site.name, chosen);
    else skipped.push(site.name);
  }
  if (rates.size === 0) {
    const warn = options.onWarning ?? ((message: string) => process.emitWarning(message, { code: "BAAL_NO_DROPOUT" }));
    warn(
      `patchModule found no dropout site to keep on (${model.dropoutSites.length} in the model, where: "${where}"); predictions stay deterministic. Give a rate above 0, or choose where: "all".`,
    );
  }
  model.patch = rates.size > 0 ? { rates } : undefined;
  return { patched: [...rates].map(([name, value]) => ({ name, rate: value })), skipped };
}

/** Turns dropout off again at prediction time: predictions are exactly those from before {@link patchModule}. */
export function unpatchModule(model: Patchable): void {
  model.patch = undefined;
}
