import { join } from "node:path";
import { type DropoutPatchOptions, patchModule } from "../../src/bayesian/patch-module.js";
import { ImageDataset } from "../../src/data/images/image-dataset.js";
import { readIdxImages } from "../../src/data/images/sources/read-idx.js";
import { ImageClassifier } from "../../src/models/images/image-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { interleave, roundRatios, seconds } from "../interleave.js";
import type { Measurement } from "../measurement.js";
import { median, showSamples } from "../statistics.js";

const DRAWS = 20;

/**
 * Draws of a network with dropout behind its first convolution: nearly all of it runs once per draw. With consistent masks only the channels
 * that a draw keeps are computed.
 */
export const smallCnn: Measurement = {
  name: "small-cnn",
  about: `BatchBALD's MNIST net: ${DRAWS} draws for 10,000 images`,
  async run(context) {
    const rows = await readIdxImages(join(context.mnist, "t10k-images-idx3-ubyte.gz"));
    const labels = Array.from({ length: 10 }, (_, digit) => String(digit));
    const model = ImageClassifier.fromConfig({ architecture: "small-cnn" }, { labels, threads: context.threads, seed: 0 });
    const dataset = new ImageDataset(context.quick ? rows.slice(0, 500) : rows, { processor: model.processor, labels });
    const trainer = new BaalTrainer({ model });
    const drawn = (patch: DropoutPatchOptions) => {
      patchModule(model, patch);
      return seconds(() => trainer.predictOnDataset(dataset, { iterations: DRAWS }));
    };
    const times = await interleave(
      {
        draws: () => drawn({}),
        consistent: () => drawn({ consistent: true }),
        pass: () => seconds(() => trainer.predictOnDataset(dataset, { iterations: 1, mode: "deterministic" })),
      },
      { rounds: context.rounds, onRound: (round) => context.progress(`small-cnn: round ${round}`) },
    );
    const rate = (samples: readonly number[]) =>
      showSamples(
        samples.map((time) => dataset.length / time),
        { unit: "images/s", decimals: 0 },
      );
    return [
      {
        what: `BatchBALD's MNIST net, ${dataset.length} images: ${DRAWS} draws`,
        ours: rate(times.draws),
        comparedWith: `one deterministic pass: ${rate(times.pass)}`,
        ratio: median(roundRatios(times.draws, times.pass)),
        target: "-",
        samples: { drawsSeconds: times.draws, passSeconds: times.pass, images: dataset.length },
      },
      {
        what: `the same with consistent masks, as BatchBALD needs: ${DRAWS} draws`,
        ours: rate(times.consistent),
        comparedWith: `masks of each item's own: ${rate(times.draws)}`,
        ratio: median(roundRatios(times.consistent, times.draws)),
        target: "-",
        samples: { consistentSeconds: times.consistent },
      },
    ];
  },
};
