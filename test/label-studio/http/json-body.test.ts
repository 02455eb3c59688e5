import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { byteSize } from "../../../src/label-studio/http/json-body.js";
import { listening, plainApp, sendRaw } from "./http-app.js";

/** The answer to the beginning of a request, whose rest never comes. */
async function answerToBeginning(port: number, body: string, announced: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const head = `POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${announced}\r\n\r\n`;
  socket.write(head + body);
  let answer = "";
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.includes("request_id")) break;
  }
  return answer;
}

const predicted = { tasks: [{ id: 1, data: { text: "ü" } }], label_config: "" };

describe("bodies", () => {
  it("that are nested without end, or too large, are refused while they come", async () => {
    const { port } = await listening(plainApp({ bodyLimit: "100mb" }).app);
    expect(await answerToBeginning(port, "[".repeat(1000), 1e8)).toMatch(/^HTTP\/1.1 400 .*nested deeper than 100/);
    expect(await answerToBeginning(port, `{"tasks":[${'{"a":'.repeat(200)}`, 1e8)).toMatch(/^HTTP\/1.1 400 .*nested deeper/);
    expect(await answerToBeginning(port, "", 201 * 1024 ** 2)).toMatch(/^HTTP\/1.1 413 .*larger than 100mb/);
  });

  it("that are a little too large are let in before they are refused, for clients that look for an answer when all is sent", async () => {
    const { port } = await listening(plainApp({ bodyLimit: "1mb" }).app);
    const body = " ".repeat(1.5 * 1024 ** 2);
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => {
      answer += String(chunk);
    });
    socket.write(
      `POST /predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.slice(1));
    await sleep(100);
    expect(answer).toBe("");
    socket.write(" ");
    await once(socket, "close");
    expect(answer).toMatch(/^HTTP\/1.1 413 .*larger than 1mb/s);
  });

  it("have a limit that can be set, and is smaller for calls that carry only a configuration", async () => {
    const { app } = plainApp({ bodyLimit: "20mb" });
    const schema = "x".repeat(9 * 1024 ** 2);
    expect(await supertest(app).post("/setup").send({ schema })).toMatchObject({
      status: 413,
      body: { error: expect.stringContaining("8mb") },
    });
    expect((await supertest(app).post("/webhook").send({ schema })).status).toBe(200);
    const { port } = await listening(plainApp({ bodyLimit: "10" }).app);
    const chunked = `POST /webhook HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n${" ".repeat(32)}\r\n0\r\n\r\n`;
    expect(await sendRaw(port, chunked)).toMatch(/413.*larger than 10 bytes/);
  });

  it("may be packed, and the limit is that of what is unpacked", async () => {
    const { app } = plainApp({ bodyLimit: "1mb" });
    const send = (bytes: Buffer, encoding: string) =>
      supertest(app)
        .post("/predict")
        .type("json")
        .set("content-encoding", encoding)
        .serialize((body: unknown) => body as string)
        .send(bytes as unknown as string);
    expect((await send(gzipSync(JSON.stringify(predicted)), "gzip")).body.results).toHaveLength(1);
    expect((await send(gzipSync(`{"tasks":["${"x".repeat(2 ** 21)}"]}`), "gzip")).status).toBe(413);
    expect((await send(Buffer.from("{}"), "gzip")).status).toBe(400);
    expect((await send(gzipSync(JSON.stringify(predicted)).subarray(0, 20), "gzip")).status).toBe(400);
    expect((await send(Buffer.from("{}"), "zstd-9")).status).toBe(415);
  });

  it("that break off are nobody's fault but the caller's, packed or not", async () => {
    for (const encoding of ["identity", "gzip"]) {
      const { app, log } = plainApp();
      const { port } = await listening(app);
      const socket = connect(port, "127.0.0.1");
      const head = `POST /predict HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Encoding: ${encoding}\r\nContent-Length: 1000\r\n\r\n`;
      socket.write(Buffer.concat([Buffer.from(head), gzipSync("{}").subarray(0, 10)]), () =>
        setTimeout(() => socket.destroy(), 50),
      );
      await expect.poll(log, { timeout: 5000 }).toContain("went away");
      await expect.poll(log).toContain("E_REQUEST");
      expect(log()).not.toContain('"level":50');
    }
  });

  it("without contents are told from those that are no JSON", async () => {
    const { app } = plainApp();
    expect((await supertest(app).post("/predict")).body.error).toMatch(/tasks: /);
    expect((await supertest(app).post("/predict").type("json").send("{")).body.error).toMatch(/not valid JSON/);
  });
});

describe("byteSize", () => {
  it.each([
    ["100mb", 104857600],
    ["512", 512],
    ["1.5 KB", 1536],
    ["2gb", 2147483648],
  ])("%s", (text, bytes) => expect(byteSize(text)).toBe(bytes));

  it.each(["", "lots", "-1", "0", "1tb"])("refuses %j", (text) => {
    expect(() => byteSize(text)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(() => plainApp({ bodyLimit: text })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});
