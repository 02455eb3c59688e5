import { describe, expect, it } from "vitest";
import { labelStudioServer } from "../../../src/label-studio/api/label-studio-server.js";

describe("files of Label Studio's", () => {
  const server = labelStudioServer({ url: "http://labels.local:8080/studio", apiKey: "0".repeat(40) });

  it.each([
    "/data/upload/1/a.png",
    "/data/upload/1/a%20picture%20(100%25).png",
    "/studio/data/upload/1/%C3%BC.png",
    "/data/local-files/?d=a%2F..%2Fb.png",
    "/tasks/7/resolve/?fileuri=czM6Ly9i",
  ])("are asked for with the token: %s", (path) => {
    expect(server.fileUrl(path)?.pathname).toMatch(/^\/studio\//);
  });

  it.each([
    // No name of a file has a slash.
    "/data/upload/1/a%2Fb.png",
    "/data/../api/current-user/whoami",
    "/data/..%2Fapi/current-user/whoami",
    "/data/..%2f..%2fapi/current-user/token",
    "/data/%2e%2e%2Fapi/x",
    "/data/..%5Capi%5Cx",
    "/data/..%252Fapi%252Fx",
    "/data/..%25252Fapi%25252Fx",
    "/data/..%2525252Fapi",
    "/studio/data/..%2F..%2Fadmin/",
    "/data/..%252Fapi/%25zz",
    "/api/projects",
  ])("are none, and the token is not sent: %s", (path) => {
    expect(server.fileUrl(path)).toBeUndefined();
    const plain = new URL(path.startsWith("/studio") ? path : `/studio${path}`, "http://labels.local:8080");
    expect(server.isFile(plain)).toBe(false);
  });
});
