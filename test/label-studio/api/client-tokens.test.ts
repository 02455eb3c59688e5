import { describe, expect, it } from "vitest";
import { clientOf, studioOf, thrown } from "./studio-client.js";

describe("tokens", () => {
  it("sends a legacy token as it is", async () => {
    const studio = await studioOf({ prefix: "/studio" });
    const { client } = clientOf(studio, { apiKey: studio.legacyToken });
    expect(await client.whoami()).toBe(1);
    expect(studio.seen).toEqual([
      { method: "GET", url: "/studio/api/current-user/whoami", authorization: `Token ${studio.legacyToken}` },
    ]);
  });

  it("says plainly when legacy tokens are refused, and asks once", async () => {
    const studio = await studioOf();
    studio.tokens.legacyAllowed = false;
    const error = await thrown(clientOf(studio, { apiKey: studio.legacyToken }).client.whoami());
    expect(error).toMatchObject({ code: "E_LABEL_STUDIO", status: 401 });
    expect(error.message).toMatch(/refuses the token \(LABEL_STUDIO_API_KEY\); .*no legacy tokens: make a personal access token/);
    expect(error.message).toContain("legacy token authentication has been disabled");
    expect(studio.seen).toHaveLength(1);
  });

  it("asks for a token where none was given", async () => {
    const studio = await studioOf();
    expect((await thrown(clientOf(studio, { apiKey: "" }).client.whoami())).message).toContain("set LABEL_STUDIO_API_KEY");
  });

  it("refuses a personal token of another Label Studio in one try", async () => {
    const studio = await studioOf();
    const error = await thrown(clientOf(studio, { apiKey: "eyJhbGciOiJub25lIn0.e30.c2ln" }).client.whoami());
    expect(error.message).toContain("make a new one there under Account & Settings");
    expect(studio.seen).toHaveLength(1);
  });

  it("gets one access token for many calls at the same time", async () => {
    const studio = await studioOf();
    const { client } = clientOf(studio);
    await Promise.all(Array.from({ length: 20 }, () => client.whoami()));
    expect(studio.tokens.given).toHaveLength(1);
    expect(new Set(studio.seen.slice(1).map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${studio.tokens.given[0]}`]),
    );
  });

  it("gets one new access token when many calls come back with 401", async () => {
    const studio = await studioOf();
    const { client } = clientOf(studio);
    await client.whoami();
    studio.tokens.revoke();
    await Promise.all(Array.from({ length: 20 }, () => client.whoami()));
    expect(studio.tokens.given).toHaveLength(2);
  });

  it("gives up when the new access token is refused, too", async () => {
    const studio = await studioOf();
    studio.fail({ kind: "status", status: 401, body: { detail: "no" }, match: /whoami/ });
    const error = await thrown(clientOf(studio).client.whoami());
    expect(error).toMatchObject({ status: 401 });
    expect(error.message).toContain("refuses the token (LABEL_STUDIO_API_KEY), or its user may not do this");
    expect(studio.seen.filter(({ url }) => url.includes("whoami"))).toHaveLength(2);
  });

  it("renews an access token shortly before it expires, by the lifetime that it tells", async () => {
    const studio = await studioOf();
    studio.tokens.accessLifetimeMs = 100_000;
    const clock = { ms: 0 };
    const { client } = clientOf(studio, { now: () => clock.ms });
    await client.whoami();
    clock.ms = 79_000;
    await client.whoami();
    expect(studio.tokens.given).toHaveLength(1);
    clock.ms = 81_000;
    await client.whoami();
    expect(studio.tokens.given).toHaveLength(2);
    expect(studio.seen.map(({ url }) => url.split("/")[2])).toEqual([
      "token",
      "current-user",
      "current-user",
      "token",
      "current-user",
    ]);
  });

  it("goes on when Label Studio's clock jumps", async () => {
    const clock = { ms: 1_800_000_000_000 };
    const studio = await studioOf({ now: () => clock.ms });
    const { client } = clientOf(studio);
    await client.whoami();
    clock.ms += 3_600_000;
    expect(await client.whoami()).toBe(1);
    clock.ms -= 7_200_000;
    expect(await client.whoami()).toBe(1);
    expect(studio.tokens.given).toHaveLength(2);
  });

  it("waits for a Label Studio that gives no access token yet", async () => {
    const studio = await studioOf();
    studio.fail({ kind: "status", status: 502, times: 1, match: /token/ });
    studio.fail({ kind: "unreachable", times: 1, match: /token/ });
    expect(await clientOf(studio).client.whoami()).toBe(1);
  });
});

describe("an access token in place of the personal one", () => {
  it("is sent as it is, and the message says that it ends", async () => {
    const studio = await studioOf();
    await clientOf(studio).client.whoami();
    const apiKey = studio.tokens.given[0]!;
    const { client } = clientOf(studio, { apiKey });
    expect(await client.whoami()).toBe(1);
    expect(studio.tokens.given).toHaveLength(1);
    studio.tokens.revoke();
    const { message } = await thrown(client.whoami());
    expect(message).toContain("an access token ends minutes after it was made");
    expect(message).not.toContain(apiKey.slice(0, 20));
  });
});
