import { describe, expect, it } from "vitest";
import { advertisedUrl } from "../../src/cli/serve-network.js";
import { refusedAsWebhook } from "../../src/cli/serve-options.js";

describe("the address that Label Studio is given", () => {
  it.each([
    ["http://ml-backend:9090", /"?ml-backend, .* has no dot/],
    ["http://ml_backend.local:9090/baal", /has an underscore/],
    ["http://user:pass-word@backend:9090", /has no dot/],
    ["http://ml.backend1:9090", /ends with "backend1"/],
    ["http://ml-backend.local:9090", undefined],
    ["https://labels.example.com./baal", undefined],
    ["http://localhost:9090", undefined],
    ["http://10.0.0.7:9090", undefined],
    ["http://[::1]:9090", undefined],
    ["http://bücher.de", undefined],
    ["http://x.xn--p1ai", undefined],
  ])("%s", (url, expected) => {
    const refused = refusedAsWebhook(url);
    if (expected === undefined) expect(refused).toBeUndefined();
    else expect(refused).toMatch(expected);
    expect(refused ?? "").not.toContain("pass-word");
  });

  it("is http or https", () => {
    expect(advertisedUrl("http://a.b:9090//")).toBe("http://a.b:9090");
    for (const text of ["", "ml-backend.local:9090", "ftp://a.b", "a.b"]) expect(() => advertisedUrl(text)).toThrow(/http:\/\//);
  });
});
