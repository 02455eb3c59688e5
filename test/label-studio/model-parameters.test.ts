import { describe, expect, it } from "vitest";
import { readModelParameters, withParameters, writtenParameters } from "../../src/label-studio/contract/model-parameters.js";

const read = (value: unknown) => readModelParameters(value, { source: "extra_params" });

describe("parameters of a model", () => {
  it("come as an object, as JSON text, or not at all", () => {
    const parameters = { score: "bald", iterations: 30, threshold: 0.7 };
    expect(read({ strategy: "BALD", draws: 30, threshold: 0.7 })).toEqual(parameters);
    expect(read('{"heuristic": "bald", "iterations": 30, "threshold": 0.7}')).toEqual(parameters);
    for (const nothing of [null, undefined, "", "null", {}, "{}", { threshold: null }]) expect(read(nothing)).toEqual({});
  });

  it("have names in any case and writing, and are written so that they are read again", () => {
    const parameters = read({
      scoreOrder: "uncertainty",
      "top-k": 3,
      OUT_OF_SCOPE_CHOICE: "None of these",
      model_version: "v3-abc",
    });
    expect(parameters).toEqual({
      scoreOrder: "uncertainty",
      topLabels: 3,
      outOfScopeChoice: "None of these",
      modelVersion: "v3-abc",
    });
    expect(read(JSON.stringify(writtenParameters(parameters)))).toEqual(parameters);
  });

  it.each([
    [{ threshold: 7 }, /extra_params: threshold is a probability above 0 and up to 1; 7 came/],
    [{ iterations: 2.5 }, /iterations is a whole number from 1 to 1000; 2.5 came/],
    [{ draws: "20" }, /draws is a whole number from 1 to 1000; "20" came/],
    [{ strategy: "random" }, /strategy is one of .*margin.*; "random" came/],
    [{ top_k: 0 }, /top_k is a whole number of labels, 1 or more; 0 came/],
    [{ model_version: ["v1", "v2"] }, /model_version is the name of one kept version .*; \["v1","v2"\] came/],
    [{ treshold: 0.5 }, /"treshold" is none of its names, which are score or heuristic or strategy, .*threshold/],
    [{ score: "margin", strategy: "entropy" }, /score and strategy are two names of one thing/],
    [[1], /extra_params is an object, or JSON text of one, .*; \[1\] came/],
    ["{nonsense", /extra_params is an object/],
    [`{"threshold": "${"x".repeat(500)}"}`, /"x{59}\.\.\. came/],
  ])("are refused by name, with what came and what is allowed: %j", (value, message) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ status: 400, message: expect.stringMatching(message) }));
  });

  it("may stand among others that are none of them, in a request's params", () => {
    const params = { login: "x", password: "y", context: null, hostname: "h", threshold: 0.9 };
    expect(readModelParameters(params, { source: "params", allowsOthers: true })).toEqual({ threshold: 0.9 });
    expect(() => readModelParameters({ threshold: -1 }, { source: "params", allowsOthers: true })).toThrow(/params: threshold/);
  });
});

describe("settings with parameters", () => {
  const settings = { score: "margin", iterations: 20, seed: 1, threshold: 0.5 };

  it("are the server's where nothing was asked, then the project's, then the request's", () => {
    expect(withParameters(settings)).toEqual(settings);
    const merged = withParameters(settings, { threshold: 0.6, score: "entropy", modelVersion: "v1" }, { threshold: 0.7 });
    expect(merged).toEqual({ ...settings, threshold: 0.7, score: "entropy" });
  });

  it("with a number of labels take that many, whatever their probability, unless that was asked for, too", () => {
    expect(withParameters(settings, { topLabels: 3 })).toMatchObject({ topLabels: 3, threshold: 0 });
    expect(withParameters(settings, { topLabels: 3, threshold: 0.4 })).toMatchObject({ threshold: 0.4 });
  });

  it("are refused for draws that a score cannot compare, or that the server does not make", () => {
    const one = { ...settings, iterations: 1 };
    expect(() => withParameters(one, { score: "bald" })).toThrow(/bald compares draws: iterations is at least 2, 1 came/);
    expect(() => withParameters(one, { iterations: 20 })).toThrow(/dropout off.*iterations is 1, 20 came/);
    expect(() => withParameters(settings, { iterations: 1 })).toThrow(/iterations is 2 or more, 1 came/);
    expect(withParameters(settings, { iterations: 50, score: "bald" })).toMatchObject({ iterations: 50 });
  });
});
