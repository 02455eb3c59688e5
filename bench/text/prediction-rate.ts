import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { interleave, roundRatios, seconds } from "../interleave.js";
import { matMulPeak } from "../matmul-peak.js";
import type { Measurement } from "../measurement.js";
import { median, showSamples } from "../statistics.js";
import { baseModel, DRAWS, textDataset } from "./base-model.js";
import { encoderWeightsPerToken, shareComputed } from "./encoder-flops.js";

const TARGET = 0.8;

/** Useful GFLOP/s of 20 draws on real texts, tokenization included, next to the machine's MatMul. */
export const predictionRate: Measurement = {
  name: "predict",
  about: "20 draws for CLINC texts: useful FLOPs per second against a 2048-cube MatMul in the same process",
  async run(context) {
    const model = await baseModel(context);
    const tokenizer = await context.baseTokenizer();
    const texts = await context.sampleTexts(context.quick ? 40 : 200);
    const lengths = texts.map((text) => tokenizer.encode(text).inputIds.length);
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    const weights = encoderWeightsPerToken(model);
    const usefulFlops = tokens * DRAWS * 2 * weights;
    const trainer = new BaalTrainer({ model });
    const predict = async () => {
      const time = await seconds(() => trainer.predictOnDataset(textDataset(texts, tokenizer), { iterations: DRAWS }));
      return usefulFlops / time / 1e9;
    };
    const peak = await matMulPeak(context.threads);
    const { ours, matMul } = await interleave(
      { ours: predict, matMul: peak },
      { rounds: context.rounds, onRound: (round) => context.progress(`predict: round ${round}`) },
    );
    const ratio = median(roundRatios(ours, matMul));
    const computed = shareComputed(model, lengths);
    const show = { unit: "GFLOP/s", decimals: 0 };
    return [
      {
        what: `prediction: ${texts.length} texts x ${DRAWS} draws, useful FLOPs`,
        ours: showSamples(ours, show),
        comparedWith: `2048-cube MatMul: ${showSamples(matMul, show)}`,
        ratio,
        target: `>= ${TARGET.toFixed(2)}`,
        met: ratio >= TARGET,
        notes: [
          `Useful FLOPs = ${tokens} true tokens x ${DRAWS} draws x 2 x ${(weights / 1e6).toFixed(1)} M. ${(computed * 100).toFixed(0)} % of them are really computed: the classifier reads only the first token, so the last layer makes queries and feed-forward for that token alone. Counting only what is computed, the ratio is ${(ratio * computed).toFixed(2)}; the layers' matrices, smaller than the yardstick's, run somewhat faster than it.`,
        ],
        samples: { usefulGflopPerSecond: ours, matMulGflopPerSecond: matMul, tokens, shareComputed: computed },
      },
    ];
  },
};
