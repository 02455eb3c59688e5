import { describe, expect, it } from "vitest";
import { predictions } from "../../../src/core/predictions.js";
import { jointLabel, SCOPE_OUTPUT } from "../../../src/label-studio/contract/control-folders.js";
import { joinedModels } from "../../../src/label-studio/serving/hosted-models.js";
import type { RunningModel } from "../../../src/label-studio/serving/pooled-model.js";

const stopped: string[] = [];

/** Logits that tell the model, the text, the class and the draw. */
function model(number: number, labels: readonly string[]): RunningModel {
  return {
    predictor: {
      labels,
      predict: async (texts, { iterations }) => {
        const values = texts.flatMap((text) =>
          labels.flatMap((_, c) =>
            Array.from({ length: iterations }, (__, k) => 1000 * number + 100 * Number(text) + 10 * c + k),
          ),
        );
        return predictions("logits", [texts.length, labels.length, iterations], new Float32Array(values));
      },
    },
    pid: number,
    stop: async () => void stopped.push(`model ${number}`),
  };
}

describe("the models of several controls as one", () => {
  const joined = joinedModels([
    { name: "mood", model: model(1, ["yes", "no"]) },
    { name: "about", model: model(2, ["yes", "a", "b"]) },
  ]);

  it("have the classes of all under the controls' names, and each item's draws beside each other", async () => {
    expect(joined.predictor.labels).toEqual([
      ...["mood/yes", "mood/no", jointLabel("mood", SCOPE_OUTPUT)],
      ...["about/yes", "about/a", "about/b", jointLabel("about", SCOPE_OUTPUT)],
    ]);
    expect(joined.predictor.isMultiLabel).toBe(true);
    const { shape, data } = await (
      joined.predictor.predict as (texts: string[], call: { iterations: number }) => ReturnType<typeof Object>
    )(["3", "4"], { iterations: 2 });
    expect(shape).toEqual([2, 7, 2]);
    expect([...data]).toEqual([
      ...[1300, 1301, 1310, 1311, -1, -1, 2300, 2301, 2310, 2311, 2320, 2321, -1, -1],
      ...[1400, 1401, 1410, 1411, -1, -1, 2400, 2401, 2410, 2411, 2420, 2421, -1, -1],
    ]);
  });

  it("end together; none at all are refused", async () => {
    await joined.stop();
    expect(stopped).toEqual(["model 1", "model 2"]);
    expect(() => joinedModels([])).toThrow(/at least one/);
  });
});
