import { describe, expect, it } from "vitest";
import { choicesControls, fittingControls } from "../../src/label-studio/contract/choices-controls.js";

describe("choicesControls", () => {
  it("gives names, text source, labels and kind of choice", () => {
    const config = `<View><Text name="doc" value="$body"/><Choices name="topics" toName="doc" choice="multiple">
      <View><Choice value="Sport"/><Choice value="Politics" alias="pol"/></View></Choices></View>`;
    expect(choicesControls(config, "text")).toStrictEqual({
      controls: [
        {
          name: "topics",
          toName: "doc",
          source: { type: "Text", value: "$body", isUrl: false },
          choice: "multiple",
          choices: [
            { label: "Sport", value: "Sport" },
            { label: "pol", value: "Politics" },
          ],
          dynamicChoices: undefined,
        },
      ],
      skipped: [],
    });
  });

  it.each(["", "  ", "<View></View>"])("finds nothing in %j", (config) => {
    expect(choicesControls(config, "text")).toStrictEqual({ controls: [], skipped: [] });
  });

  it("knows dynamic choices", () => {
    const config = `<View><Text name="t" value="$t"/><Choices name="c" toName="t" value="$options"/></View>`;
    expect(choicesControls(config, "text").controls[0]).toMatchObject({ choices: [], dynamicChoices: "$options" });
  });

  it("takes the first text of several objects", () => {
    const config = `<View><Image name="i" value="$i"/><Text name="a" value="$a"/><Text name="b" value="$b"/>
      <Choices name="c" toName="i,a,b"><Choice value="x"/></Choices></View>`;
    expect(choicesControls(config, "text").controls[0]).toMatchObject({ toName: "a", source: { value: "$a" } });
  });

  const text = `<Text name="t" value="$t"/>`;
  it.each([
    [`<Image name="i" value="$i"/><Choices name="c" toName="i"/>`, /needs a Text.*"i" \(Image\)/],
    [`<Choices name="c" toName="nope"/>`, /"nope" \(missing\)/],
    [`${text}<Labels name="c" toName="t"/>`, /only Choices/],
    [`${text}<Choices name="c" toName="t" perRegion="true"/>`, /perRegion/],
    [`${text}<Choices name="c_{{idx}}" toName="t"/>`, /Repeater/],
    [`${text}<Choices name="c" toName="t" apiUrl="http://x/"/>`, /apiUrl/],
  ])("leaves out %s and says why", (inner, reason) => {
    const { controls, skipped } = choicesControls(`<View>${inner}</View>`, "text");
    expect(controls).toEqual([]);
    expect(skipped).toEqual([{ name: expect.any(String), reason: expect.stringMatching(reason) }]);
  });
});

describe("fittingControls", () => {
  const config = (name: string, padding = "") =>
    `<View><Text name="text" value="$text"/><Choices name="${name}" toName="text"><Choice value="a"/>${padding}</Choices></View>`;

  it("reads a configuration once, and each for itself", () => {
    const first = fittingControls(config("one"), "text");
    expect(fittingControls(config("one"), "text")).toBe(first);
    expect(fittingControls(config("two"), "text").controls.map(({ name }) => name)).toEqual(["two"]);
    expect(() => fittingControls(config("one"), "image")).toThrow("this server's model reads images");
  });

  it("does not keep very long ones, nor errors", () => {
    const long = config("long", " ".repeat(200_000));
    expect(fittingControls(long, "text")).not.toBe(fittingControls(long, "text"));
    for (let time = 0; time < 2; time++) expect(() => fittingControls("<View>", "text")).toThrow();
  });
});
