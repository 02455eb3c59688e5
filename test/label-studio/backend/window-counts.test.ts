import express from "express";
import { pino } from "pino";
import supertest from "supertest";
import { expect, it } from "vitest";
import type { Backend } from "../../../src/label-studio/backend/backend.js";
import { createBackendApp } from "../../../src/label-studio/http/app.js";
import { windowCounts } from "../../../src/label-studio/http/limit-failures.js";

it("counts within a window of a clock that does not jump, and forgets what is over", () => {
  let now = 0;
  const counts = windowCounts(60_000, () => now);
  const hits = (key: string) => (counts.increment(key) as { totalHits: number }).totalHits;
  expect([hits("a"), hits("a"), hits("b")]).toEqual([1, 2, 1]);
  counts.decrement("a");
  expect(hits("a")).toBe(2);
  now = 59_999;
  expect(hits("a")).toBe(3);
  now = 60_000;
  expect(hits("a")).toBe(1);
  counts.resetKey("a");
  expect(hits("a")).toBe(1);
});

it("answers too many failed requests of one address with 429 as JSON, and health and good requests all the time", async () => {
  const backend = { versions: () => ["v1"], status: { snapshot: () => ({}) } } as unknown as Backend;
  const basicAuth = { user: "a", password: "b" };
  const app = express().use(createBackendApp({ backend, basicAuth, failuresPerMinute: 5, logger: pino({ level: "silent" }) }));
  const versions = (password: string) => supertest(app).get("/versions").auth("a", password);
  for (let i = 0; i < 20; i++) expect((await versions("b")).status).toBe(200);
  for (let i = 0; i < 5; i++) expect((await versions("guess")).status).toBe(401);
  const refused = await versions("b");
  expect(refused).toMatchObject({ status: 429, body: { code: "E_BUSY", request_id: expect.any(String) } });
  expect(refused.headers).toMatchObject({ "retry-after": "60", "x-request-id": refused.body.request_id });
  expect((await supertest(app).get("/health")).status).toBe(200);
});
