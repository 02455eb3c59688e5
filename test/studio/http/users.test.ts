import { readFile, stat } from "node:fs/promises";
import { get } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import request from "supertest";
import { expect, it, onTestFinished } from "vitest";
import type { NewToken, UsersView } from "../../../src/studio/api/contract.js";
import { accountsOfFile } from "../../../src/studio/http/user-accounts.js";
import { addUser } from "../../../src/studio/http/users-file.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStudio } from "./open-test-studio.js";

async function openTeam() {
  const path = join(temporaryFolder(), "users.yaml");
  const ann = await addUser(path, "ann", "admin");
  const accounts = await accountsOfFile(path);
  onTestFinished(accounts.close);
  const studio = await openTestStudio(4, { accounts, begin: false });
  const signIn = async (token: string) => {
    const { headers } = await request(studio.app).get(`/?token=${token}`);
    return (headers["set-cookie"] as unknown as string[])[0]!.split(";")[0]!;
  };
  const call = (cookie: string, method: "get" | "post", way: string, body: object = {}) => {
    const call = request(studio.app)[method](`/api/${way}`).set("Cookie", cookie);
    return method === "get" ? call : call.send(body);
  };
  return { ...studio, path, signIn, call, cookie: await signIn(ann), ann };
}

it("adds users with a token that is told once, and has what each has done", async () => {
  const { path, signIn, call, cookie, store } = await openTeam();
  const begin = { task: "single", labels: ["x", "y"], encoder: "none", validationShare: 0, guideline: "" };
  await call(cookie, "post", "project", begin).expect(201);
  const made = (await call(cookie, "post", "users", { name: "bob", role: "annotator" }).expect(201)).body as NewToken;
  expect(made).toMatchObject({ isManaged: true, name: "bob" });
  const [, secret] = made.token.split(".");
  const text = await readFile(path, "utf8");
  expect([text.includes(secret!), text.includes("bob"), (await stat(path)).mode & 0o777]).toEqual([false, true, 0o600]);

  const before = (await call(cookie, "get", "users").expect(200)).body as UsersView;
  expect(before.users).toMatchObject([
    { name: "ann", role: "admin" },
    { name: "bob", role: "annotator", answers: 0 },
  ]);
  expect(before.users[1]!.lastSeen).toBeUndefined();
  expect(JSON.stringify(before)).not.toContain("scrypt");
  const bob = await signIn(made.token);
  const started = Date.now() - 1000;
  await call(bob, "post", "labels", {
    ...{ batchId: "b", baseSeq: store.seq(), via: "focus" },
    answers: [1, 2].map((item) => ({ item, classes: [1] })),
  }).expect(200);
  const after = (await call(cookie, "get", "users").expect(200)).body as UsersView;
  expect(after.users[1]).toMatchObject({ name: "bob", answers: 2 });
  expect(after.users[1]!.lastSeen).toBeGreaterThan(started);

  // A name that is taken, that is none, and a role that may not.
  await call(cookie, "post", "users", { name: "bob", role: "admin" }).expect(409);
  await call(cookie, "post", "users", { name: "a b", role: "admin" }).expect(400);
  for (const [method, way] of [
    ["get", "users"],
    ["post", "users"],
    ["post", "users/ann/token"],
    ["post", "users/ann/remove"],
  ] as const)
    await call(bob, method, way, { name: "eve", role: "admin" }).expect(403);
});

it("ends what was signed in by a token that was renewed, or whose user is gone, its stream as well", async () => {
  const { app, path, signIn, call, cookie } = await openTeam();
  const { token } = (await call(cookie, "post", "users", { name: "bob", role: "annotator" }).expect(201)).body as NewToken;
  const bob = await signIn(token);
  await call(bob, "get", "state").expect(200);
  const server = app.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const ended = new Promise<void>((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    get({ port, host: "127.0.0.1", path: "/api/events", headers: { cookie: bob } }, (response) => {
      response.once("end", resolve).once("error", reject).resume();
      void call(cookie, "post", "users/bob/token").then(({ status }) => status === 200 || reject(new Error(String(status))));
    }).once("error", reject);
  });
  await ended;
  await call(bob, "get", "state").expect(401);
  expect((await request(app).get(`/?token=${token}`)).status).toBe(401);

  // Somebody of the same name who comes later is somebody else.
  const next = (await call(cookie, "post", "users/bob/token").expect(200)).body as NewToken;
  const again = await signIn(next.token);
  await call(again, "get", "state").expect(200);
  expect((await call(cookie, "post", "users/bob/remove").expect(200)).body.users).toMatchObject([{ name: "ann" }]);
  await call(again, "get", "state").expect(401);
  await call(cookie, "post", "users", { name: "bob", role: "annotator" }).expect(201);
  await call(again, "get", "state").expect(401);

  // Nobody shuts themselves out, and one admin stays.
  await call(cookie, "post", "users/ann/remove").expect(409);
  await call(cookie, "post", "users/ann/token").expect(409);
  await call(cookie, "post", "users/eve/token").expect(404);
  const carl = (await call(cookie, "post", "users", { name: "carl", role: "admin" }).expect(201)).body as NewToken;
  await call(await signIn(carl.token), "post", "users/ann/remove").expect(200);
  await call(cookie, "get", "state").expect(401);
  expect(await readFile(path, "utf8")).not.toContain("name: ann\n");
});

it("leaves the one who works alone as they are: there is no file to change", async () => {
  const { browser } = await openTestStudio(2);
  const ann = await browser();
  expect((await ann.get("users").expect(200)).body).toMatchObject({ isManaged: false, users: [{ name: "ann" }, {}, {}] });
  await ann.post("users", { name: "eve", role: "admin" }).expect(409);
});
