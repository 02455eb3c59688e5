import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StartedServer } from "../label-studio/backend/started-server.js";
import { account } from "./real-label-studio.js";
import { annotationsOf, answerOf, choice, projectsOf, type Stage, setStage, textConfig, texts, trainedBy } from "./stage.js";

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
