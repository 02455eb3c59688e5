import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import supertest from "supertest";
import { describe, expect, it, onTestFinished } from "vitest";
import { statusRoutes } from "../../../src/label-studio/http/status-routes.js";
import { detail, FakeSource } from "./fake-source.js";

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
    expect((await supertest(app).get("/status/page.js")).headers["content-type"]).toMatch(/javascript/);
    expect((await supertest(app).get("/status/page.css")).text).toContain("light-dark(");
  });

  it("give a page of the projects, and refuse one that is none", async () => {
    const { app, source } = serve();
    const asked: (number | undefined)[] = [];
    const { snapshot } = source;
    source.snapshot = (page?: number) => {
      asked.push(page);
      return snapshot.call(source);
    };
    expect((await supertest(app).get("/api/status?page=3")).status).toBe(200);
    expect(asked).toEqual([3]);
    for (const page of ["0", "-1", "1.5", "x"]) expect((await supertest(app).get(`/api/status?page=${page}`)).status).toBe(400);
  });

  it("give more of one project", async () => {
    const { app } = serve();
    expect((await supertest(app).get("/api/projects/7/detail")).body).toEqual(JSON.parse(JSON.stringify(detail)));
    expect((await supertest(app).get("/api/projects/8/detail")).status).toBe(404);
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
    expect((await supertest(app).post("/api/projects/7/versions/v3/serve")).body).toEqual({ status: "ok", version: "v3" });
    expect(source.asked).toEqual(["train 7", "cancel 7", "serve 7 v3"]);
    for (const path of ["/api/projects/8/train", "/api/projects/x/cancel", "/api/projects/7/versions/v99/serve"])
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
