import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type StartedServer } from "../label-studio/backend/started-server.js";
import { account } from "./real-label-studio.js";
import {
  annotationsOf,
  answerOf,
  choice,
  projectStatus,
  projectsOf,
  type Stage,
  setStage,
  textConfig,
  texts,
  trainedBy,
} from "./stage.js";

const environment = process.env["BAALJS_LABEL_STUDIO"];

describe.skipIf(environment === undefined)(
  "what a team does in a real Label Studio (BAALJS_LABEL_STUDIO)",
  { timeout: 120_000 },
  () => {
    let stage: Stage;
    let server: StartedServer;

    beforeAll(async () => {
      stage = await setStage(environment!);
      await stage.studio.start();
      server = await stage.serve({
        ...{ model: stage.textModel, dataDir: stage.at("state") },
        args: ["--iterations", "5", "--train-args", '{"maxSteps": 40}'],
        environment: { LABEL_STUDIO_URL: stage.studio.url, LABEL_STUDIO_API_KEY: account.token },
      });
    }, 240_000);

    afterAll(() => stage?.close(), 60_000);

    async function connected(title: string, more: object = {}) {
      const { rest } = stage;
      const { id } = await rest.createProject(title, textConfig(), more);
      const { body } = await rest.connect(id, server.url);
      return { id, backend: body.id };
    }

    it("imports tasks, deletes them and imports others, which get their numbers: all labels arrive", async () => {
      const { rest } = stage;
      const { id } = await connected("Imported again");
      await rest.importTasks(id, texts(12, { from: 500 }));
      const first = await rest.tasks(id);
      await rest.annotate(first[0]!.id, answerOf(first[0]!));
      expect(await annotationsOf(server, id, 1)).toBe(1);
      await rest.action(id, "delete_tasks");
      expect(await annotationsOf(server, id, 0)).toBe(0);
      await rest.importTasks(id, texts(12));
      const second = await rest.tasks(id);
      // As Label Studio's database of a single file does it.
      expect(second.map((task) => task.id)).toEqual(first.map((task) => task.id));
      for (const task of second) await rest.annotate(task.id, answerOf(task));
      expect(await annotationsOf(server, id, 12)).toBe(12);
    });

    it("changes the labelling configuration: labels of a class that came later are learned", async () => {
      const { rest } = stage;
      const { id, backend } = await connected("A class more");
      await rest.importTasks(id, texts(24));
      const tasks = await rest.tasks(id);
      await rest.call("PATCH", `/api/projects/${id}`, { label_config: textConfig(["positive", "negative", "neutral"]) });
      for (const [i, task] of tasks.entries()) await rest.annotate(task.id, i % 3 === 0 ? [choice("neutral")] : answerOf(task));
      expect(await annotationsOf(server, id, 24)).toBe(24);
      const { versions } = await trainedBy(stage, server, { project: id, backend });
      expect([...versions[0]!.labels].sort()).toEqual(["negative", "neutral", "positive"]);
    });

    it("labels while the webhook is off: Start training fetches what no event told of", async () => {
      const { rest } = stage;
      const { id, backend } = await connected("Missed");
      await rest.importTasks(id, texts(20));
      const tasks = await rest.tasks(id);
      for (const task of tasks.slice(0, 10)) await rest.annotate(task.id, answerOf(task));
      expect(await annotationsOf(server, id, 10)).toBe(10);
      const [hook] = await rest.webhooks(id);
      await rest.call("PATCH", `/api/webhooks/${hook!.id}/`, { is_active: false });
      for (const task of tasks.slice(10, 16)) await rest.annotate(task.id, answerOf(task));
      await rest.call("PATCH", `/api/webhooks/${hook!.id}/`, { is_active: true });
      const { versions, annotations } = await trainedBy(stage, server, { project: id, backend });
      expect(annotations).toBe(16);
      expect(versions[0]!.trained + versions[0]!.heldOut).toBe(16);
    });

    it("labels as many as start a training: the one that started it is in it", async () => {
      const { rest } = stage;
      const { id } = await connected("Every ten", { min_annotations_to_start_training: 10 });
      await rest.importTasks(id, texts(12));
      for (const task of (await rest.tasks(id)).slice(0, 10)) await rest.annotate(task.id, answerOf(task));
      const { versions } = await eventually(async () => {
        const status = await projectStatus(server, id);
        return status.training.state === "idle" && status.versions.length > 0 ? status : undefined;
      }, 60_000);
      expect(versions.at(-1)!.trained + versions.at(-1)!.heldOut).toBe(10);
    });

    it("imports tasks with annotations: they are learned, too", async () => {
      const { rest } = stage;
      const { id } = await connected("Imported with labels");
      await rest.importTasks(
        id,
        texts(12).map((data) => ({ data, annotations: [{ result: answerOf({ data }) }] })),
      );
      expect(await annotationsOf(server, id, 12)).toBe(12);
    });

    it("skips a task: it counts as no label", async () => {
      const { rest } = stage;
      const { id } = await connected("Skipped");
      await rest.importTasks(id, texts(2));
      const [first, second] = await rest.tasks(id);
      await rest.call("POST", `/api/tasks/${first!.id}/annotations/`, { result: [], was_cancelled: true });
      await rest.annotate(second!.id, answerOf(second!));
      expect(await annotationsOf(server, id, 1)).toBe(1);
    });

    it("deletes a project: the server goes on with the others", async () => {
      const { rest } = stage;
      const { id } = await connected("To be deleted");
      await rest.importTasks(id, texts(2));
      const [task] = await rest.tasks(id);
      await rest.annotate(task!.id, answerOf(task!));
      expect(await annotationsOf(server, id, 1)).toBe(1);
      await rest.call("DELETE", `/api/projects/${id}/`);
      const other = await connected("The next one");
      await rest.importTasks(other.id, texts(2));
      const [next] = await rest.tasks(other.id);
      await rest.annotate(next!.id, answerOf(next!));
      expect(await annotationsOf(server, other.id, 1)).toBe(1);
      // The number of a deleted project may come back; its labels do not.
      expect((await projectsOf(server, other.id)).at(-1)!.annotations).toBe(1);
    });
  },
);
