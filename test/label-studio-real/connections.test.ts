import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type StartedServer } from "../label-studio/backend/started-server.js";
import { png } from "../label-studio/images/image-files.js";
import { annotationsOf, answerOf, choice, projectStatus, type Stage, setStage, shades, textConfig, texts } from "./stage.js";

const environment = process.env["BAALJS_LABEL_STUDIO"];
const credentials = { user: "label-studio", password: "a pass:word" };
const imageConfig = `<View><Image name="image" value="$image"/><Choices name="shade" toName="image">${shades.map((shade) => `<Choice value="${shade}"/>`).join("")}</Choices></View>`;

describe.skipIf(environment === undefined)(
  "ways to connect a real Label Studio (BAALJS_LABEL_STUDIO)",
  { timeout: 120_000 },
  () => {
    let stage: Stage;

    beforeAll(async () => {
      stage = await setStage(environment!);
      await stage.studio.start();
    }, 240_000);

    afterAll(() => stage?.close(), 60_000);

    const serveTexts = (name: string, environment: Readonly<Record<string, string>>, args: readonly string[] = []) =>
      stage.serve({
        ...{ model: stage.textModel, dataDir: stage.at(name), environment },
        args: ["--iterations", "5", "--train-args", '{"maxSteps": 40}', ...args],
      });

    /** A project of texts that is connected; the number of the connection. */
    async function connected(server: StartedServer, title: string, auth?: typeof credentials, more: object = {}) {
      const { rest } = stage;
      const { id } = await rest.createProject(title, textConfig(), more);
      const { status, body } = await rest.connect(id, server.url, auth);
      expect([status, body.readable_state]).toEqual([201, "Connected"]);
      return { id, backend: body.id };
    }

    it("works without credentials and without a token: predictions come, labels arrive, a training is made", async () => {
      const { rest } = stage;
      const server = await serveTexts("open", {});
      const { id, backend } = await connected(server, "No credentials");
      await rest.importTasks(id, texts(24));
      expect((await rest.next(id)).predictions).toHaveLength(1);
      for (const task of (await rest.tasks(id)).slice(0, 20)) await rest.annotate(task.id, answerOf(task));
      expect(await annotationsOf(server, id, 20)).toBe(20);
      await rest.exchange("POST", `/api/ml/${backend}/train`, {});
      const { modelVersion } = await eventually(async () => {
        const status = await projectStatus(server, id);
        return status.versions.length > 0 && status.modelVersion === status.versions[0]!.version ? status : undefined;
      }, 60_000);
      // What is stored is of the version before, and Label Studio asks the server as long as the project names none.
      const unseen = (await rest.tasks(id)).at(-1)!;
      await rest.action(id, "retrieve_tasks_predictions", [unseen.id]);
      const versions = (await rest.tasks(id)).at(-1)!.predictions.map((prediction) => prediction.model_version);
      expect(versions).toContain(modelVersion);
      await server.stop();
    });

    it("works with basic auth, and says so in the form where the password is wrong", async () => {
      const { rest } = stage;
      const server = await serveTexts("basic", { BASIC_AUTH_USER: credentials.user, BASIC_AUTH_PASS: credentials.password });
      const { id } = await rest.createProject("Wrong password", textConfig());
      const wrong = await rest.connect(id, server.url, { ...credentials, password: "another" });
      expect(wrong.status).toBe(400);
      expect(JSON.stringify(wrong.body)).toContain("authentication parameters");
      const right = await connected(server, "Right password", credentials);
      await rest.importTasks(right.id, texts(2));
      const task = await rest.next(right.id);
      expect(task.predictions).toHaveLength(1);
      await rest.annotate(task.id, answerOf(task));
      const authorization = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
      const count = await eventually(async () => {
        const { json } = await server.call("GET", "/api/status", { headers: { authorization } });
        const { projects } = json as unknown as Awaited<ReturnType<StartedServer["status"]>>;
        return projects.find(({ project }) => project.startsWith(`${right.id}.`))?.annotations || undefined;
      }, 10_000);
      expect(count).toBe(1);
      await server.stop();
    });

    it("reads uploaded images with a personal access token, and learns from their labels", async () => {
      const { rest, studio } = stage;
      const server = await stage.serve({
        ...{ model: stage.imageModel, dataDir: stage.at("images"), args: ["--iterations", "5"] },
        environment: { LABEL_STUDIO_URL: studio.url, LABEL_STUDIO_API_KEY: await rest.personalToken() },
      });
      const { id } = await rest.createProject("Images", imageConfig);
      expect((await rest.connect(id, server.url)).status).toBe(201);
      const form = new FormData();
      for (let i = 0; i < 8; i++) {
        const file = await png(i % 2 === 0 ? 20 + i : 210 + i);
        form.append(`${i}.png`, new Blob([new Uint8Array(file)], { type: "image/png" }), `${shades[i % 2]}-${i}.png`);
      }
      await rest.importTasks(id, form);
      await rest.action(id, "retrieve_tasks_predictions");
      const tasks = await rest.tasks(id);
      expect(tasks).toHaveLength(8);
      const right = tasks.map(({ data, predictions }) =>
        data["image"]!.includes(predictions[0]?.result[0]?.value.choices[0] ?? "none"),
      );
      expect(right).toEqual(tasks.map(() => true));
      await rest.annotate(tasks[0]!.id, [choice("dark", "shade", "image")]);
      expect(await annotationsOf(server, id, 1)).toBe(1);
      await server.stop();
    });
  },
);
