import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import type { StatusSource } from "../../../src/label-studio/backend/status.js";
import { withoutPaths } from "../../../src/label-studio/http/error-texts.js";
import { plainApp } from "./http-app.js";

describe("what callers are told", () => {
  it.each([
    ["/data/state/baal.db could not be used: disk full", "baal.db could not be used: disk full"],
    ['The model "/home/me/models/big/" is not there', 'The model "big" is not there'],
    ["C:\\Users\\me\\state\\baal.db is damaged.", "baal.db is damaged."],
    ["see file:///tmp/x/y.json, then (/var/lib/baal/lock.3)", "see y.json, then (lock.3)"],
    ["https://labels.example.org/data/upload/1.png answered 404", "https://labels.example.org/data/upload/1.png answered 404"],
    [
      "/setup got no project; GET /api/projects/3 answered 401; 3/4 of them",
      "/setup got no project; GET /api/projects/3 answered 401; 3/4 of them",
    ],
  ])("%s", (message, told) => expect(withoutPaths(message)).toBe(told));

  it("has no folders of this machine, which the log names", async () => {
    const { app, log } = plainApp(
      {},
      {
        predict: async () => {
          throw new BaalError("E_MODEL_HOST", "The model /srv/secret/model cannot be loaded.");
        },
      },
    );
    const { body } = await supertest(app).post("/predict").send({ tasks: [], label_config: "" }).expect(503);
    expect(body.error).toBe("The model model cannot be loaded.");
    expect(log()).toContain("/srv/secret/model");
    const status = { snapshot: () => ({ events: [{ message: "/srv/secret/baal.db is full" }] }) } as unknown as StatusSource;
    const { text } = await supertest(plainApp({}, { status }).app).get("/api/status").expect(200);
    expect(text).toBe('{"events":[{"message":"baal.db is full"}]}');
  });

  it("is short, whatever came", async () => {
    const { app, log } = plainApp(
      {},
      {
        setup: () => {
          throw new BaalError("E_LABEL_CONFIG", `There is no tag ${"x".repeat(500_000)}\n.`);
        },
      },
    );
    const response = await supertest(app).post("/setup").send({ schema: "" }).expect(400);
    expect(response.body.error.length).toBeLessThan(1100);
    expect(log().length).toBeLessThan(4000);
  });
});
