import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import request from "supertest";
import { expect, it } from "vitest";
import { oneTimeToken, openSessions } from "../../../src/studio/http/sessions.js";
import { addUser, readUsers, userOfToken } from "../../../src/studio/http/users-file.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStudio, stateOf } from "./open-test-studio.js";

const hosts = { listensOn: "127.0.0.1" };

it("refuses everything without a session with 401: programs in JSON, browsers with a form", async () => {
  const { app } = await openTestStudio(2);
  for (const path of ["/api/state", "/api/events", "/api/nothing"]) {
    const refused = await request(app).get(path);
    expect([refused.status, refused.body.error.code]).toEqual([401, "E_UNAUTHORIZED"]);
  }
  expect((await request(app).post("/api/labels").send({})).status).toBe(401);
  const page = await request(app).get("/label").set("Accept", "text/html");
  expect([page.status, page.type]).toEqual([401, "text/html"]);
  expect(page.text).toContain('name="token"');
  expect((await request(app).get("/?token=wrong").set("Accept", "text/html")).status).toBe(401);
});

it("gives a cookie for a token, which scripts and other sites do not get, and takes the token out of the address", async () => {
  const { app } = await openTestStudio(2, { basePath: "/baal" });
  const signedIn = await request(app).get("/baal/label?token=bob&q=x").expect(303);
  expect(signedIn.headers["location"]).toBe("/baal/label?q=x");
  const [cookie] = signedIn.headers["set-cookie"] as unknown as string[];
  expect(cookie).toMatch(/; Path=\/baal\/;.*HttpOnly; SameSite=Strict$/);
  const page = await request(app).get("/baal/label").set("Cookie", cookie!.split(";")[0]!).expect(200);
  expect(page.text).toContain('data-base="/baal/"');
});

it("refuses foreign hosts and origins with 403", async () => {
  const { app, browser } = await openTestStudio(2, { hosts });
  expect((await request(app).get("/").set("Host", "evil.example")).status).toBe(403);
  const ann = await browser();
  expect((await ann.get("state").set("Host", "evil.example:8090")).status).toBe(403);
  expect((await ann.post("undo").set("Origin", "https://evil.example")).status).toBe(403);
  expect((await ann.post("undo").set("Sec-Fetch-Site", "same-site")).status).toBe(403);
  expect((await ann.post("undo").set("Sec-Fetch-Site", "same-origin")).status).toBe(200);
  const form = "batchId=x&baseSeq=0";
  expect((await ann.post("labels").type("form").send(form)).status).toBe(415);
});

it("sends a policy that lets no script in but its own, and a label's name as what it is", async () => {
  const { app, browser } = await openTestStudio(2, { begin: false });
  const { headers } = await request(app).get("/");
  const policy = new Map(
    (headers["content-security-policy"] as string).split(";").map((part) => {
      const [name, ...sources] = part.trim().split(" ");
      return [name!, sources.join(" ")] as const;
    }),
  );
  expect(policy.get("script-src")).toBe("'self'");
  expect(policy.get("default-src")).toBe("'none'");
  expect([...policy.values()].join(" ")).not.toContain("unsafe");
  const ann = await browser();
  const name = "<img src=x onerror=alert(1)>";
  await ann.post("project", { task: "single", labels: [name], encoder: "none", validationShare: 0 }).expect(201);
  const state = await ann.get("state");
  expect([state.type, state.body.labels[0].name]).toEqual(["application/json", name]);
  expect(state.headers["x-content-type-options"]).toBe("nosniff");
});

it("lets each role do what is its own", async () => {
  const { browser } = await openTestStudio(2);
  const [ann, bob, rita] = [await browser("ann"), await browser("bob"), await browser("rita")];
  const flag = (batchId: string) => ({ batchId, baseSeq: 0, via: "focus", changes: [{ item: 1, flag: "exclude", value: 1 }] });
  expect((await bob.post("labels", flag("1"))).status).toBe(403);
  expect((await bob.patch("project", { guideline: "x" })).status).toBe(403);
  expect((await rita.patch("project", { guideline: "x" })).status).toBe(403);
  expect((await rita.post("labels", flag("2"))).status).toBe(200);
  expect((await ann.patch("project", { guideline: "x" })).status).toBe(200);
  expect((await stateOf(bob)).user).toEqual({ name: "bob", role: "annotator" });
});

it("keeps users as hashes, and knows them by their tokens alone", async () => {
  const path = join(temporaryFolder(), "users.yaml");
  const ann = await addUser(path, "ann", "admin");
  const bob = await addUser(path, "bob", "annotator");
  const users = await readUsers(path);
  expect(users.map(({ name, role }) => [name, role])).toEqual([
    ["ann", "admin"],
    ["bob", "annotator"],
  ]);
  expect(JSON.stringify(users)).not.toContain(ann.split(".")[1]);
  expect(await userOfToken(users, ann)).toMatchObject({ name: "ann" });
  expect(await userOfToken(users, bob)).toMatchObject({ name: "bob" });
  for (const wrong of [`bob.${ann.split(".")[1]}`, "ann", "ann.", `${ann}x`, "", "eve.x"])
    expect(await userOfToken(users, wrong)).toBeUndefined();
  // A new token for a known user: the old one is worth nothing.
  await addUser(path, "ann", "admin");
  expect(await userOfToken(await readUsers(path), ann)).toBeUndefined();
  await expect(addUser(path, "a b", "admin")).rejects.toMatchObject({ code: "E_ARGUMENT" });
  await writeFile(path, "users:\n  - name: x\n    role: king\n    tokenHash: abc\n");
  await expect(readUsers(path)).rejects.toMatchObject({ code: "E_DATA" });
});

it("has tokens for one browser each, and cookies that nobody else can make, for thirty days", async () => {
  const next: string[] = [];
  const token = oneTimeToken((made) => next.push(made));
  const first = token.current();
  expect([token.use("wrong"), token.use(first), token.use(first)]).toEqual([false, true, false]);
  expect(token.use(next[0]!)).toBe(true);
  const [folder, other] = [temporaryFolder(), temporaryFolder()];
  let now = 0;
  const sessions = await openSessions(folder, () => now);
  const cookie = sessions.begin("ann");
  expect(sessions.read(cookie)).toMatchObject({ user: "ann" });
  expect((await openSessions(folder, () => now)).read(cookie)).toMatchObject({ user: "ann" });
  expect((await openSessions(other)).read(cookie)).toBeUndefined();
  const [payload, signature] = cookie.split(".") as [string, string];
  const forged = Buffer.from(JSON.stringify(["root", "x", 0])).toString("base64url");
  for (const wrong of [undefined, "", ".", payload, `${forged}.${signature}`]) expect(sessions.read(wrong)).toBeUndefined();
  now = 31 * 86_400_000;
  expect(sessions.read(cookie)).toBeUndefined();
});
