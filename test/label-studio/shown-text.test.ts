import { describe, expect, it } from "vitest";
import { choicesControls } from "../../src/label-studio/contract/choices-controls.js";
import { visibleText } from "../../src/label-studio/contract/hypertext.js";
import { taskText } from "../../src/label-studio/contract/task.js";

const CHOICES = '<Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices>';

/** The text that is read of a task whose object is written so. */
function read(object: string, data: Readonly<Record<string, unknown>>): string {
  const { controls, skipped } = choicesControls(`<View>${object}${CHOICES}</View>`, "text");
  expect(skipped).toEqual([]);
  return taskText({ id: 1, data }, controls[0]!.source);
}

const base64 = (text: string, encoding: BufferEncoding = "utf8") => Buffer.from(text, encoding).toString("base64");

describe("visibleText", () => {
  it.each([
    ["a style sheet", "<style>p { a: b }</style><p>seen</p>", "seen"],
    ["a style sheet without an end", "<p>seen</p><style>p > a { b", "seen"],
    ["a script", "<SCRIPT type='x'>if (a < b) c('<p>x</p>')</SCRIPT>seen", "seen"],
    ["a comment with angles", "<!-- a > b <p>x</p> -->seen", "seen"],
    ["a conditional comment", "<!--[if mso]><p>x y</p><![endif]--><p>seen</p>", "seen"],
    [
      "a whole document",
      "<!DOCTYPE html><html><head><title>x</title><meta charset=utf-8></head><body>seen</body></html>",
      "seen",
    ],
    ["a template and what browsers without scripts see", "<template>x</template><noscript>y</noscript>seen", "seen"],
    ["what is hidden", '<div style="color:red; display: none">x<br>y<p>z</p></div><span hidden>x</span>seen', "seen"],
    ["numbered and named entities", "d&#101;&#xe9;&eacute;j&agrave; &hellip; &amp;amp; &lt;b&gt;&nbsp;x", "deééjà … &amp; <b> x"],
    ["tags within words", "re<b>fund</b> my <a href='x'>or</a>der", "refund my order"],
    ["tags between words", "<p>one</p><p>two</p>three<br/>four<td>five</td><li>six", "one two three four five six"],
    ["white space", "  one\n\t two&nbsp;&nbsp;three ", "one two three"],
    ["places to break", "re&shy;fund o<wbr>rder", "refund order"],
    ["an angle that is none", "1 < 2 and 3 > 2", "1 < 2 and 3 > 2"],
    ["an attribute with angles", '<a title="a > b">seen</a>', "seen"],
    ["no markup", "seen", "seen"],
  ])("of %s", (_, html, text) => {
    expect(visibleText(html)).toBe(text);
  });
});

describe("the text of a task is the one that is shown", () => {
  const said = (key: string) => [{ who: "a", [key]: "one" }, { who: "b", [key]: "two" }, { who: "c" }];
  it.each([
    ["paragraphs", '<Paragraphs name="t" value="$d"/>', { d: said("text") }, "one\ntwo\n"],
    [
      "paragraphs with a textKey",
      '<Paragraphs name="t" value="$d" textKey="said" nameKey="who"/>',
      { d: said("said") },
      "one\ntwo\n",
    ],
    ["a text in base64", '<Text name="t" value="$d" encoding="base64"/>', { d: base64("one two") }, "one two"],
    [
      "a text of one character per byte",
      '<Text name="t" value="$d" encoding="base64"/>',
      { d: base64("caf\u00e9", "latin1") },
      "café",
    ],
    ["a text of Unicode in base64", '<Text name="t" value="$d" encoding="base64unicode"/>', { d: base64("café 😀") }, "café 😀"],
    [
      "base64 over several lines",
      '<Text name="t" value="$d" encoding="base64"/>',
      { d: `${base64("one")}\n${base64(" two")}` },
      "one two",
    ],
    ["no encoding", '<Text name="t" value="$d" encoding="none"/>', { d: "one" }, "one"],
    [
      "hypertext in base64",
      '<HyperText name="t" value="$d" encoding="base64unicode"/>',
      { d: base64("<style>x</style><p>caf&eacute; ü</p>") },
      "café ü",
    ],
    ["hypertext", '<HyperText name="t" value="$d"/>', { d: "<script>x</script>o<i>ne</i>" }, "one"],
  ])("with %s", (_, object, data, text) => {
    expect(read(object, data)).toBe(text);
  });

  it.each([
    [
      "paragraphs under another key",
      '<Paragraphs name="t" value="$d" textKey="said"/>',
      { d: said("text") },
      /no paragraph has a text under "said" \(textKey\); they have "who", "text"/,
    ],
    [
      "what is no base64",
      '<Text name="t" value="$d" encoding="base64"/>',
      { d: "one two!" },
      /is no base64, as encoding="base64" says/,
    ],
    ["hypertext that shows nothing", '<HyperText name="t" value="$d"/>', { d: "<style>x</style>" }, /is empty/],
  ])("and is missed by name: %s", (_, object, data, message) => {
    expect(() => read(object, data)).toThrow(
      expect.objectContaining({ code: "E_DATA", message: expect.stringMatching(message) }),
    );
  });

  it("or the control is passed over, with the reason", () => {
    const { controls, skipped } = choicesControls(`<View><Text name="t" value="$d" encoding="rot13"/>${CHOICES}</View>`, "text");
    expect(controls).toEqual([]);
    expect(skipped).toEqual([
      { name: "c", reason: expect.stringMatching(/encoding="rot13".*not known; known are none, base64, base64unicode/) },
    ]);
  });
});
