import { describe, expect, it } from "vitest";
import type { LabelTask } from "../../../src/studio/store/records.js";
import { actionOf } from "../../../src/studio/terminal/keys.js";
import { LabellingDesk } from "../../../src/studio/terminal/labelling-desk.js";
import { renderScreen } from "../../../src/studio/terminal/screen.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { beginTestProject } from "../store/open-test-project.js";

/** A desk over four texts with labels a, b, c, and a way to type at it. */
async function openDesk(task: LabelTask = "single", options: object = {}) {
  const store = await beginTestProject(temporaryFolder(), task);
  const desk = new LabellingDesk({ ...{ store, items: store.items(), task, user: "ann", seed: 1 }, ...options });
  const press = (...keys: readonly string[]) => {
    for (const key of keys) {
      const named = /^[a-z]{2,}$/.test(key) ? { name: key } : {};
      const action = actionOf(named.name ? undefined : key, named);
      if (action) desk.act(action);
    }
  };
  const shown = () => desk.view().item?.content;
  const answers = () =>
    store.items().map(({ id }) => [...(store.answersOf(id).resolved ?? [])].flatMap(([label, yes]) => (yes ? [label] : [])));
  return { store, desk, press, shown, answers };
}

describe("a labelling desk", () => {
  it("shows what is ranked first, and goes on in the order of the data where the ranking ends", async () => {
    const { desk, press, shown } = await openDesk();
    expect(shown()).toBe("text 1");
    const suggestions = [{ label: "b", probability: 0.9 }];
    desk.ranked({ items: [{ position: 2, suggestions }], strategy: "x", reason: "", labelled: 0, heldOut: undefined });
    expect(shown()).toBe("text 1");
    press("1");
    expect(shown()).toBe("text 3");
    expect(desk.view().suggestions).toEqual(suggestions);
    press("return");
    expect(shown()).toBe("text 2");
    expect(desk.view().labels.map(({ count }) => count)).toEqual([1, 1, 0]);
    press("return");
    expect(desk.view().message).toContain("no suggestion to accept");
  });

  it("goes back to answer again, and takes back in the order of answering", async () => {
    const { press, shown, answers } = await openDesk();
    press("1", "2", "left", "left");
    expect(shown()).toBe("text 1");
    press("3");
    expect(answers().slice(0, 2)).toEqual([[3], [2]]);
    press("backspace");
    expect([shown(), answers()[0]]).toEqual(["text 1", [1]]);
    press("backspace");
    expect([shown(), answers()[1]]).toEqual(["text 2", []]);
    press("backspace", "backspace");
    expect(answers().flat()).toEqual([]);
    press("1");
    expect(answers().flat()).toEqual([1]);
  });

  it("skips, and shows skipped items again when that is asked for", async () => {
    const { store, press, shown } = await openDesk();
    press(" ", "1", "1", "1");
    expect(shown()).toBeUndefined();
    const again = new LabellingDesk({ store, items: store.items(), task: "single", user: "ann", seed: 1, isSkippedShown: true });
    expect(again.view().item?.content).toBe("text 1");
    again.act({ type: "digit", digit: 2 });
    expect(again.view().progress).toMatchObject({ answered: 4, skipped: 0 });
  });

  it("marks several labels and saves them, none as well", async () => {
    const { press, shown, answers, desk } = await openDesk("multi");
    press("1", "3", "1", "return", "return");
    expect([answers().slice(0, 2), shown()]).toEqual([[[3], []], "text 3"]);
    expect(desk.view().progress.answered).toBe(2);
    press("b", "tab", "a", "tab");
    expect(
      desk
        .view()
        .labels.filter(({ isMarked }) => isMarked)
        .map(({ name }) => name),
    ).toEqual(["a", "b"]);
  });

  it("changes labels by commands, says what is wrong, and asks again for what was split", async () => {
    const { desk, press, shown, answers, store } = await openDesk();
    const command = (text: string) => press(...text, "return");
    press("1", "2");
    command(":add d");
    command(":merge b = a");
    expect(answers().slice(0, 2)).toEqual([[1], [1]]);
    command(":split a = a, other a");
    expect([answers().flat(), desk.view().labels.map(({ name }) => name)]).toEqual([[], ["c", "d", "a", "other a"]]);
    command(":renam c = x");
    expect(desk.view().message).toContain("Did you mean :rename?");
    command(":rename nope = x");
    expect(desk.view().message).toContain('no label "nope"');
    command(":merge c");
    expect(desk.view().message).toContain("Write :merge LABEL = INTO");
    command(":exclude spam");
    expect(shown()).not.toBe("text 3");
    command(":note hard");
    expect(new Map(store.flags().map(({ flag, note }) => [flag, note]))).toEqual(
      new Map([
        ["exclude", "spam"],
        ["comment", "hard"],
      ]),
    );
  });
});

describe("the screen", () => {
  it("shows no sequence of an item's or a label's own, and fits", async () => {
    const store = await beginTestProject(temporaryFolder());
    store.addLabel({ name: "\x1b]0;title\x07<b>" });
    const items = [{ ...store.items()[0]!, content: `\x1b[2Jevil \u202e\r\n${"long words ".repeat(400)}` }];
    const desk = new LabellingDesk({ store, items, task: "single", user: "ann", seed: 1 });
    for (const size of [
      { columns: 80, rows: 24 },
      { columns: 20, rows: 8 },
      { columns: 300, rows: 60 },
    ]) {
      const { text } = renderScreen(desk.view(), size);
      expect(text).not.toContain("\x1b[2J");
      expect(text).not.toContain("\x1b]");
      expect(text).not.toContain("\u202e");
      expect(text).not.toContain("\x07");
      expect(text.split("\r\n").length).toBeLessThanOrEqual(Math.max(size.rows, 10));
    }
    expect(renderScreen(desk.view(), { columns: 80, rows: 24 }).text).toMatch(/more lines/);
  });

  it("takes as many columns as characters are wide", async () => {
    const { textWidth, wrapped, cut } = await import("../../../src/studio/terminal/text-width.js");
    expect([textWidth("abc"), textWidth("日本"), textWidth("e\u0301"), textWidth("🙂")]).toEqual([3, 4, 1, 2]);
    expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrapped("日本語日本語", 5)).toEqual(["日本", "語日", "本語"]);
    expect(wrapped("a\n\nb", 5)).toEqual(["a", "", "b"]);
    expect(cut("日本語", 5)).toBe("日本");
  });
});
