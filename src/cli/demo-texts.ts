import { runTextDemo } from "../experiment/demo/text-demo.js";
import type { DemoKind } from "./demo.js";

export const textDemo: DemoKind = {
  about: "A small DistilBERT learns intents from few labels. Two ways to choose what to label next are compared.",
  items: "texts",
  defaults: { initialLabels: 200, querySize: 200, rounds: 4 },
  async run(options) {
    const { mostInformative, ...result } = await runTextDemo(options);
    return {
      ...result,
      findings: [
        `What the model would most like to have labelled next (${options.iterations} draws with dropout on; in nats):`,
        ...mostInformative.map(({ text, bald, entropy }) => `  BALD ${bald.toFixed(2)}  entropy ${entropy.toFixed(2)}  ${text}`),
      ],
      data: { mostInformative },
      next: (model) => [
        `  baal serve --model ${model} --port 9090        predictions for Label Studio`,
        `  baal predict --model ${model} --data texts.csv --output scores.csv`,
        "  baal train --model distilbert-base-uncased --data labelled.csv --output my-model",
      ],
    };
  },
};
