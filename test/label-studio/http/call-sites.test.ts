import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { hostCheck } from "../../../src/label-studio/http/call-sites.js";
import { listening, plainApp, sendRaw } from "./http-app.js";

describe("the names that a server goes by", () => {
  it.each([
    [
      "127.0.0.1",
      [],
      ["127.0.0.1", "localhost", "::1", "host.docker.internal"],
      ["evil.example.org", "10.0.0.7", "labels.local"],
    ],
    ["::1", [], ["::1", "localhost", "127.0.0.1"], ["evil.example.org"]],
    ["0.0.0.0", [], ["10.0.0.7", "localhost", "ml-backend", "ml-backend.local", "a.svc.cluster.local"], ["evil.example.org"]],
    ["10.0.0.7", [], ["10.0.0.7", "gpu-box"], ["10.0.0.8", "evil.example.org"]],
    ["127.0.0.1", ["ml.example.org"], ["ml.example.org", "localhost"], ["x.ml.example.org", "ml.example.org.evil.com"]],
    ["0.0.0.0", [".example.org"], ["ml.example.org"], ["evilexample.org", "example.com"]],
    ["127.0.0.1", ["*"], ["anything.example.org"], []],
  ])("on %s with %j", (listensOn, allowed, own, others) => {
    const isServed = hostCheck({ listensOn, allowed });
    expect(own.filter((name) => !isServed(name))).toEqual([]);
    expect(others.filter((name) => isServed(name))).toEqual([]);
  });

  it("are all that it answers to", async () => {
    const { app, log } = plainApp({ hosts: { listensOn: "127.0.0.1", allowed: ["ml.example.org"] } });
    const called = (host: string) => supertest(app).get("/health").set("host", host);
    for (const host of ["localhost:9090", "[::1]:9090", "ML.example.org", "ml.example.org.:443"])
      expect((await called(host)).status).toBe(200);
    const refused = await called("evil.example.org:9090");
    expect(refused).toMatchObject({
      status: 403,
      body: { code: "E_HOST", error: expect.stringContaining("--allowed-host evil.example.org") },
    });
    expect(log()).toContain("--allowed-host evil.example.org");
    const { port } = await listening(app);
    expect(await sendRaw(port, "GET /health HTTP/1.0\r\n\r\n")).toContain("200 OK");
  });

  it("are a proxy's only where the proxy is trusted", async () => {
    const hosts = { listensOn: "127.0.0.1" };
    for (const [trustProxy, status] of [
      [1, 403],
      [undefined, 200],
    ] as const) {
      const { app } = plainApp({ hosts, trustProxy });
      expect((await supertest(app).get("/health").set("x-forwarded-host", "evil.example.org")).status).toBe(status);
    }
  });
});

describe("pages of other sites", () => {
  const { app } = plainApp({ hosts: { listensOn: "127.0.0.1", allowed: ["ml.example.org"] } });
  const post = (headers: Readonly<Record<string, string>>, path = "/predict") =>
    supertest(app).post(path).set("host", "localhost:9090").set(headers).send({ tasks: [], label_config: "" });

  it.each(["https://evil.example.org", "null", "http://localhost:8080", "file://", "nonsense", "http://127.0.0.1:9090"])(
    "are refused by their origin: %s",
    async (origin) => {
      for (const path of ["/predict", "/setup", "/webhook"]) {
        expect(await post({ origin }, path)).toMatchObject({ status: 403, body: { code: "E_UNAUTHORIZED" } });
      }
    },
  );

  it.each(["http://localhost:9090", "https://ml.example.org", "https://ml.example.org:8443"])("are none: %s", async (origin) => {
    expect((await post({ origin })).status).toBe(200);
  });

  it("the port that a scheme has by itself is no difference", async () => {
    expect((await post({ host: "ml.local", origin: "http://ml.local" })).status).toBe(403);
    const open = plainApp().app;
    const answer = await supertest(open)
      .post("/predict")
      .set({ host: "ml.local:80", origin: "http://ml.local" })
      .send({ tasks: [], label_config: "" });
    expect(answer.status).toBe(200);
  });
});

describe("what is no JSON", () => {
  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json; charset=utf-16",
  ])("is refused with 415: %s", async (type) => {
    const { app } = plainApp();
    for (const path of ["/predict", "/setup", "/webhook", "/train"]) {
      const answer = await supertest(app).post(path).set("content-type", type).send("{}");
      expect(answer).toMatchObject({
        status: 415,
        body: { code: "E_REQUEST", error: expect.stringContaining("application/json") },
      });
    }
  });

  it("is a body without a type, too; no body needs one", async () => {
    const { port } = await listening(plainApp().app);
    const send = (rest: string) => sendRaw(port, `POST /webhook HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${rest}`);
    expect(await send("Content-Length: 2\r\n\r\n{}")).toContain("415");
    expect(await send("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")).toContain("415");
    expect(await send("Content-Length: 0\r\n\r\n")).toContain("200 OK");
    for (const type of ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'])
      expect(await send(`Content-Type: ${type}\r\nContent-Length: 2\r\n\r\n{}`)).toContain("200 OK");
  });
});
