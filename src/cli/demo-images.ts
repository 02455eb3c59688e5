import { runImageDemo } from "../experiment/demo/image-demo.js";
import type { DemoKind } from "./demo.js";
import { table } from "./output.js";

export const imageDemo: DemoKind = {
  about:
    "A small CNN learns drawn shapes from few labels; one of them is rare. Two ways to choose what to label next are compared.",
  items: "images",
  defaults: { initialLabels: 60, querySize: 60, rounds: 5 },
  async run(options) {
    const { rare, ...result } = await runImageDemo(options);
    const { label, count, initial, finds } = rare;
    const share = ((100 * count) / result.poolSize).toFixed(1);
    const found = finds.map(({ strategy, found: rounds, picked }) => {
      const sum = rounds.reduce((total, round) => total + round, 0);
      return [strategy, ...rounds.map(String), String(sum), picked === 0 ? "-" : `${((100 * sum) / picked).toFixed(1)} %`];
    });
    const rounds = finds[0]!.found.map((_, round) => `round ${round + 1}`);
    return {
      ...result,
      findings: [
        `The rare class, ${label}: ${count} of the ${result.poolSize} images (${share} %), ${initial} among the first labels. Picked by`,
        "",
        table([["", ...rounds, "all", "of its picks"], ...found]),
      ],
      data: { rare },
      next: (model) => [
        `  baal serve --model ${model} --port 9090        predictions for Label Studio`,
        `  baal predict --model ${model} --data photos/ --output scores.csv`,
        "  baal train --model timm/vgg16.tv_in1k --data photos/ --output my-model     photos/ has a folder per class",
      ],
    };
  },
};
