import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { predictions } from "../../../src/core/predictions.js";
import type { TextPredictor } from "../../../src/label-studio/contract/predictor.js";
import { itInBrowser, launchBrowser } from "../../browser.js";
import { type EditorServer, editorServer, type OpenEditor, openEditor } from "./editor-server.js";
import { learningProject } from "./learning-backend.js";

/** Predicts the first number in a text, give or take a quarter. */
const reader = (label: string): TextPredictor => ({
  labels: [label],
  isRegression: true,
  predict: async (texts, { iterations }) => {
    const values = texts.flatMap((text) =>
      Array.from({ length: iterations }, (_, k) => Number(/[\d.]+/.exec(text)?.[0]) + (k % 2 === 0 ? 0.25 : -0.25)),
    );
    return predictions("values", [texts.length, 1, iterations], Float32Array.from(values));
  },
});

interface Case {
  readonly name: string;
  readonly tag: string;
  readonly type: "rating" | "number";
  readonly text: string;
  /** What the annotator finds, and what a correction makes of it. */
  readonly shown: number;
  readonly corrected: number;
}

const cases: readonly Case[] = [
  {
    ...{ name: "stars of a Rating", tag: '<Rating name="n" toName="t"/>', type: "rating" },
    ...{ text: "worth 3.6 stars", shown: 4, corrected: 2 },
  },
  {
    ...{ name: "a Rating with more stars than five", tag: '<Rating name="n" toName="t" maxRating="9"/>', type: "rating" },
    ...{ text: "worth 42", shown: 9, corrected: 7 },
  },
  {
    ...{ name: "a Number in steps", tag: '<Number name="n" toName="t" min="0" max="10" step="0.5"/>', type: "number" },
    ...{ text: "it weighs 7.3", shown: 7.5, corrected: 6 },
  },
  {
    ...{ name: "a Number without bounds", tag: '<Number name="n" toName="t"/>', type: "number" },
    ...{ text: "it costs 1234.5", shown: 1234.5, corrected: 99.25 },
  },
];

describe("Label Studio's editor and predictions of numbers", () => {
  let browser: Browser | undefined;
  let server: EditorServer | undefined;
  beforeAll(async () => {
    server = await editorServer();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  for (const [at, { name, tag, type, text, shown, corrected }] of cases.entries()) {
    const config = `<View><Text name="t" value="$text"/>${tag}</View>`;
    const shownIn = async (editor: OpenEditor) => (type === "rating" ? editor.stars() : Number(await editor.number()));
    const region = (value: number) => ({ from_name: "n", to_name: "t", type, value: { [type]: value } });

    itInBrowser(`are drawn, accepted as they are and corrected, and what is submitted is learned: ${name}`, async () => {
      browser ??= await launchBrowser();
      const project = await learningProject(at + 1, {
        ...{ config, kind: "text", labelStudioUrl: server!.url, predictor: reader("n") },
      });
      await project.submitted(500, { id: 10, data: { text: "other" } }, [region(1)]);
      const tasks = [11, 12].map((id) => ({ id, data: { text: `${text} (${id})` } }));
      for (const [n, task] of tasks.entries()) {
        const prediction = await project.predict(task);
        const editor = await openEditor(browser, server!, { config, task: { ...task, predictions: [{ id: 1, ...prediction }] } });
        expect(await shownIn(editor)).toBe(shown);
        const wanted = n === 0 ? shown : corrected;
        if (n === 1) await (type === "rating" ? editor.rate(corrected) : editor.type(String(corrected)));
        expect(await shownIn(editor)).toBe(wanted);
        const result = await editor.submit();
        expect(result).toEqual([expect.objectContaining(region(wanted))]);
        await project.submitted(501 + n, task, result);
        const row = project.trainingRows().find(({ taskId }) => taskId === task.id);
        expect(row).toEqual({ taskId: task.id, input: task.data.text, labels: [String(wanted)] });
        expect(editor.errors).toEqual([]);
      }
    });
  }
});
