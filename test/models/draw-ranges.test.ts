import { describe, expect, it } from "vitest";
import { dropConnect, type PatchOptions, patchModule } from "../../src/bayesian/patch-module.js";
import { draws, tinyModel } from "./draw-moments.js";
import { maxDifference, tinyTexts } from "./tiny.js";

const texts = tinyTexts(7);

describe("draws from the n-th on", () => {
  it.each<[string, PatchOptions]>([
    ["independent", {}],
    ["balanced", { masks: "balanced" }],
    ["consistent", { consistent: true }],
    ["consistent and balanced", { consistent: true, masks: "balanced" }],
    ["of the head", { where: "head", rate: 0.4 }],
    ["of weights", { method: "dropconnect", rate: 0.2 }],
    ["of the head's weights", { method: "dropconnect", rate: 0.2, where: "head" }],
  ])("are those of a longer run: %s", async (_, patch) => {
    const model = tinyModel();
    patchModule(model, patch);
    const all = await draws(model, texts, { iterations: 20, seed: 5 });
    const [first, rest] = [
      await draws(model, texts, { iterations: 4, seed: 5 }),
      await draws(model, texts, { iterations: 16, firstDraw: 4, seed: 5, tokensPerBatch: 40 }),
    ];
    for (let row = 0; row < texts.length * 3; row++) {
      const whole = all.data.subarray(row * 20, row * 20 + 20);
      expect(maxDifference(first.data.subarray(row * 4, row * 4 + 4), whole.subarray(0, 4))).toBeLessThan(1e-5);
      expect(maxDifference(rest.data.subarray(row * 16, row * 16 + 16), whole.subarray(4))).toBeLessThan(1e-5);
    }
  });

  it("are refused where there are none, and for a number that is none", async () => {
    const model = tinyModel();
    await expect(draws(model, texts, { firstDraw: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "E_MODEL_DETERMINISTIC" }),
    );
    patchModule(model);
    await expect(draws(model, texts, { firstDraw: -1 })).rejects.toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    patchModule(model, { posterior: { ...dropConnect(new Map()), maxIterations: 2 } });
    await expect(draws(model, texts, { firstDraw: 1, iterations: 2 })).rejects.toThrow(/3 draws were asked/);
  });
});

describe("dropout in the last layers", () => {
  const sites = () => tinyModel().dropoutSites.map(({ name }) => name);

  it("keeps the head's sites and those of the last blocks on", () => {
    const model = tinyModel();
    const { patched, skipped } = patchModule(model, { where: { lastLayers: 1 } });
    const names = patched.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(1);
    expect([...skipped, ...names].sort()).toEqual(sites().sort());
    const blocks = [...new Set(sites().flatMap((name) => /layer\.\d+/.exec(name)?.[0] ?? []))];
    for (const name of names) expect(name.includes(blocks.at(-1)!) || !/layer\.\d+/.test(name)).toBe(true);
    for (const name of skipped) expect(name).not.toContain(blocks.at(-1)!);
    expect(patchModule(model, { where: { lastLayers: 0 } }).patched).toEqual(patchModule(model, { where: "head" }).patched);
    expect(patchModule(model, { where: { lastLayers: blocks.length } }).skipped.every((name) => !/layer\.\d+/.test(name))).toBe(
      true,
    );
  });

  it("gives the draws of a model whose other sites have a rate of 0, the layers in front computed once", async () => {
    const model = tinyModel();
    patchModule(model, { where: { lastLayers: 1 }, rate: 0.3 });
    const short = await draws(model, texts, { iterations: 6, seed: 2 });
    const { rates } = model.patch as { readonly rates: ReadonlyMap<string, number> };
    model.patch = { kind: "dropout", rates: new Map(sites().map((name) => [name, rates.get(name) ?? 0])), isConsistent: false };
    const long = await draws(model, texts, { iterations: 6, seed: 2 });
    expect(maxDifference(short.data, long.data)).toBeLessThan(1e-5);
  });

  it.each([-1, 0.5, 9])("refuses %d layers, saying how many there are", (lastLayers) => {
    expect(() => patchModule(tinyModel(), { where: { lastLayers } })).toThrow(/n from 0 to \d/);
  });
});
