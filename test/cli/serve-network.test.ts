import { copyFileSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { request as requestTls } from "node:https";
import { join, resolve } from "node:path";
import type { TLSSocket } from "node:tls";
import { Command } from "commander";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { listen } from "../../src/cli/http-server.js";
import { addServeNetworkOptions, networkSettings, openServer, type ServeNetworkOptions } from "../../src/cli/serve-network.js";
import { tlsServer } from "../../src/cli/tls-server.js";
import { temporaryFolder } from "../temporary-folder.js";

function parse(...args: readonly string[]): ServeNetworkOptions {
  const command = addServeNetworkOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr() {} });
  return command.parse([...args], { from: "user" }).opts();
}

const settings = (...args: readonly string[]) => networkSettings(parse(...args));

describe("the network options", () => {
  it("become the app's settings", () => {
    expect(settings()).toMatchObject({
      listen: { host: "127.0.0.1", port: 9090, tls: undefined },
      app: {
        basicAuth: undefined,
        trustProxy: undefined,
        maxTasks: 100_000,
        bodyLimit: "100mb",
        hosts: { listensOn: "127.0.0.1", allowed: [] },
      },
    });
    const names = ["--advertised-url", "https://ml.example.org:8443/baal", "--allowed-host", "a.example.org, .example.net"];
    const { app } = settings(...names, "--base-path", "baal", "--trust-proxy", "10.0.0.0/8,loopback", "--open-health");
    expect(app).toMatchObject({ basePath: "/baal", trustProxy: ["10.0.0.0/8", "loopback"], openHealth: true });
    expect(app.hosts?.allowed).toEqual(["a.example.org", ".example.net", "ml.example.org"]);
    expect(settings("--trust-proxy", "2").app.trustProxy).toBe(2);
    expect(settings("--trust-proxy").app.trustProxy).toContain("loopback");
  });

  it.each([
    [["--allowed-host", "http://a.example.org"], /names without ports/],
    [["--allowed-host", ""], /names without ports/],
    [["--trust-proxy", "everybody"], /number of proxies/],
    [["--base-path", "/a b"], /path such as/],
    [["--body-limit", "lots"], /size such as/],
    [["--max-tasks", "0"], /from 1 to/],
    [["--tls-cert", "a.pem"], /both --tls-cert and --tls-key/],
    [["--basic-auth-user", "", "--basic-auth-pass", ""], /neither of them empty/],
    [["--basic-auth-user", "a:b", "--basic-auth-pass", "c"], /without a colon/],
  ])("are refused where they make no sense: %j", (args, message) => {
    expect(() => settings(...args)).toThrow(message);
  });

  it.each([
    [["--host", "0.0.0.0"], /anybody who reaches this machine/],
    [["--host", "192.168.1.5"], /anybody who reaches 192.168.1.5/],
    [["--host", "0.0.0.0", "--basic-auth-user", "a", "--basic-auth-pass", "b"], undefined],
    [["--host", "::1"], undefined],
    [[], undefined],
  ] as const)("warn of a server that is open: %j", (args, warning) => {
    if (warning === undefined) expect(openServer(parse(...args))).toBeUndefined();
    else expect(openServer(parse(...args))).toMatch(warning);
  });
});

const fixture = (name: string) => resolve("test", "fixtures", "tls", `${name}.pem`);
const files = (name: string) => ({ cert: fixture(`${name}.cert`), key: fixture(`${name}.key`) });

/** The name in the certificate of the server that answers, and its answer. */
function nameOfServer(port: number): Promise<string> {
  return new Promise((done, failed) => {
    const asked = requestTls(
      { port, host: "127.0.0.1", rejectUnauthorized: false, agent: false },
      (response: IncomingMessage) => {
        const { subject } = (response.socket as TLSSocket).getPeerCertificate();
        response.resume().once("end", () => done(String(subject.CN)));
      },
    );
    asked.once("error", failed).end();
  });
}

describe("HTTPS", () => {
  it("is spoken with the files that are given, and nothing else", async () => {
    const server = await listen((_, response) => void response.end("hello"), { host: "127.0.0.1", port: 0, tls: files("first") });
    onTestFinished(() => server.close(0));
    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
    expect(await nameOfServer(server.port)).toBe("first.localhost");
    const plain = new Promise((done, failed) => request({ port: server.port, agent: false }, done).once("error", failed).end());
    await expect(plain).rejects.toThrow();
  });

  it("takes a certificate that is renewed, and keeps the old one where the new one does not fit", async () => {
    const folder = temporaryFolder();
    const own = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
    const put = (name: string) => {
      copyFileSync(files(name).key, own.key);
      copyFileSync(files(name).cert, own.cert);
    };
    put("first");
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const { server, stop } = await tlsServer((_, response) => void response.end(), own, { lookMs: 20 });
    onTestFinished(() => {
      stop();
      server.close();
      vi.restoreAllMocks();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as { port: number };
    expect(await nameOfServer(port)).toBe("first.localhost");
    put("second");
    await expect.poll(() => nameOfServer(port), { timeout: 10_000 }).toBe("second.localhost");
    writeFileSync(own.cert, "no certificate");
    await expect.poll(() => warned.mock.calls.map(([text]) => String(text)).join(), { timeout: 10_000 }).toMatch(/stays in use/);
    expect(await nameOfServer(port)).toBe("second.localhost");
  });

  it.each([
    ["a file that is not there", { cert: "nowhere.pem", key: fixture("first.key") }],
    ["a key of another certificate", { cert: fixture("first.cert"), key: fixture("second.key") }],
    ["what is no certificate", { cert: fixture("first.key"), key: fixture("first.key") }],
  ])("refuses %s", async (_, tls) => {
    await expect(listen(() => {}, { host: "127.0.0.1", port: 0, tls })).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});
