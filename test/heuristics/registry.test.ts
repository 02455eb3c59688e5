import { describe, expect, it } from "vitest";
import { getHeuristic, heuristicNames } from "../../src/heuristics/registry.js";

describe("getHeuristic", () => {
  it("makes each heuristic under its own name, in any case of letters", () => {
    expect(heuristicNames).toEqual(
      expect.arrayContaining(["bald", "entropy", "margin", "certainty", "variance", "epig", "random"]),
    );
    for (const name of heuristicNames) expect(getHeuristic(name).name).toBe(name);
    expect(getHeuristic("BALD").name).toBe("bald");
  });

  it.each(["bold", "", "constructor", "__proto__"])("lists the known names for %j", (name) => {
    expect(() => getHeuristic(name)).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining("bald, entropy, margin") }),
    );
  });
});
