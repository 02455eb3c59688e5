import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { retryAfterMs } from "../../../src/label-studio/api/api-requests.js";
import type { LabelStudioClient } from "../../../src/label-studio/api/label-studio-client.js";
import type { Fault } from "../simulated-label-studio.js";
import { clientOf, collect, config, studioOf, thrown } from "./studio-client.js";

describe("retries", () => {
  it.each([429, 502, 503, 504])("tries again after %i", async (status) => {
    const studio = await studioOf();
    studio.fail({ kind: "status", status, times: 2, match: /whoami/ });
    const { client, log } = clientOf(studio);
    expect(await client.whoami()).toBe(1);
    expect(log.map(({ attempt, waitMs, status: logged }) => [attempt, waitMs, logged])).toEqual([
      [1, 1, status],
      [2, 2, status],
    ]);
  });

  it("tries again after a connection that broke, changes included", async () => {
    const studio = await studioOf();
    const { id } = studio.createProject({ labelConfig: config });
    studio.fail({ kind: "unreachable", times: 2, match: /projects/ });
    expect((await clientOf(studio).client.updateProject(id, { sampling: "Uniform sampling" })).sampling).toBe("Uniform sampling");
  });

  it("waits as long as Retry-After asks", async () => {
    const studio = await studioOf();
    studio.fail({ kind: "status", status: 503, times: 1, match: /whoami/, headers: { "retry-after": "0.05" } });
    const { client, log } = clientOf(studio);
    await client.whoami();
    expect(log.map(({ waitMs }) => waitMs)).toEqual([50]);
  });

  it("reads Retry-After as seconds or as a date", () => {
    expect(retryAfterMs("120")).toBe(120_000);
    expect(retryAfterMs(undefined)).toBeUndefined();
    expect(retryAfterMs("soon")).toBeUndefined();
    expect(retryAfterMs(new Date(Date.now() - 5000).toUTCString())).toBe(0);
    const ahead = retryAfterMs(new Date(Date.now() + 60_000).toUTCString()) ?? 0;
    expect(ahead).toBeGreaterThan(50_000);
    expect(ahead).toBeLessThanOrEqual(60_000);
  });

  it("gives up after the tries that it has, with the last answer", async () => {
    const studio = await studioOf();
    studio.fail({ kind: "status", status: 503, match: /whoami/ });
    const error = await thrown(clientOf(studio, { retries: 3 }).client.whoami());
    expect(error).toMatchObject({ code: "E_LABEL_STUDIO", status: 503 });
    expect(studio.seen.filter(({ url }) => url.includes("whoami"))).toHaveLength(4);
  });

  it.each([400, 403, 404, 409, 500, 501])("does not try again after %i", async (status) => {
    const studio = await studioOf();
    studio.fail({ kind: "status", status, match: /whoami/, body: { detail: "That went wrong" } });
    const error = await thrown(clientOf(studio).client.whoami());
    expect(error).toMatchObject({ code: "E_LABEL_STUDIO", status });
    expect(error.message).toContain(`GET ${studio.url}/api/current-user/whoami answered ${status} (That went wrong)`);
    expect(studio.seen.filter(({ url }) => url.includes("whoami"))).toHaveLength(1);
  });
});

describe("a Label Studio that does not work", () => {
  it("is named with address and status when a page or garbage comes", async () => {
    const studio = await studioOf();
    const { id } = studio.createProject({ labelConfig: config });
    const { client } = clientOf(studio);
    studio.fail({ kind: "html", times: 1, match: /projects/ });
    expect((await thrown(client.project(id))).message).toBe(
      `GET ${studio.url}/api/projects/1 answered 200 with a web page: check that LABEL_STUDIO_URL is Label Studio's address, and that no login page is before it.`,
    );
    studio.fail({ kind: "html", status: 404, times: 1, match: /projects/ });
    expect((await thrown(client.project(id))).message).toMatch(/api\/projects\/1 answered 404 \(a web page/);
    studio.fail({ kind: "garbage", times: 1, match: /projects/ });
    expect((await thrown(client.project(id))).message).toMatch(/answered 200 with what is no JSON/);
    studio.fail({ kind: "status", status: 200, body: { tasks: [{ id: "secret text" }], total: 1 }, times: 1, match: /tasks/ });
    const { message } = await thrown(collect(client.unlabelledTasks(id)));
    expect(message).toMatch(/api\/tasks answered 200, but not what was expected: tasks\.0\.id: .*expected number/);
    expect(message).not.toContain("secret text");
  });

  it("is named when nobody answers there", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { client } = clientOf({ url: `http://127.0.0.1:${port}`, personalToken: "" }, { retries: 1 });
    const error = await thrown(client.whoami());
    expect(error.message).toMatch(`GET http://127.0.0.1:${port}/api/current-user/whoami failed: connect ECONNREFUSED`);
    expect(error).toMatchObject({ code: "E_LABEL_STUDIO", status: undefined });
  });

  it("is not waited for longer than timeoutMs", async () => {
    const studio = await studioOf();
    studio.fail({ kind: "slow", ms: 2000, match: /whoami/ });
    const error = await thrown(clientOf(studio, { timeoutMs: 50, retries: 0 }).client.whoami());
    expect(error.message).toContain("no answer came within 0.05 s");
  });

  it("is left at once when the caller is gone, during a request and between two", async () => {
    const studio = await studioOf();
    const { client } = clientOf(studio, { backoffMs: 60_000 });
    await client.whoami();
    studio.fail({ kind: "slow", ms: 5000, times: 1, match: /whoami/ });
    expect(await thrown(client.whoami({ signal: AbortSignal.timeout(30) }))).toMatchObject({ code: "E_ABORTED" });
    studio.fail({ kind: "status", status: 503, match: /whoami/ });
    expect(await thrown(client.whoami({ signal: AbortSignal.timeout(30) }))).toMatchObject({ code: "E_ABORTED" });
    const before = studio.seen.length;
    expect(await thrown(client.whoami({ signal: AbortSignal.abort() }))).toMatchObject({ code: "E_ABORTED" });
    expect(studio.seen).toHaveLength(before);
  });
});

