import { describe, expect, it } from "vitest";
import { configNotes } from "../../../src/label-studio/backend/config-notes.js";
import { livePlan } from "../../../src/label-studio/live/live-plan.js";
import { configOf } from "../training/labelled.js";

const facts = { base: { kind: "text", labels: [] }, weightBytes: 1e8 } as const;
const notes = (labelConfig: string, outOfScopeChoice?: string) =>
  configNotes(labelConfig, { kind: "text", plan: livePlan(labelConfig, facts), outOfScopeChoice });

describe("what a team is told of its configuration", () => {
  it("are the controls without predictions, and why: those of single regions, too", () => {
    const config = `<View><Text name="t" value="$text"/><Labels name="spans" toName="t"><Label value="Name"/></Labels>
      <Choices name="kind" toName="t" perRegion="true"><Choice value="a"/></Choices>
      <Choices name="here" toName="t" visibleWhen="region-selected"><Choice value="a"/></Choices>
      <Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices></View>`;
    expect(notes(config)).toEqual([
      expect.stringMatching(/control "spans": only Choices, Taxonomy, Rating and Number are predicted, this is Labels/),
      expect.stringMatching(/control "kind": it is about single regions \(perRegion\)/),
      expect.stringMatching(/control "here": it is shown for a selected region only/),
    ]);
  });

  it("is that none-of-these is a class where a head is solved with each label, and only there", () => {
    const labels = ["late", "broken", "None"];
    expect(notes(configOf(labels), "None")).toEqual([expect.stringMatching(/^"None" is a class like the others/)]);
    expect(notes(configOf(labels))).toEqual([]);
    expect(notes(configOf(labels), "Nothing")).toEqual([]);
    expect(notes(configOf(labels, 'choice="multiple"'), "None")).toEqual([]);
  });

  it("is nothing of numbers, for which no head is solved", () => {
    const config = '<View><Text name="t" value="$text"/><Rating name="stars" toName="t"/></View>';
    expect(notes(config, "None")).toEqual([]);
    expect(livePlan(config, facts)).toMatchObject({ kind: "trained", why: expect.stringMatching(/asks for a number/) });
  });
});
