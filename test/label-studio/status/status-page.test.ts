import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import supertest from "supertest";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ProjectStatus, StatusSnapshot, StatusSource } from "../../../src/label-studio/backend/status.js";
import { statusRoutes } from "../../../src/label-studio/http/status-routes.js";
import { itInBrowser, launchBrowser } from "../../browser.js";

const version = (number: number, accuracy: number) => ({
  ...{ projectId: 7, version: `v${number}`, folder: `models/7/v${number}`, labels: ["a", "b"] },
  ...{ trained: 50 * number, heldOut: 20, metrics: { accuracy }, createdAt: 1_700_000_000_000 + number },
});

const project: ProjectStatus = {
  ...{ id: 7, title: "Sentiment <b>of reviews</b>", hostname: "https://labels.example", project: "3.1700000000" },
  otherNames: [],
  ...{ annotations: 120, newAnnotations: 20, modelVersion: "v2", isLoaded: true, training: { state: "idle" } as const },
  lastRun: undefined,
  versions: [version(2, 0.85), version(1, 0.7)],
};

class FakeSource implements StatusSource {
  readonly asked: string[] = [];
  readonly #listeners = new Set<() => void>();
  #project = project;

  get listeners(): number {
    return this.#listeners.size;
  }

  snapshot(): StatusSnapshot {
    return {
      server: { startedAt: 1_700_000_000_000, baseModel: "distilbert", memoryBytes: 300 * 1024 * 1024 },
      queue: { waiting: 3, running: 1, rejected: 0 },
      projects: [this.#project],
      events: [{ id: 1, at: 1_700_000_000_000, projectId: 7, level: "warn", message: "5 labels are <unknown>" }],
    };
  }

  train(id: number): void {
    this.asked.push(`train ${id}`);
    this.change({
      training: { state: "running", cause: "status page", startedAt: 0, phase: "training", step: 30, totalSteps: 100, loss: 0.5 },
    });
  }

  cancel(id: number): void {
    this.asked.push(`cancel ${id}`);
    this.change({ training: { state: "idle" } });
  }

  change(part: Partial<ProjectStatus>): void {
    this.#project = { ...this.#project, ...part };
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly #enders = new Set<() => void>();

  onEnd(listener: () => void): () => void {
    this.#enders.add(listener);
    return () => this.#enders.delete(listener);
  }

  end(): void {
    for (const listener of this.#enders) listener();
  }
}

function serve(prefix = "/") {
  const source = new FakeSource();
  const app = express().use(prefix, statusRoutes(source));
  return { source, app };
}

describe("the status routes", () => {
  it("give the snapshot as JSON, and the page to browsers at /", async () => {
    const { app, source } = serve();
    expect((await supertest(app).get("/api/status")).body).toEqual(JSON.parse(JSON.stringify(source.snapshot())));
    const redirected = await supertest(app).get("/").set("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    expect([redirected.status, redirected.headers["location"]]).toEqual([302, "/status"]);
    expect((await supertest(app).get("/").set("accept", "application/json")).status).toBe(404);
    expect((await supertest(app).get("/status")).text).toContain("<!doctype html>");
    expect((await supertest(app).get("/favicon.ico")).status).toBe(204);
  });

  it("draw the learning curve, and ask for trainings", async () => {
    const { app, source } = serve();
    const curve = await supertest(app).get("/api/projects/7/curve.svg");
    expect(curve.headers["content-type"]).toMatch(/svg/);
    expect(curve.body.toString()).toContain("<svg");
    expect((await supertest(app).post("/api/projects/7/train")).status).toBe(202);
    expect((await supertest(app).post("/api/projects/7/cancel")).status).toBe(202);
    const elsewhere = await supertest(app).post("/api/projects/7/train").set("sec-fetch-site", "cross-site");
    expect(elsewhere.status).toBe(403);
    expect(source.asked).toEqual(["train 7", "cancel 7"]);
    for (const path of ["/api/projects/8/train", "/api/projects/x/cancel"])
      expect((await supertest(app).post(path)).status).toBe(404);
  });

  it("keep no more than one state for a page that does not read, and end when the server does", async () => {
    const { app, source } = serve();
    const server = app.listen(0);
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const opened = await new Promise<IncomingMessage>((resolve) => get({ port, path: "/api/events", agent: false }, resolve));
    opened.pause();
    let snapshots = 0;
    const snapshot = source.snapshot.bind(source);
    source.snapshot = () => {
      snapshots++;
      return { ...snapshot(), events: [{ id: 1, at: 0, projectId: 7, level: "warn", message: "x".repeat(4_000_000) }] };
    };
    for (let i = 0; i < 12; i++) {
      source.change({ annotations: i });
      await new Promise((resolve) => setTimeout(resolve, 270));
    }
    // What the operating system takes, and one more.
    expect(snapshots).toBeLessThan(6);
    const ended = once(opened.resume(), "end");
    source.end();
    await ended;
    await expect.poll(() => source.listeners).toBe(0);
  });

  it("send events now and after changes, and let go of a page that was closed", async () => {
    const { app, source } = serve();
    const server = app.listen(0);
    onTestFinished(() => void server.close());
    const controller = new AbortController();
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/events`, {
      signal: controller.signal,
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toMatch(/^data: \{"server"/);
    for (let annotations = 121; annotations < 140; annotations++) source.change({ annotations });
    const { value } = await reader.read();
    expect(JSON.parse(value!.slice("data: ".length)).projects[0].annotations).toBe(139);
    controller.abort();
    await expect.poll(() => source.listeners).toBe(0);
  });
});

describe("the status page", () => {
  itInBrowser(
    "shows projects, a training's progress and events, takes no text for markup, and its buttons work",
    async () => {
      const { app, source } = serve("/baal");
      const server = app.listen(0);
      const browser = await launchBrowser();
      onTestFinished(async () => {
        await browser.close();
        server.close();
      });
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/baal/`);
      await page.waitForSelector("article");
      const text = () => page.textContent("body");
      expect(await text()).toContain("Sentiment <b>of reviews</b>");
      expect(await text()).toContain("5 labels are <unknown>");
      expect(await text()).toContain("v2 (serving)");
      expect(await text()).toContain("85.0 %");
      await page.waitForFunction("document.querySelector('article img').naturalWidth > 100");
      await page.click('button:text-is("Train")');
      await page.waitForSelector("progress");
      expect(await page.getAttribute("progress", "value")).toBe("30");
      expect(await text()).toContain("step 30 of 100, loss 0.500");
      const folder = process.env["BAALJS_SCREENSHOTS"];
      if (folder) await page.screenshot({ path: `${folder}/status-page.png`, fullPage: true });
      await page.click('button:text-is("Cancel")');
      await page.waitForSelector("progress", { state: "detached" });
      expect(source.asked).toEqual(["train 7", "cancel 7"]);
      expect(errors).toEqual([]);
    },
    60_000,
  );
});
