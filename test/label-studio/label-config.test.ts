import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseLabelConfig } from "../../src/label-studio/contract/label-config.js";
import { parseXml } from "../../src/label-studio/contract/xml.js";
import { itShared, sharedPath } from "../shared.js";

type Fixtures = Record<string, { config: string; parsed: unknown }>;

describe("parseLabelConfig", () => {
  itShared("gives what Label Studio's own parser gives", () => {
    const fixtures: Fixtures = JSON.parse(readFileSync(sharedPath("fixtures", "label-config.json"), "utf8"));
    expect(Object.keys(fixtures).length).toBeGreaterThanOrEqual(17);
    for (const [name, { config, parsed }] of Object.entries(fixtures)) {
      expect(parseLabelConfig(config), name).toStrictEqual(parsed);
    }
  });

  it("keeps the attributes of choices, with character references, new lines and surrounding space as XML defines them", () => {
    const config = `<View><Choices name="c" toName="t"><Choice value=" a&#10;b &#x416;\n&amp;lt; &unknown;" hotkey='"'/></Choices></View>`;
    const label = " a\nb Ж &lt; &unknown;";
    expect(parseLabelConfig(config)["c"]?.labels_attrs).toStrictEqual({ [label]: { value: label, hotkey: '"' } });
  });

  it("takes the nearest named control for a nested label", () => {
    const config = `<View><Choices name="c" toName="t"><View name="group"><Choice value="a"/></View></Choices><Choice value="lost"/></View>`;
    expect(parseLabelConfig(config)["c"]?.labels).toEqual(["a"]);
  });

  it("gives a pattern for the index of a repeater", () => {
    const config = `<Repeater on="$items" indexFlag="{{idx}}"><Choices name="c_{{idx}}" toName="t_{{idx}}"/></Repeater>`;
    expect(parseLabelConfig(config)["c_{{idx}}"]).toMatchObject({ regex: { "{{idx}}": ".*" } });
  });
});

describe("hostile configurations", () => {
  const bomb = `<!DOCTYPE v [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><View><Text name="t" value="&b;"/></View>`;
  const external = `<!DOCTYPE v [<!ENTITY x SYSTEM "file:///etc/passwd">]><View><Text name="t" value="&x;"/></View>`;

  it.each([
    ["an entity bomb", bomb, /document type/],
    ["an external entity", external, /document type/],
    ["a document type behind comments", `<!-- <!-- --><!doctype v SYSTEM "http://x/"><View/>`, /document type/],
    ["unclosed tags", "<View><Text></View>", /line 1/],
    ["no XML", "hello", /not usable XML/],
    ["two roots", "<View/><View/>", /one root element/],
    ["tags nested a thousand deep", `${"<View>".repeat(1000)}${"</View>".repeat(1000)}`, /nested/],
    ["two million characters", `<View a="${"x".repeat(2_000_000)}"/>`, /at most 1000000/],
    ["an attribute that would pollute objects", `<View __proto__="x"/>`, /not usable XML/],
  ])("refuses %s", (_, config, message) => {
    expect(() => parseLabelConfig(config)).toThrow(
      expect.objectContaining({ code: "E_LABEL_CONFIG", message: expect.stringMatching(message) }),
    );
  });

  it("leaves a document type in a comment alone", () => {
    expect(parseXml("<View><!-- <!DOCTYPE x> --></View>").tag).toBe("View");
  });

  it("has no names that reach into object prototypes", () => {
    const config = `<View><Choices name="__proto__" toName="t"><Choice value="__proto__"/><Choice value="constructor"/></Choices></View>`;
    const parsed = parseLabelConfig(config);
    expect(Object.keys(parsed)).toEqual(["__proto__"]);
    expect(Object.entries(parsed)[0]?.[1].labels).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>)["labels"]).toBeUndefined();
  });
});
