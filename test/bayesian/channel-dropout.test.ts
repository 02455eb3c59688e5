import { describe, expect, it } from "vitest";
import { dropoutSites, installMasks } from "../../src/bayesian/dropout-sites.js";
import { fillMask } from "../../src/bayesian/fill-masks.js";
import { maskRate } from "../../src/bayesian/mask-generator.js";
import { graphBuilder } from "../../src/engine/onnx/builder.js";
import { createGraph } from "../../src/engine/onnx/graph.js";
import { createSession } from "../../src/engine/runtime/session.js";
import { addDropout } from "../../src/models/architectures/layers.js";

const CHANNELS = 6;

function graphWithDropout() {
  const b = graphBuilder(createGraph("channels"));
  const x = b.input("x", { dtype: "float32", shape: ["batch", CHANNELS, 3, 2] });
  b.output(addDropout(b, x, { name: "drop", rate: 0.25, unit: "channel" }), "y");
  return b.graph;
}

/** Masks of items 0, 1, ... and draws 0, 1, ...: `[items x draws, CHANNELS]`. */
function masks(items: number, draws: number): Float32Array {
  const [mask] = installMasks(graphWithDropout(), () => true).masks;
  const rows = Array.from({ length: items * draws }, (_, i) => ({ item: Math.floor(i / draws), draw: i % draws, length: 1 }));
  const target = new Float32Array(rows.length * CHANNELS);
  fillMask(target, mask!, maskRate(0.25), rows, { seed: 3, paddedLength: 1 });
  return target;
}

describe("dropout of whole channels", () => {
  it("is one number per channel in the graph", async () => {
    const { graph, masks: inputs } = installMasks(graphWithDropout(), () => true);
    expect(dropoutSites(graphWithDropout())).toEqual([{ name: "drop", rate: 0.25, place: "body" }]);
    expect(graph.inputs.get(inputs[0]!.input)!.shape).toEqual(["batch", CHANNELS, 1, 1]);
    const session = await createSession(graph);
    const mask = Float32Array.from([0, 2, 3, 0, 1, 5]);
    const feeds = new Map([
      ["x", { dtype: "float32" as const, dims: [1, CHANNELS, 3, 2], data: new Float32Array(CHANNELS * 6).fill(1) }],
      [inputs[0]!.input, { dtype: "float32" as const, dims: [1, CHANNELS, 1, 1], data: mask }],
    ]);
    const y = (await session.run(feeds)).get("y")!.data as Float32Array;
    expect([...y]).toEqual([...mask].flatMap((value) => Array.from({ length: 6 }, () => value)));
  });

  it("drops each channel at its rate, independently of the others, of the item and of the draw", () => {
    const [items, draws] = [100, 200];
    const drawn = masks(items, draws);
    const total = items * draws;
    const isDropped = (row: number, channel: number) => Number(drawn[row * CHANNELS + channel] === 0);
    const within = (count: number, probability: number, trials: number) => {
      const deviation = Math.sqrt(trials * probability * (1 - probability));
      expect(Math.abs(count - trials * probability)).toBeLessThan(4.5 * deviation);
    };
    for (let a = 0; a < CHANNELS; a++) {
      const counts = { alone: 0, nextItem: 0, nextDraw: 0 };
      const pairs = new Array<number>(CHANNELS).fill(0);
      for (let row = 0; row < total; row++) {
        if (!isDropped(row, a)) continue;
        counts.alone += 1;
        counts.nextItem += isDropped((row + draws) % total, a);
        counts.nextDraw += isDropped((row + 1) % total, a);
        for (let other = 0; other < CHANNELS; other++) pairs[other]! += isDropped(row, other);
      }
      within(counts.alone, 0.25, total);
      within(counts.nextItem, 1 / 16, total);
      within(counts.nextDraw, 1 / 16, total);
      for (let other = 0; other < CHANNELS; other++) if (other !== a) within(pairs[other]!, 1 / 16, total);
    }
    expect(new Set(drawn)).toEqual(new Set([0, Math.fround(4 / 3)]));
  });
});
