import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { type Contestant, interleave, roundRatios, seconds } from "../interleave.js";
import { type Measurement, NO_PYTORCH, type Row } from "../measurement.js";
import { median, showSamples } from "../statistics.js";
import { baseModel, DRAWS, MAX_SEQ_LEN, pyTorchBatch, textDataset } from "./base-model.js";

const TARGET = 10;

/**
 * The reference pads every text to `max_seq_len` and repeats each batch of 32 once per draw. The same texts our way take
 * their own lengths.
 */
export const againstPadding: Measurement = {
  name: "padding",
  about: "the same texts our way and the reference's way in PyTorch (padded to 128, batch repeated 20 times)",
  async run(context) {
    const model = await baseModel(context);
    const tokenizer = await context.baseTokenizer();
    const texts = await context.sampleTexts(context.quick ? 4 : 32);
    const trainer = new BaalTrainer({ model });
    const ours: Contestant = () => seconds(() => trainer.predictOnDataset(textDataset(texts, tokenizer), { iterations: DRAWS }));
    const what = `padding: ${texts.length} texts x ${DRAWS} draws, the reference pads to ${MAX_SEQ_LEN}`;
    const target = `>= ${TARGET} times faster`;
    const show = { unit: "ms/text", decimals: 0 };
    const perText = (samples: readonly number[]) => samples.map((time) => (time / texts.length) * 1000);
    const options = {
      rounds: context.rounds,
      onRound: (round: number) => context.progress(`padding: round ${round}`),
    };
    const pytorch = await context.pytorch();
    if (!pytorch) {
      const alone = perText((await interleave({ ours }, options)).ours);
      return [
        {
          what,
          ours: showSamples(alone, show),
          comparedWith: NO_PYTORCH,
          target,
          samples: { oursMsPerText: alone },
        } satisfies Row,
      ];
    }
    const batch = pyTorchBatch(textDataset(texts, tokenizer), MAX_SEQ_LEN);
    const times = await interleave({ ours, theirs: () => pytorch.predict(batch, DRAWS) }, options);
    const ratio = median(roundRatios(times.theirs, times.ours));
    const [oursMsPerText, pyTorchMsPerText] = [perText(times.ours), perText(times.theirs)];
    return [
      {
        what,
        ours: showSamples(oursMsPerText, show),
        comparedWith: `PyTorch: ${showSamples(pyTorchMsPerText, show)}`,
        ratio,
        target,
        met: ratio >= TARGET,
        samples: { oursMsPerText, pyTorchMsPerText },
      },
    ];
  },
};
