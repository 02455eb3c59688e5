import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express from "express";
import type { Browser, Page } from "playwright-core";
import { onTestFinished } from "vitest";

/** A task as Label Studio gives it to its editor. */
export interface EditorTask {
  readonly id: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly predictions: readonly unknown[];
}

export interface EditorServer {
  readonly url: string;
  close(): void;
}

export interface OpenEditor {
  readonly page: Page;
  /** What was thrown in the page. */
  readonly errors: readonly string[];
  /** The choices that are ticked, as the annotator reads them. */
  ticked(): Promise<string[]>;
  /** Stars of a Rating that are full, and what stands in a Number. */
  stars(): Promise<number>;
  number(): Promise<string>;
  /** Clicks at a star, from 1 on, or types a number. */
  rate(star: number): Promise<void>;
  type(number: string): Promise<void>;
  /** Clicks at a choice. */
  click(value: string): Promise<void>;
  /** Submits, and gives the regions as Label Studio stores and sends them. */
  submit(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

const require = createRequire(import.meta.url);
/** The package's script and, beside it, its style sheet. */
const SCRIPT = require.resolve("@heartexlabs/label-studio/build/static/js/main.js");
const STATIC = join(SCRIPT, "..", "..");

const PAGE = `<!doctype html><html><head><meta charset="utf-8"><title>Labelling</title><link rel="stylesheet" href="/static/css/main.css">
<link rel="icon" href="data:,"></head><body><div id="label-studio"></div><script src="/static/js/main.js"></script></body></html>`;

/** Stands behind a choice's text. */
const HOTKEY = /(\[\w\])?$/;

/** The part of the editor's interface that is used. */
interface Annotation {
  readonly id: string;
  serializeAnnotation(): unknown;
}
interface EditorStore {
  readonly annotationStore: {
    readonly predictions: readonly Annotation[];
    addAnnotationFromPrediction(prediction: Annotation): Annotation;
    addAnnotation(options: { userGenerate: boolean }): Annotation;
    selectAnnotation(id: string): void;
  };
}
interface EditorWindow {
  readonly LabelStudio: new (element: string, options: Readonly<Record<string, unknown>>) => unknown;
  isReady?: boolean;
  submitted?: unknown;
}

/** Serves the editor and files that were "uploaded" to Label Studio. */
export async function editorServer(files: Readonly<Record<string, Buffer>> = {}): Promise<EditorServer> {
  const app = express();
  app.get("/", (_, response) => void response.type("html").send(PAGE));
  app.use("/static", express.static(STATIC));
  for (const [path, bytes] of Object.entries(files)) app.get(path, (_, response) => void response.type("png").send(bytes));
  const server = await new Promise<ReturnType<typeof app.listen>>((resolve) => {
    const started = app.listen(0, "127.0.0.1", () => resolve(started));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Opens a task as the label stream does: the prediction, if there is one, becomes the annotation that the user begins with. */
export async function openEditor(
  browser: Browser,
  { url }: EditorServer,
  { config, task }: { readonly config: string; readonly task: EditorTask },
): Promise<OpenEditor> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  onTestFinished(() => page.close());
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(url);
  await page.evaluate(
    ({ config, task }) => {
      const view = globalThis as unknown as EditorWindow;
      new view.LabelStudio("label-studio", {
        config,
        task: { annotations: [], ...task },
        interfaces: [
          "topbar",
          "panel",
          "update",
          "submit",
          "controls",
          "side-column",
          "annotations:menu",
          "predictions:tabs",
          "predictions:menu",
        ],
        user: { pk: 1, firstName: "Ada", lastName: "L" },
        onStorageInitialized({ annotationStore: store }: EditorStore) {
          const [prediction] = store.predictions;
          const annotation = prediction
            ? store.addAnnotationFromPrediction(prediction)
            : store.addAnnotation({ userGenerate: true });
          // Its own first selection comes after this call.
          setTimeout(() => {
            store.selectAnnotation(annotation.id);
            view.isReady = true;
          });
        },
        onSubmitAnnotation(_: unknown, annotation: Annotation) {
          view.submitted = annotation.serializeAnnotation();
        },
      });
    },
    { config, task },
  );
  await page.waitForFunction(() => (globalThis as unknown as EditorWindow).isReady);
  return {
    page,
    errors,
    ticked: async () => {
      const labels = page.locator("label").filter({ has: page.locator("input:checked") });
      return (await labels.allTextContents()).map((text) => text.replace(HOTKEY, ""));
    },
    stars: () => page.locator(".ant-rate-star-full").count(),
    number: () => page.locator('input[type="number"]').inputValue(),
    rate: (star) =>
      page
        .locator(".ant-rate-star")
        .nth(star - 1)
        .click(),
    type: (number) => page.locator('input[type="number"]').fill(number),
    click: (value) =>
      page
        .locator("label")
        .filter({ hasText: new RegExp(`^${value}${HOTKEY.source}`) })
        .click(),
    async submit() {
      await page.getByRole("button", { name: "Submit" }).click();
      await page.waitForFunction(() => (globalThis as unknown as EditorWindow).submitted !== undefined);
      const result = await page.evaluate(() => (globalThis as unknown as EditorWindow).submitted);
      return result as readonly Readonly<Record<string, unknown>>[];
    },
  };
}