describe("redirects", () => {
  it("keeps the token on the same host and drops it for another one", async () => {
    const [studio, other] = [await studioOf(), await studioOf()];
    const { client } = clientOf(studio);
    studio.fail({ kind: "redirect", to: "", times: 1, match: /whoami/ });
    expect(await client.whoami()).toBe(1);
    studio.fail({ kind: "redirect", to: other.url, match: /whoami/ });
    const error = await thrown(client.whoami());
    expect(error.message).toContain(`is redirected to ${other.url}, where the token does not follow, and answered 401`);
    expect(error.message).toContain("set LABEL_STUDIO_URL");
    expect(other.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it("sends no changes to another address, and does not go in circles", async () => {
    const [studio, other] = [await studioOf(), await studioOf()];
    const { client } = clientOf(studio);
    studio.fail({ kind: "redirect", to: other.url, status: 307, match: /PATCH/ });
    expect((await thrown(client.updateProject(1, {}))).message).toContain(
      `a redirect to ${other.url}/api/projects/1: set LABEL_STUDIO_URL`,
    );
    studio.fail({ kind: "redirect", to: "", match: /whoami/ });
    expect((await thrown(client.whoami())).message).toContain("redirected too often");
    expect(other.seen).toEqual([]);
  });
});

describe("secrets", () => {
  const faults: readonly (readonly [string, (tokens: readonly string[]) => Fault])[] = [
    ["an echo of the tokens", (tokens) => ({ kind: "status", status: 400, body: { detail: `bad header: ${tokens.join(" ")}` } })],
    [
      "a long echo, cut in the middle of a token",
      ([token]) => ({ kind: "status", status: 500, body: { detail: "x".repeat(280) + token } }),
    ],
    ["an echo in other fields", (tokens) => ({ kind: "status", status: 503, body: { tokens } })],
    ["an answer of another kind", (tokens) => ({ kind: "status", status: 200, body: { id: tokens[0] } })],
    ["401", () => ({ kind: "status", status: 401 })],
    ["a page", () => ({ kind: "html", status: 502 })],
    ["a broken connection", () => ({ kind: "unreachable" })],
    ["slowness", () => ({ kind: "slow", ms: 1000 })],
    ["a redirect", () => ({ kind: "redirect", to: "http://127.0.0.1:9" })],
  ];
  it.each(faults)("never get into messages or the log: %s", async (_, fault) => {
    const studio = await studioOf();
    const calls: readonly ((client: LabelStudioClient) => Promise<unknown>)[] = [
      (client) => client.whoami(),
      (client) => client.updateProject(1, { modelVersion: "a" }),
      (client) => collect(client.exportAnnotations(1)),
    ];
    for (const apiKey of [studio.personalToken, studio.legacyToken]) {
      const { client, log } = clientOf(studio, { apiKey, retries: 1, timeoutMs: 400 });
      await client.whoami();
      const tokens = [studio.tokens.given.at(-1) ?? "", apiKey];
      studio.fail({ ...fault(tokens), match: /whoami|projects|tasks/ });
      for (const call of calls) {
        const error = await thrown(call(client));
        const told = [error.message, error.stack, JSON.stringify(error), String(error.cause), JSON.stringify(log)].join("\n");
        // A part of a token would be as bad.
        for (const token of [...tokens, ...studio.tokens.given]) expect(told).not.toContain(token.slice(0, 20));
      }
      studio.heal();
    }
  });
});

describe("settings", () => {
  it.each([{ timeoutMs: 0 }, { retries: -1 }, { retries: 1.5 }, { backoffMs: Number.NaN }, { url: "label-studio:8080" }])(
    "out of range are refused: %j",
    (settings) => {
      const make = () => clientOf({ url: "http://127.0.0.1:9", personalToken: "x" }, settings);
      expect(make).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    },
  );
});
