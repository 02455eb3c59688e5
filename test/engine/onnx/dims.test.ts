import { describe, expect, it } from "vitest";
import { broadcastDims, broadcastShapes, divideDims, isStatic, isUnknown, multiplyDims } from "../../../src/engine/onnx/dims.js";

describe("symbolic dimensions", () => {
  it("have one name per product", () => {
    expect(multiplyDims(["sequence", 768, "batch"])).toBe("768*batch*sequence");
    expect(multiplyDims(["batch*sequence", 12, "64"])).toBe(multiplyDims([768, "sequence*batch"]));
    expect(multiplyDims(["batch", 0])).toBe(0);
    expect(multiplyDims([])).toBe(1);
  });

  it("cancel factors exactly or not at all", () => {
    expect(divideDims("768*batch*sequence", "12*batch")).toBe("64*sequence");
    expect(divideDims("768*batch", "768*batch")).toBe(1);
    expect(divideDims("batch", 2)).toBeUndefined();
    expect(divideDims("batch", "sequence")).toBeUndefined();
    expect(divideDims(6, 0)).toBeUndefined();
  });

  it("broadcast", () => {
    expect(broadcastDims("batch", 1)).toBe("batch");
    expect(broadcastDims("batch", 4)).toBe(4);
    expect(broadcastDims("?1", "batch")).toBe("batch");
    expect(broadcastDims("batch", "sequence")).toBeUndefined();
    expect(broadcastDims(2, 3)).toBe("mismatch");
    expect(broadcastShapes([["batch", 1, 4], ["sequence", 1], []], () => "?1")).toEqual(["batch", "sequence", 4]);
    expect(broadcastShapes([["batch"], ["sequence"]], () => "?1")).toEqual(["?1"]);
    expect(broadcastShapes([[2], [3]], () => "?1")).toBe("mismatch");
    // Any of three names may be the one that is not 1 in some run.
    expect(broadcastShapes([["a"], ["b"], ["c"]], () => "?1")).toEqual(["?1"]);
    expect(broadcastShapes([["a"], ["b"], ["?2"]], () => "?1")).toEqual(["?1"]);
    expect(broadcastShapes([["a"], ["b"], [4]], () => "?1")).toEqual([4]);
    expect(broadcastShapes([["?2"], ["?3"], [1]], () => "?1")).toEqual(["?1"]);
  });

  it("are known by number, by name, or not at all", () => {
    expect([isUnknown("?1"), isUnknown("4*?1"), isUnknown("batch"), isUnknown(3)]).toEqual([true, true, false, false]);
    expect([isStatic([1, 2]), isStatic(["batch"]), isStatic(undefined)]).toEqual([true, false, false]);
  });
});
