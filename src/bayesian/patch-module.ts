import { BaalError } from "../core/errors.js";
import { matchesName, type NamePattern } from "../core/names.js";
import { type DropoutSite, siteLayers } from "./dropout-sites.js";
import { ALL_ITEMS, fillMaskRow, hashName, maskRate, maskStream } from "./mask-generator.js";
import type { LinearWeight, ModelPatch, WeightPosterior } from "./model-patch.js";

/** A model whose predictions can be made random: what {@link patchModule} needs to know of it. */
export interface Patchable {
  readonly dropoutSites: readonly DropoutSite[];
  /** The weights of its linear layers, in graph order. */
  readonly linearWeights: readonly LinearWeight[];
  /** `undefined`: predictions are deterministic. */
  patch: ModelPatch | undefined;
}

/** The last layers of a model, counted from its output; 0: the head alone. */
export interface LastLayers {
  readonly lastLayers: number;
}

/** MC-Dropout: masks on activations. */
export interface DropoutPatchOptions {
  readonly method?: "dropout" | undefined;
  /** Overrides every site's own rate; in [0, 1). */
  readonly rate?: number | undefined;
  /**
   * `"head"`: only the sites behind the pooled features, so that the encoder runs once per item. `{ lastLayers: n }`: these and those of the last n
   * layers with dropout (a transformer's blocks), so that the layers in front run once per item. `"all"` by default.
   */
  readonly where?: "all" | "head" | LastLayers | undefined;
  /** All items of a draw share its masks, whatever their batch, order and length: what BatchBALD needs. `false` by default. */
  readonly consistent?: boolean | undefined;
  /**
   * `"balanced"`: over the draws of an item each unit is dropped as often as its rate says, so that fewer draws say as much; single draws are as they
   * were. `"independent"`: each draw by itself, as Baal and PyTorch have it. `"independent"` by default.
   */
  readonly masks?: "balanced" | "independent" | undefined;
}

/** DropConnect: masks on weights, shared by all items of a draw. */
export interface DropConnectPatchOptions {
  readonly method: "dropconnect";
  /** Probability that a weight is dropped; in [0, 1), 0.1 by default. */
  readonly rate?: number | undefined;
  /** `"head"`: only the last layer, so that everything else runs once per item. `"all"` linear layers by default. */
  readonly where?: "all" | "head" | undefined;
  /**
   * Which parameters, instead of `where`: globs (`*`: any characters) or regular expressions over a linear layer's name
   * ("classifier", "*.ffn.*"), with or without ".weight".
   */
  readonly layers?: readonly NamePattern[] | undefined;
}

/** Weights sampled from a distribution: a `DeepEnsemble`, a Laplace approximation, or one of your own. */
export interface PosteriorPatchOptions {
  readonly posterior: WeightPosterior;
}

/** Patches that can be said in plain data, and sent to another process. */
export type PatchSettings = DropoutPatchOptions | DropConnectPatchOptions;

/** How {@link patchModule} makes a model stochastic. */
export type PatchOptions = (PatchSettings | PosteriorPatchOptions) & {
  /** Told when nothing was found to patch; `process.emitWarning` by default. */
  readonly onWarning?: ((message: string) => void) | undefined;
};

/** What {@link patchModule} made random, and what it left as it is. */
export interface PatchReport {
  /** The sites or parameters that are now random at prediction time; `rate` where there is one. */
  readonly patched: readonly { readonly name: string; readonly rate?: number }[];
  /** Sites or linear layers that stay as they are, because of `where`, `layers` or a rate of 0. */
  readonly skipped: readonly string[];
}

/**
 * Makes each prediction a draw from an approximate posterior over the model's weights, until {@link unpatchModule}; patching again
 * replaces the last patch. Training is not affected, and draws follow the weights that training changes. By default dropout is
 * kept on (MC-Dropout, Gal & Ghahramani 2016, arXiv:1506.02142); `method: "dropconnect"` drops weights instead (Wan et al. 2013;
 * Mobiny et al. 2019, arXiv:1906.04569); `posterior` samples them. Returns what was patched; warns when there was nothing.
 * Throws `E_ARGUMENT` for a rate outside [0, 1), an unknown method, or a pattern in `layers` that fits no linear layer.
 *
 * @example
 * ```ts with=text
 * const { patched } = patchModule(model, { where: "head", rate: 0.3 });
 * console.log(patched.map(({ name }) => name)); // the sites that are random now
 * const draws = await trainer.predictOnDataset(active.pool, { iterations: 4, seed: 1 }); // the same seed, the same draws
 * ```
 */
export function patchModule(model: Patchable, options: PatchOptions = {}): PatchReport {
  if ("posterior" in options) {
    model.patch = options.posterior;
    return { patched: options.posterior.varying.map((name) => ({ name })), skipped: [] };
  }
  checkRate(options.rate);
  const chosen = options.method === "dropconnect" ? linearRates(model, options) : dropoutRates(model, options);
  const rates = new Map([...chosen].filter(([, rate]) => rate > 0));
  if (rates.size === 0) warnOfNothing(chosen.size, options);
  model.patch = rates.size === 0 ? undefined : patchWith(rates, options);
  return {
    patched: [...rates].map(([name, rate]) => ({ name, rate })),
    skipped: [...chosen.keys()].filter((name) => !rates.has(name)),
  };
}

