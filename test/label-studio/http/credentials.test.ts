import { once } from "node:events";
import { get } from "node:http";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import type { StatusSource } from "../../../src/label-studio/backend/status.js";
import { listening, plainApp } from "./http-app.js";

const basicAuth = { user: "studio", password: "p" };

describe("the limit of failures", () => {
  it("never refuses who has the credentials, whatever else comes from that address", async () => {
    const { app } = plainApp({ basicAuth, failuresPerMinute: 5 });
    const versions = (password: string) => supertest(app).get("/versions").auth("studio", password);
    for (let i = 0; i < 20; i++) expect((await versions("p")).status).toBe(200);
    for (let i = 0; i < 5; i++) expect((await versions("guess")).status).toBe(401);
    const refused = await versions("guess");
    expect(refused).toMatchObject({ status: 429, body: { code: "E_BUSY", request_id: expect.any(String) } });
    expect(refused.headers).toMatchObject({ "retry-after": "60", "x-request-id": refused.body.request_id });
    expect((await versions("p")).status).toBe(200);
    expect((await supertest(app).post("/webhook").send({ action: "ANNOTATION_CREATED" })).status).toBe(200);
  });

  it("counts no mistakes of those who have them, nor any where nobody is asked", async () => {
    for (const options of [{ basicAuth, failuresPerMinute: 3 }, { failuresPerMinute: 3 }]) {
      const { app } = plainApp(options);
      const post = (body: object) => supertest(app).post("/predict").auth("studio", "p").send(body);
      for (let i = 0; i < 8; i++) expect((await post({ tasks: "none" })).status).toBe(400);
      expect((await post({ tasks: [{}], label_config: "" })).status).toBe(200);
    }
  });

  it("never refuses an event for the failures of others", async () => {
    const { app } = plainApp({ webhookSecret: "s", failuresPerMinute: 2 });
    const event = (secret: string) => supertest(app).post("/webhook").set("x-baal-secret", secret).send({ action: "A" });
    for (let i = 0; i < 6; i++) expect((await event("guess")).status).toBe(401);
    expect((await event("s")).status).toBe(200);
  });

  it("counts nothing that goes on: many open pages are no failures", async () => {
    const status = {
      snapshot: () => ({ projects: [], events: [] }),
      onChange: () => () => {},
      onEnd: () => () => {},
    } as unknown as StatusSource;
    const { app } = plainApp({ failuresPerMinute: 3 }, { status });
    const { url } = await listening(app);
    for (let i = 0; i < 10; i++) {
      const [response] = await once(get(`${url}/api/events`, { agent: false }), "response");
      expect(response.statusCode).toBe(200);
    }
    expect((await fetch(`${url}/versions`)).status).toBe(200);
  });

  it("goes by the caller's own address where the proxy is known, and by the proxy's where it is not", async () => {
    const from = (app: Parameters<typeof supertest>[0], address: string) =>
      supertest(app).get("/versions").set("x-forwarded-for", address).auth("studio", "guess");
    for (const [trustProxy, status] of [
      [1, 401],
      [["loopback"], 401],
      [undefined, 429],
    ] as const) {
      const { app } = plainApp({ basicAuth, failuresPerMinute: 2, trustProxy });
      for (let i = 0; i < 3; i++) await from(app, "203.0.113.5");
      expect((await from(app, "203.0.113.6")).status).toBe(status);
      expect((await from(app, "203.0.113.5")).status).toBe(429);
    }
    expect(() => plainApp({ trustProxy: ["no address"] })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});

describe("credentials", () => {
  const unset = undefined as unknown as string;

  it.each([
    { basicAuth: { user: "", password: "" } },
    { basicAuth: { user: "a", password: " " } },
    { basicAuth: { user: unset, password: "b" } },
    { basicAuth: { user: "a", password: unset } },
    { basicAuth: { user: "a:b", password: "c" } },
    { basicAuth: null as unknown as undefined },
    { webhookSecret: "" },
    { webhookSecret: null as unknown as undefined },
  ])("that protect nothing are refused: %j", (options) => {
    expect(() => plainApp(options)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("are asked for before a body is read", async () => {
    const { app } = plainApp({ basicAuth });
    const body = "[".repeat(1000);
    expect((await supertest(app).post("/predict").type("json").send(body)).status).toBe(401);
    expect((await supertest(app).post("/predict").auth("studio", "p").type("json").send(body)).status).toBe(400);
  });

  it("that are wrong are told in the line of the answer that Label Studio shows", async () => {
    const { url } = await listening(plainApp({ basicAuth }).app);
    const answer = await fetch(`${url}/health`);
    expect(answer.status).toBe(401);
    expect(answer.statusText).toMatch(/user name or password is missing or wrong/);
  });
});
