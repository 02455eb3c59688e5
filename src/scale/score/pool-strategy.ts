import { BaalError } from "../../core/errors.js";
import { findStrategy } from "../../strategies/registry.js";
import { isScoreStrategy, type ScoreStrategy, type Strategy } from "../../strategies/strategy.js";

/**
 * How a strategy picks from a pool that nobody sees whole. By scores: items are ranked by a number of their own (a score, with noise keyed by the item),
 * so that the best of all are among the best of each shard. By candidates: each shard gives those that the strategy would pick there, and it then picks among
 * these, which is another batch than it would pick from the whole pool, and depends on the bounds of the shards.
 */
export type PoolStrategy =
  | { readonly kind: "scores"; readonly strategy: ScoreStrategy }
  | {
      readonly kind: "candidates";
      readonly strategy: Strategy;
      readonly needs: { readonly predictions: boolean; readonly features: boolean };
    };

/** Throws `E_ARGUMENT` for a strategy that has to see the pool as a whole, or labelled items. */
export function poolStrategy(name: string): PoolStrategy {
  const { make, needs, name: own } = findStrategy(name);
  const refuse = (why: string, instead: string) =>
    new BaalError("E_ARGUMENT", `Strategy "${own}" ${why}, which the machines that score a pool do not have: use ${instead}.`);
  if (own.startsWith("subset:"))
    throw refuse("takes a random part of the whole pool first", "the strategy itself, which is given all of it");
  if (own.startsWith("softrank:"))
    throw refuse("goes by the items' ranks in the whole pool", `${own.replace("softrank", "power")}`);
  if (needs.includes("target") || needs.includes("consistentDraws"))
    throw refuse("compares items by all their draws", "power:bald, which picks diverse batches by noise, or badge");
  const strategy = make();
  if (isScoreStrategy(strategy)) return { kind: "scores", strategy };
  if (needs.includes("draws") || (needs.includes("labelled") && own !== "coreset"))
    throw refuse("compares with labelled items", "badge, coreset, or a strategy over entropy, margin or bald");
  return {
    kind: "candidates",
    strategy,
    needs: { predictions: needs.includes("probabilities"), features: needs.includes("features") },
  };
}
