import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { projectLinks } from "../../../src/label-studio/backend/project-links.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { clientOf, config, studioOf } from "../api/studio-client.js";
import { fakeClock } from "../serving/fake-clock.js";
import type { SimulatedProject } from "../simulated-label-studio.js";
import { openTestStore } from "../state/open-test-store.js";

/** A backend that answers every call with a version. */
async function answering(modelVersion = "v1") {
  const server = createServer((request, response) => {
    request.resume();
    response.end(JSON.stringify({ status: "UP", model_version: modelVersion }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: `http://${host}` };
}

async function setUp({ advertisedUrl, secret }: { readonly advertisedUrl?: string; readonly secret?: string } = {}) {
  const studio = await studioOf();
  const project = studio.createProject({ labelConfig: config, title: "Moods of guests" });
  const store = await openTestStore(temporaryFolder());
  const { id } = store.project({ hostname: studio.url, project: project.key });
  store.saveConfig(id, { labelConfig: config });
  const clock = fakeClock();
  const told: string[] = [];
  const { client } = clientOf(studio, { retries: 0 });
  const open = () =>
    projectLinks({
      ...{ client, store, clock, onChange: () => undefined },
      self: () => ({
        advertisedUrl,
        modelVersion: "v1",
        webhookHeaders: secret === undefined ? {} : { "x-baal-secret": secret },
      }),
      tell: (_, level, message) => told.push(`${level}: ${message}`),
    });
  const links = open();
  onTestFinished(() => links.close());
  const looked = async (after = 5_000) => {
    const before = links.of(id)?.checkedAt;
    clock.advance(after);
    await expect.poll(() => links.of(id) !== undefined && links.of(id)?.checkedAt !== before, patience).toBe(true);
    return links.of(id)!;
  };
  const backend = await answering();
  const connect = (of: SimulatedProject = project, url = backend.url) => of.connect({ url, title: "baal" });
  return { studio, project, store, id, links, looked, told, backend, connect, clock };
}

/** A busy machine is no fault. */
const patience = { timeout: 60_000 };

describe("the way of a project's events", () => {
  it("is open where Label Studio has made the webhook; the title is known without an event", async () => {
    const { links, id, connect, looked, backend, told, store, studio } = await setUp();
    await connect();
    links.setUp(id, backend.host);
    expect(await looked()).toMatchObject({ project: "there", events: { state: "open" }, problem: undefined });
    expect([told, studio.webhooks.all.length]).toEqual([[], 1]);
    expect(store.projectById(id)?.title).toBe("Moods of guests");
  });

  it("is opened where Label Studio has stored the model and no webhook, as with half of its address protection", async () => {
    const { links, id, connect, looked, backend, told, studio } = await setUp({ secret: "hush" });
    studio.webhooks.isProtected = true;
    await connect();
    expect(studio.webhooks.all).toEqual([]);
    links.setUp(id, backend.host);
    expect(await looked()).toMatchObject({
      events: { state: "closed", message: expect.stringContaining("USE_DEFAULT_BANNED_SUBNETS=false") },
    });
    expect(told).toEqual([expect.stringMatching(/^warn: Events of project .*address protection/)]);
    studio.webhooks.isProtected = false;
    links.setUp(id, backend.host);
    expect(await looked(60_000 * 30)).toMatchObject({ events: { state: "open" } });
    expect(studio.webhooks.all).toMatchObject([
      { url: `${backend.url}/webhook`, send_payload: true, send_for_all_actions: true, headers: { "x-baal-secret": "hush" } },
    ]);
    expect(told.at(-1)).toMatch(/^info: .*has one now/);
    expect(told.join()).not.toContain("hush");
  });

  it("is mended where a webhook sends too little, and not where people have switched it off", async () => {
    const { links, id, connect, looked, backend, studio } = await setUp({ secret: "hush" });
    await connect();
    Object.assign(studio.webhooks.all[0]!, { send_payload: false, headers: { "x-own": "kept" } });
    links.setUp(id, backend.host);
    expect(await looked()).toMatchObject({ events: { state: "open", message: expect.stringContaining("does now") } });
    expect(studio.webhooks.all).toMatchObject([{ send_payload: true, headers: { "x-own": "kept", "x-baal-secret": "hush" } }]);
    studio.webhooks.all[0]!.is_active = false;
    expect(await looked(60_000 * 30)).toMatchObject({ events: { state: "off" } });
    expect(studio.webhooks.all).toMatchObject([{ is_active: false }]);
  });

  it("is found by the advertised address and by the version, where calls come by another host", async () => {
    const { links, id, connect, looked, studio, project } = await setUp();
    await connect();
    studio.webhooks.all.length = 0;
    // A proxy in front has another name.
    links.setUp(id, "inside:9090");
    expect(project.backendsJson()).toMatchObject([{ model_version: "v1" }]);
    expect(await looked()).toMatchObject({ events: { state: "open" } });
    expect(studio.webhooks.all).toHaveLength(1);
    const other = await setUp({ advertisedUrl: "http://ml.example.org" });
    const backend = await answering("another version");
    await other.connect(other.project, backend.url);
    other.links.setUp(other.id, undefined);
    expect(await other.looked()).toMatchObject({
      events: { state: "unknown", message: expect.stringContaining("--advertised-url") },
    });
  });

  it("says so where no webhook can be at the address", async () => {
    const { links, id, looked, studio, project, told } = await setUp({ advertisedUrl: "http://ml-backend:9090" });
    project.backendsJson = () => [
      {
        id: 1,
        project: project.id,
        url: "http://ml-backend:9090/",
        title: "baal",
        model_version: "",
        auth_method: "NONE",
        auto_update: true,
      },
    ];
    links.setUp(id, undefined);
    expect(await looked()).toMatchObject({ events: { state: "closed", message: expect.stringContaining("a name with a dot") } });
    expect([studio.webhooks.all, told.length]).toEqual([[], 1]);
  });

  it("is recognised as that of a model that was removed", async () => {
    const { links, id, connect, looked, backend, project, told } = await setUp();
    await connect();
    links.setUp(id, backend.host);
    await looked();
    project.disconnect();
    const link = await looked(60_000 * 30);
    expect(link).toMatchObject({
      project: "there",
      events: { state: "removed", message: expect.stringContaining("still sends events") },
    });
    expect(told.at(-1)).toContain("no model of the project");
  });
});

describe("a project", () => {
  it("is gone when it was there, and elsewhere when it never was", async () => {
    const { links, id, looked, studio, project, store, told } = await setUp();
    const other = store.project({ hostname: "http://other.org", project: "70.1700000000" }).id;
    links.setUp(other, undefined);
    expect(await looked()).toMatchObject({ project: "there" });
    await expect.poll(() => links.of(other), patience).toMatchObject({ project: "elsewhere", events: undefined });
    studio.deleteProject(project.id);
    expect(await looked(60_000 * 30)).toMatchObject({ project: "gone", events: undefined });
    expect(told.filter((text) => text.includes("baal forget"))).toEqual([expect.stringContaining(`baal forget ${project.key}`)]);
    expect(links.of(other)).toMatchObject({ project: "elsewhere" });
    expect(store.contact(id).foundAt).toBeGreaterThan(0);
  });

  it("is looked at again when Label Studio could not be asked, and not with each set-up", async () => {
    const { links, id, looked, studio, backend, connect, clock } = await setUp();
    await connect();
    studio.fail({ kind: "status", status: 500, times: 1, match: /model-versions/ });
    links.setUp(id, backend.host);
    expect(await looked()).toMatchObject({ project: "unknown", problem: expect.stringContaining("500") });
    const asked = () => studio.seen.filter(({ url }) => url.includes("model-versions")).length;
    for (let i = 0; i < 20; i++) links.setUp(id, backend.host);
    expect(asked()).toBe(1);
    expect(await looked(60_000 * 30)).toMatchObject({ project: "there", events: { state: "open" } });
    const before = asked();
    for (let i = 0; i < 20; i++) links.setUp(id, backend.host);
    clock.advance(10_000);
    expect(asked()).toBe(before);
  });
});
