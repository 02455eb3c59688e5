import { XMLParser } from "fast-xml-parser";
import { expect, it } from "vitest";
import { reliabilityBins } from "../../src/metrics/calibration-error.js";
import { reliabilityDiagram } from "../../src/metrics/reliability-diagram.js";
import { sineProbs_N_C, sineTargets_N } from "./sine-data.js";

it("draws a well-formed SVG with the title, the error and a box per filled bin", async () => {
  const svg = await reliabilityDiagram(sineProbs_N_C, sineTargets_N, { bins: 5, title: "before <temperature>" });
  expect(new XMLParser().parse(svg)).toHaveProperty("svg");
  expect(svg).toContain("before &lt;temperature&gt;");
  expect(svg).toMatch(/60 items, expected calibration error \d+\.\d %/);
  const filled = reliabilityBins(sineProbs_N_C, sineTargets_N, { bins: 5 }).filter(({ items }) => items > 0);
  expect(svg.match(/fill="#3b6fb6"/g)).toHaveLength(filled.length + 1); // and the key of the legend
});

it("refuses what the calibration error refuses", async () => {
  await expect(reliabilityDiagram([1, 0], [2])).rejects.toMatchObject({ code: "E_ARGUMENT" });
});
