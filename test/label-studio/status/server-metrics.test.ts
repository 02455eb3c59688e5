import express from "express";
import supertest from "supertest";
import { expect, it } from "vitest";
import { serverMetrics } from "../../../src/label-studio/http/server-metrics.js";

it("counts and times requests by route and status, and reads queues and projects from the totals", async () => {
  const metrics = serverMetrics(() => ({
    queue: { waiting: 5, running: 2, rejected: 9 },
    ...{ projects: 3, annotations: 70, modelsLoaded: 2, trainingsRunning: 1 },
  }));
  const app = express().use(metrics.observe);
  app.get("/baal/health", (_, response) => void response.json({}));
  app.get("/metrics", metrics.answer);
  await supertest(app).get("/baal/health");
  await supertest(app).get("/baal/health?secret=1");
  await supertest(app).get("/someone/else/1234");
  const { text, headers } = await supertest(app).get("/metrics");
  expect(headers["content-type"]).toMatch(/^text\/plain/);
  expect(text).toContain('baal_requests_total{route="/health",status="200"} 2');
  expect(text).toContain('baal_requests_total{route="other",status="404"} 1');
  expect(text).toContain('baal_request_seconds_count{route="/health"} 2');
  expect(text).toContain("baal_tasks_waiting 5");
  expect(text).toContain("baal_tasks_rejected 9");
  expect(text).toContain("baal_annotations 70");
  expect(text).toContain("baal_trainings_running 1");
  expect(text).toMatch(/process_resident_memory_bytes \d+/);
  expect(text).not.toMatch(/secret|1234/);
});
