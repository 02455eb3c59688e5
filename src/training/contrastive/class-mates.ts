import type { Dataset, Example } from "../../core/dataset.js";
import { createDataset } from "../../core/dataset-view.js";
import { createRandom, deriveSeed, SEED_PURPOSE } from "../../core/random.js";
import type { ClassMates } from "../../models/graph/contrastive-learner.js";

/**
 * Each item with up to `mates` others of its class, which are others in each epoch: depends on the seed, the epoch and the item alone. Without
 * them a batch of many classes would hardly have two items of one. An item that is alone in its class has none.
 */
export function classMates<Input>(
  dataset: Dataset<Input>,
  { mates, seed }: { readonly mates: number; readonly seed: number },
): Dataset<ClassMates<Input>> {
  const byClass = new Map<unknown, number[]>();
  const places = Array.from({ length: dataset.length }, (_, position) => {
    const { target } = dataset.at(position);
    const positions = byClass.get(target) ?? [];
    byClass.set(target, positions);
    return positions.push(position) - 1;
  });
  const inEpoch = (epoch: number): Dataset<ClassMates<Input>> => {
    const items = dataset.inEpoch?.(epoch) ?? dataset;
    return createDataset(dataset.length, (position) => {
      const anchor = items.at(position);
      const { target, index } = anchor;
      const others = byClass.get(target)!;
      const random = createRandom(deriveSeed(seed, SEED_PURPOSE.classMates, epoch, index));
      const input: Example<Input>[] = [anchor];
      // Neighbours on a circle in an order of the epoch would be the same pairs again and again: each item draws for itself.
      const left = others.filter((_, place) => place !== places[position]);
      for (let i = 0; i < mates && left.length > 0; i++) {
        const [chosen] = left.splice(random.integer(0, left.length - 1), 1);
        input.push(items.at(chosen!));
      }
      return { index, input, target };
    });
  };
  return { ...inEpoch(0), inEpoch };
}
