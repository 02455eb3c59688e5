/** Fills a cache until it is done or killed: `fill-child.ts <folder> <items> <delay>`. Prints "done <items>" after each chunk. */
import { cachedFeatures } from "../../../src/data/features/cached-features.js";
import { someDataset, tokenCounter } from "./token-counter.js";

const [folder = "", items, delay] = process.argv.slice(2);
await cachedFeatures(tokenCounter({ width: 64, delay: Number(delay) }), someDataset(Number(items)), {
  folder,
  chunkSize: 10,
  onProgress: ({ type, done }) => {
    if (type === "features") process.stdout.write(`done ${done}\n`);
  },
});
