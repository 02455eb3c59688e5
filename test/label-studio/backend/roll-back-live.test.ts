import { join } from "node:path";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import { openBackend } from "../../../src/entries/label-studio.js";
import { writeTinyModel } from "../../cli/tiny-model.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { eventually } from "./started-server.js";
import { sentimentConfig, textOf } from "./text-project.js";

const CREATED = 1_700_000_000;
const project = `1.${CREATED}`;
const hostname = "http://labels.example.org";
const at = (seconds: number) => new Date((CREATED + seconds) * 1000).toISOString();

/** A server whose heads are solved with each label, and published at once. */
async function started(folder: string, { score = "margin" } = {}) {
  const backend = await openBackend({
    ...{ dataDir: join(folder, "state"), model: join(folder, "model"), iterations: 3, publishEveryMs: 0 },
    training: { recipe: "solvedHead" },
    predictions: { score },
    logger: pino({ level: "silent" }),
  });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await backend.close();
    isOpen = false;
  };
  onTestFinished(close);
  backend.setup({ labelConfig: sentimentConfig, project, hostname });
  const status = () => backend.status.project(1)!;
  return {
    ...{ backend, close, status },
    /** Labels a text and gives the version that is published for it. */
    async label(id: number, label: string): Promise<string> {
      await backend.webhook({
        action: "ANNOTATION_CREATED",
        project: { id: 1, title: "", label_config: sentimentConfig, created_at: at(0) },
        task: { id, data: { text: textOf(label, id) } },
        annotation: {
          ...{ id, task: id, completed_by: 1, created_at: at(id), updated_at: at(id) },
          result: [{ from_name: "sentiment", to_name: "text", type: "choices", value: { choices: [label] } }],
        },
      });
      return eventually(async () => {
        const { modelVersion, versions, head } = status();
        const isNew = head?.labelled === id && versions[0]?.version === modelVersion && versions[0]?.trained === id;
        return isNew ? modelVersion : undefined;
      });
    },
    async answer() {
      const tasks = [{ id: 900, data: { text: textOf("Positive", 900) } }];
      const { results } = await backend.predict({ tasks, project, hostname, labelConfig: sentimentConfig });
      const [one] = results as readonly { readonly model_version: string; readonly score: number }[];
      return { version: one!.model_version, score: one!.score };
    },
  };
}

it("a version that is chosen answers as it was kept, over restarts, until the next label gives a new one", async () => {
  const folder = temporaryFolder();
  await writeTinyModel(folder);
  let server = await started(folder);
  await server.label(1, "Positive");
  const first = await server.label(2, "Negative");
  const before = await server.answer();
  expect(before.version).toBe(first);
  const second = await server.label(3, "Negative");
  const after = await server.answer();
  expect(after.version).toBe(second);
  expect(after.score).not.toBeCloseTo(before.score, 4);

  await server.backend.status.serve(1, first);
  expect(server.status()).toMatchObject({ modelVersion: first, head: { held: first, labelled: 3 } });
  const held = await server.answer();
  expect(held.version).toBe(first);
  expect(held.score).toBeCloseTo(before.score, 4);
  await server.close();

  server = await started(folder);
  expect(server.status()).toMatchObject({ modelVersion: first, head: { held: first } });
  expect((await server.answer()).score).toBeCloseTo(before.score, 4);
  await eventually(async () => server.status().head?.isSettled || undefined);
  // Whatever cross-validation says of the labels that are there: it is no label.
  expect(server.status()).toMatchObject({ modelVersion: first, head: { held: first, labelled: 3 } });

  const next = await server.label(4, "Positive");
  expect(server.status()).toMatchObject({ modelVersion: next, head: { held: undefined } });
  expect((await server.answer()).version).toBe(next);
  await server.close();
});

it("a version that cannot give the score of the server is refused by name", async () => {
  const folder = temporaryFolder();
  await writeTinyModel(folder);
  const server = await started(folder, { score: "bald" });
  await server.label(1, "Positive");
  const first = await server.label(2, "Negative");
  const second = await server.label(3, "Negative");
  await expect(server.backend.status.serve(1, first)).rejects.toMatchObject({
    status: 409,
    message: expect.stringMatching(new RegExp(`${first} is kept as a last layer alone.*bald`)),
  });
  expect(server.status().modelVersion).toBe(second);
  await server.close();
});
