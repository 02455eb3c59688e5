import { patchModule } from "../../src/bayesian/patch-module.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { interleave, roundRatios, seconds } from "../interleave.js";
import { type Measurement, NO_PYTORCH, type Row } from "../measurement.js";
import { median, showSamples } from "../statistics.js";
import { withPython } from "../with-python.js";
import { createVgg, pythonVgg, randomPixels, VGG16 } from "./vgg.js";

const DRAWS = 20;
const MOST = 1.15;
const LEAST = 15;

/** What 20 draws cost when all in front of the first dropout runs once. */
export const vggDraws: Measurement = {
  name: "vgg-draws",
  about: `VGG16 at 224x224: ${DRAWS} draws against one deterministic pass, and against ${DRAWS} full passes in PyTorch`,
  run: (context) =>
    withPython(context, "torch", async (python) => {
      const model = createVgg(VGG16, context.threads);
      patchModule(model);
      const trainer = new BaalTrainer({ model });
      const pixels = randomPixels(context.quick ? 5 : 16, VGG16);
      const array = await python?.array(pixels.data, pixels.shape);
      const predict = (iterations: number, mode: "mc" | "deterministic") => () =>
        seconds(() => trainer.predictOnDataset(pixels.dataset, { iterations, mode }));
      const times = await interleave(
        {
          draws: predict(DRAWS, "mc"),
          pass: predict(1, "deterministic"),
          theirs:
            array &&
            (() => python!.call({ function: "vgg.predict", arrays: [array], numbers: { ...pythonVgg(VGG16), passes: 1 } })),
        },
        { rounds: context.rounds, onRound: (round) => context.progress(`vgg-draws: round ${round}`) },
      );
      const show = { unit: "s", decimals: 2 };
      const what = `VGG16, ${pixels.dataset.length} images 224x224: ${DRAWS} draws`;
      const cost = median(roundRatios(times.draws, times.pass));
      const rows: Row[] = [
        {
          what,
          ours: showSamples(times.draws, show),
          comparedWith: `one deterministic pass: ${showSamples(times.pass, show)}`,
          ratio: cost,
          target: `<= ${MOST}`,
          met: cost <= MOST,
          samples: { drawsSeconds: times.draws, passSeconds: times.pass },
        },
      ];
      const theirs = times.theirs.map((time) => time * DRAWS);
      const faster = python && median(roundRatios(theirs, times.draws));
      rows.push({
        what: "... against the whole network once per draw",
        ours: showSamples(times.draws, show),
        comparedWith: python ? `PyTorch: ${showSamples(theirs, { ...show, decimals: 1 })}` : NO_PYTORCH,
        ratio: faster,
        target: `>= ${LEAST}`,
        met: faster === undefined ? undefined : faster >= LEAST,
        notes: [
          `PyTorch's passes with dropout are all alike: one over the same images is measured in each round, and taken ${DRAWS} times.`,
        ],
        samples: { drawsSeconds: times.draws, pyTorchSeconds: theirs },
      });
      return rows;
    }),
};
