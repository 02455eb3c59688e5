import type { RequestHandler } from "express";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ServerTotals } from "../backend/server-totals.js";

/** Metrics for Prometheus. */
export interface ServerMetrics {
  /** Counts and times requests; goes before the routes. */
  readonly observe: RequestHandler;
  /** Answers `GET /metrics` in Prometheus' text format. */
  readonly answer: RequestHandler;
}

/** The calls that are told apart; anything else is "other", so that strangers cannot make labels without end. */
const ROUTES = [
  "/health",
  "/setup",
  "/predict",
  "/webhook",
  "/train",
  "/versions",
  "/status",
  "/api/status",
  "/api/events",
  "/metrics",
];

/** Metrics of the server and its process; those of queues and trainings, if any, are taken from the totals when they are asked for. */
export function serverMetrics(totals?: (() => ServerTotals) | undefined): ServerMetrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const registers = [register];
  const labelNames = ["route", "status"] as const;
  const requests = new Counter({ name: "baal_requests_total", help: "Requests answered", labelNames, registers });
  const seconds = new Histogram({
    ...{ name: "baal_request_seconds", help: "Time to answer a request", labelNames: ["route"] as const, registers },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 100],
  });
  if (totals) gauges(registers, totals);
  return {
    observe(request, response, next) {
      const route = ROUTES.find((known) => request.path.endsWith(known)) ?? "other";
      const stop = seconds.startTimer({ route });
      response.once("close", () => {
        stop();
        requests.inc({ route, status: response.writableFinished ? response.statusCode : 499 });
      });
      next();
    },
    async answer(_, response) {
      response.type(register.contentType).send(await register.metrics());
    },
  };
}

const GAUGES: Readonly<Record<string, readonly [help: string, read: (totals: ServerTotals) => number]>> = {
  baal_tasks_waiting: ["Tasks that wait for the model", ({ queue }) => queue.waiting],
  baal_tasks_running: ["Tasks that the model works on", ({ queue }) => queue.running],
  baal_tasks_rejected: ["Tasks that were refused because too many waited", ({ queue }) => queue.rejected],
  baal_projects: ["Projects that are known", ({ projects }) => projects],
  baal_models_loaded: ["Models in memory", ({ modelsLoaded }) => modelsLoaded],
  baal_trainings_running: ["Trainings under way", ({ trainingsRunning }) => trainingsRunning],
  baal_annotations: ["Annotations that are stored, without skipped ones", ({ annotations }) => annotations],
};

function gauges(registers: Registry[], totals: () => ServerTotals): void {
  for (const [name, [help, read]] of Object.entries(GAUGES)) {
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read(totals()));
      },
    });
  }
}
