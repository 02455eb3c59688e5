import { describe, expect, it } from "vitest";
import { AdamW } from "../../../src/engine/optimizers/adamw.js";
import { Sgd, type SgdOptions } from "../../../src/engine/optimizers/sgd.js";
import { expectClose, runGolden, runRows } from "./golden.js";

describe("Sgd", () => {
  it.each<[SgdOptions, number[]]>([
    [{ weightDecay: 0.1 }, [0.42946744, -1.20345163, 1.92602432, 0.0690540671, 0.0998465493, -0.199566513]],
    [{ weightDecay: 0.1, momentum: 0.9 }, [0.0917733833, -1.21862304, 1.75954473, 0.12552461, 0.0970547274, -0.198192343]],
    [
      { weightDecay: 0.1, momentum: 0.9, nesterov: true },
      [0.0794095099, -1.17253733, 1.71556795, 0.149807557, 0.0971957967, -0.197939634],
    ],
  ])("follows PyTorch 1.13 over six steps with %o", (options, expected) => {
    expectClose(runGolden(new Sgd(options)), expected, 2e-7);
  });

  it.each<SgdOptions>([{}, { weightDecay: 0.1 }, { momentum: 0.9 }, { momentum: 0.9, weightDecay: 0.1, nesterov: true }])(
    "gives the same weights for rows as for dense gradients with %o, bit for bit",
    (options) => {
      const create = () => new Sgd(options);
      const expected = runRows(create, "dense");
      expect(runRows(create, "rows")).toEqual(expected);
      expect(runRows(create, "mixed")).toEqual(expected);
      expect(runRows(create, "rows, saved and loaded")).toEqual(expected);
    },
  );

  it("refuses Nesterov's momentum without momentum, and another optimizer's state", () => {
    expect(() => new Sgd({ nesterov: true })).toThrow(/momentum above 0; 0 came/);
    expect(() => new Sgd().loadStateDict(new AdamW().stateDict())).toThrow(expect.objectContaining({ code: "E_CHECKPOINT" }));
  });
});
