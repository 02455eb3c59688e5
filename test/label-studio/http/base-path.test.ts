import express from "express";
import supertest from "supertest";
import { expect, it } from "vitest";
import type { StatusSource } from "../../../src/label-studio/backend/status.js";
import { plainApp } from "./http-app.js";

const status = { snapshot: () => ({ projects: [], events: [] }) } as unknown as StatusSource;

const pageOf = (app: Parameters<typeof supertest>[0], path: string) => supertest(app).get(path).set("accept", "text/html");

it("a server behind a proxy answers below the proxy's path, whether it strips it or not, and its links have it", async () => {
  const { app } = plainApp({ basePath: "baal/" }, { status });
  for (const path of ["/baal/health", "/health", "/baal", "//baal//health"]) await supertest(app).get(path).expect(200);
  for (const path of ["/baal/status", "/status"])
    await supertest(app)
      .get(path)
      .expect(200, /<!doctype html>/);
  for (const path of ["/baal", "/baal/", "/"])
    expect((await pageOf(app, path).expect(302)).headers["location"]).toBe("/baal/status");
  await supertest(app).post("/baal/setup").send({ schema: "" }).expect(200);
  await supertest(app).get("/other/health").expect(404);
});

it("a path of the app's own stays what it is, below the proxy's and below somebody's app", async () => {
  const prefixed = plainApp({ pathPrefix: "/ml", basePath: "/baal" }, { status }).app;
  for (const path of ["/baal/ml/health", "/ml/health"]) await supertest(prefixed).get(path).expect(200);
  await supertest(prefixed).get("/health").expect(404);
  expect((await pageOf(prefixed, "/ml")).headers["location"]).toBe("/baal/ml/status");
  const theirs = express().use("/theirs", plainApp({}, { status }).app);
  expect((await pageOf(theirs, "/theirs")).headers["location"]).toBe("/theirs/status");
});

it.each(["/%2Fhealth", "/baal%2Fhealth", "/health%2F", "/..%2Fhealth", "/api%2Fstatus", "/predict%5C"])(
  "an encoded slash makes no other call of an address: %s",
  async (path) => {
    const { app } = plainApp({ basePath: "/baal" }, { status });
    expect((await supertest(app).get(path)).status).toBe(404);
  },
);
