import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { ModelKind } from "../../../src/models/checkpoint/model-kind.js";
import { itInBrowser, launchBrowser } from "../../browser.js";
import { png } from "../images/image-files.js";
import { type EditorServer, editorServer, openEditor } from "./editor-server.js";
import { type LabelledTask, learningProject } from "./learning-backend.js";

interface Case {
  readonly name: string;
  readonly kind: ModelKind;
  readonly config: string;
  readonly data: LabelledTask["data"];
  /** What the annotator finds ticked, and clicks at. */
  readonly ticked: readonly string[];
  readonly clicks: readonly string[];
  /** What is ticked then, and what the model is to learn. */
  readonly corrected: readonly string[];
  readonly labels: readonly string[];
  /** Tasks that are labelled before, since a model needs two labels. */
  readonly before: { readonly data: LabelledTask["data"]; readonly fromName: string; readonly labels: readonly string[] };
}

const sentiment = `<View><Text name="text" value="$text"/><Choices name="sentiment" toName="text" choice="single" showInline="true">
  <Choice value="Positive" alias="pos"/><Choice value="Negative" alias="neg"/></Choices></View>`;
const topics = `<View><Text name="doc" value="$body"/>
  <Choices name="topics" toName="doc" choice="multiple"><Choice value="Sport"/><Choice value="Politics" alias="pol"/><Choice value="Tech"/></Choices>
  <Choices name="urgent" toName="doc" choice="single-radio"><Choice value="Sport now"/><Choice value="Later"/></Choices></View>`;
const shades = `<View><Image name="img" value="$image"/><Choices name="shade" toName="img"><Choice value="Light"/><Choice value="Dark"/></Choices></View>`;

const cases: readonly Case[] = [
  {
    ...{ name: "single choice with aliases", kind: "text", config: sentiment },
    data: { text: "It is a neg one, they say, but it is not." },
    ...{ ticked: ["Negative"], clicks: ["Positive"], corrected: ["Positive"], labels: ["pos"] },
    before: { data: { text: "other" }, fromName: "sentiment", labels: ["neg"] },
  },
  {
    ...{ name: "single choice, accepted as it is", kind: "text", config: sentiment },
    data: { text: "all is pos" },
    ...{ ticked: ["Positive"], clicks: [], corrected: ["Positive"], labels: ["pos"] },
    before: { data: { text: "other" }, fromName: "sentiment", labels: ["neg"] },
  },
  {
    ...{ name: "multiple choice beside another control", kind: "text", config: topics },
    data: { body: "Sport and pol, later" },
    ...{ ticked: ["Sport", "Politics", "Later"], clicks: ["Sport", "Tech"] },
    ...{ corrected: ["Politics", "Tech", "Later"], labels: ["pol", "Tech"] },
    before: { data: { body: "other" }, fromName: "topics", labels: ["Sport"] },
  },
  {
    ...{ name: "image that Label Studio holds", kind: "image", config: shades },
    data: { image: "/data/upload/1/dark.png" },
    ...{ ticked: ["Dark"], clicks: ["Light"], corrected: ["Light"], labels: ["Light"] },
    before: { data: { image: "/data/upload/1/other.png" }, fromName: "shade", labels: ["Dark"] },
  },
];

describe("Label Studio's editor", () => {
  let browser: Browser | undefined;
  let server: EditorServer | undefined;
  beforeAll(async () => {
    server = await editorServer({ "/data/upload/1/dark.png": await png(60) });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  for (const [at, { name, kind, config, data, ...about }] of cases.entries()) {
    itInBrowser(`shows a prediction ticked, and its correction is what the next training sees: ${name}`, async () => {
      browser ??= await launchBrowser();
      const project = await learningProject(at + 1, { config, kind, labelStudioUrl: server!.url });
      const task = { id: 11, data };
      const prediction = await project.predict(task);
      const { fromName, labels: others } = about.before;
      const region = { from_name: fromName, to_name: "x", type: "choices", value: { choices: others } };
      await project.submitted(500, { id: 10, data: about.before.data }, [region]);
      const rowOf = (taskId: number) => project.trainingRows().find((row) => row.taskId === taskId);
      expect(rowOf(11)).toBeUndefined();

      const editor = await openEditor(browser, server!, { config, task: { ...task, predictions: [{ id: 1, ...prediction }] } });
      expect(await editor.ticked()).toEqual(about.ticked);
      await screenshot(editor, `editor-${at + 1}-prediction`);
      for (const choice of about.clicks) await editor.click(choice);
      expect(await editor.ticked()).toEqual(about.corrected);
      await screenshot(editor, `editor-${at + 1}-corrected`);
      await project.submitted(501, task, await editor.submit());

      expect(rowOf(11)).toEqual({ taskId: 11, input: Object.values(data)[0], labels: about.labels });
      expect(rowOf(10)?.labels).toEqual(others);
      expect(editor.errors).toEqual([]);
    });
  }
});

async function screenshot({ page }: Awaited<ReturnType<typeof openEditor>>, name: string): Promise<void> {
  const folder = process.env["BAALJS_SCREENSHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
