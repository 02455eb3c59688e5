import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { listen } from "../../src/cli/http-server.js";

const host = "127.0.0.1";

describe("listen", () => {
  it("takes a free port and says which", async () => {
    const server = await listen((_, response) => response.end("hello"), { host, port: 0 });
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect(await (await fetch(server.url)).text()).toBe("hello");
    await server.close(1000);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it("answers the requests under way before it closes", async () => {
    const server = await listen((_, response) => void sleep(300).then(() => response.end("late")), { host, port: 0 });
    const answer = fetch(server.url).then((response) => response.text());
    await sleep(100);
    await server.close(60_000);
    expect(await answer).toBe("late");
  });

  it("does not wait longer than it should", async () => {
    const server = await listen(() => {}, { host, port: 0 });
    const answer = fetch(server.url);
    await sleep(100);
    await Promise.all([server.close(50), expect(answer).rejects.toThrow()]);
  });

  it("explains why an address cannot be had", async () => {
    const server = await listen(() => {}, { host, port: 0 });
    await expect(listen(() => {}, { host, port: server.port })).rejects.toThrow(/is in use.*choose another --port/);
    await expect(listen(() => {}, { host: "192.0.2.1", port: 0 })).rejects.toThrow(/not an address of this machine/);
    await server.close(0);
  });
});