/** Undoes every kind of patch: predictions are exactly those from before {@link patchModule}. */
export function unpatchModule(model: Patchable): void {
  model.patch = undefined;
}

/** MC-Dropout at the sites' own rates; `undefined` for a model without dropout. */
export function ownDropout({ dropoutSites }: Pick<Patchable, "dropoutSites">): ModelPatch | undefined {
  const rates = new Map(dropoutSites.flatMap(({ name, rate }) => (rate > 0 ? [[name, rate] as const] : [])));
  return rates.size === 0 ? undefined : { kind: "dropout", rates, isConsistent: false };
}

function patchWith(rates: ReadonlyMap<string, number>, options: PatchSettings): ModelPatch {
  if (options.method === "dropconnect") return dropConnect(rates);
  return { kind: "dropout", rates, isConsistent: options.consistent ?? false, isBalanced: options.masks === "balanced" };
}

/** The rate of each dropout site, 0 for those that stay off. */
function dropoutRates({ dropoutSites }: Patchable, options: DropoutPatchOptions): Map<string, number> {
  if (options.method !== undefined && options.method !== "dropout") {
    throw new BaalError("E_ARGUMENT", `method is expected to be "dropout" or "dropconnect"; "${options.method}" came.`);
  }
  if (options.masks !== undefined && options.masks !== "balanced" && options.masks !== "independent") {
    throw new BaalError("E_ARGUMENT", `masks is expected to be "balanced" or "independent"; "${options.masks}" came.`);
  }
  const isChosen = chosenSites(dropoutSites, options.where);
  return new Map(dropoutSites.map((site) => [site.name, isChosen(site) ? (options.rate ?? site.rate) : 0]));
}

/** Throws `E_ARGUMENT` for a number of layers that the model does not have. */
function chosenSites(sites: readonly DropoutSite[], where: DropoutPatchOptions["where"] = "all"): (site: DropoutSite) => boolean {
  if (where === "all") return () => true;
  if (where === "head") return ({ place }) => place === "head";
  const layers = siteLayers(sites);
  const count = where?.lastLayers;
  if (!Number.isInteger(count) || count < 0 || count > layers.length) {
    throw new BaalError(
      "E_ARGUMENT",
      `where is expected to be "all", "head" or { lastLayers: n } with n from 0 to ${layers.length}, the layers of this model that have dropout; ${JSON.stringify(where)} came.`,
    );
  }
  const chosen = new Set(layers.slice(layers.length - count).flat());
  return ({ name, place }) => place === "head" || chosen.has(name);
}

/** The rate of each linear layer's weight, 0 for those that stay as they are. */
function linearRates({ linearWeights }: Patchable, options: DropConnectPatchOptions): Map<string, number> {
  const { rate = 0.1, where = "all", layers } = options;
  const fits = (pattern: NamePattern, name: string) =>
    matchesName(pattern, name) || matchesName(pattern, name.replace(/\.weight$/, ""));
  for (const pattern of layers ?? []) {
    if (!linearWeights.some(({ name }) => fits(pattern, name))) {
      const names = linearWeights.slice(-5).map(({ name }) => name);
      throw new BaalError("E_ARGUMENT", `layers: no linear layer matches ${pattern}. The names are like ${names.join(", ")}.`);
    }
  }
  const isChosen = ({ name, place }: LinearWeight) =>
    layers ? layers.some((pattern) => fits(pattern, name)) : where === "all" || place === "head";
  return new Map(linearWeights.map((weight) => [weight.name, isChosen(weight) ? rate : 0]));
}

function checkRate(rate: number | undefined): void {
  if (rate !== undefined && !(rate >= 0 && rate < 1))
    throw new BaalError("E_ARGUMENT", `A dropout rate lies in [0, 1); ${rate} came.`);
}

function warnOfNothing(found: number, options: PatchSettings & Pick<PatchOptions, "onWarning">): void {
  const warn = options.onWarning ?? ((message: string) => process.emitWarning(message, { code: "BAAL_NO_DROPOUT" }));
  const what = options.method === "dropconnect" ? "linear layer to drop weights of" : "dropout site to keep on";
  warn(
    `patchModule found no ${what} (${found} in the model, where: ${JSON.stringify(options.where ?? "all")}); predictions stay deterministic. Give a rate above 0, or choose where: "all".`,
  );
}

/**
 * DropConnect at prediction time (Wan et al. 2013; as an approximate posterior Mobiny et al. 2019, arXiv:1906.04569): in each draw
 * every weight of the parameters in `rates` is 0 with that probability and otherwise multiplied by `1 / (1 - rate)`, so that the
 * mean over draws is the model's current weight.
 */
export function dropConnect(rates: ReadonlyMap<string, number>): WeightPosterior {
  return {
    kind: "weights",
    varying: [...rates.keys()],
    sample(target, { seed, draw, weights }) {
      for (const [name, rate] of rates) {
        const sampled = target.get(name)!;
        const current = weights.get(name)!.data;
        const bits = new Int32Array(sampled.buffer, sampled.byteOffset, sampled.length);
        const stream = maskStream({ seed, draw, item: ALL_ITEMS, site: hashName(name) });
        fillMaskRow(bits, 0, sampled.length, stream, { position: 0, channel: 0 }, maskRate(rate));
        for (let i = 0; i < sampled.length; i++) sampled[i]! *= current[i]!;
      }
    },
  };
}
