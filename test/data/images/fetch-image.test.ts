import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FetchImageOptions, fetchImage, isPublicAddress } from "../../../src/data/images/fetch-image.js";
import { ImageDataset } from "../../../src/data/images/image-dataset.js";
import { imageProcessor } from "../../../src/data/images/plain-image-processor.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { encode, picture } from "./pictures.js";

/** A server on this machine; its host with port. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const here: FetchImageOptions = { allowPrivateAddresses: true };

async function failure(address: string, options: FetchImageOptions = here): Promise<string> {
  const error = await fetchImage(address, options).then(
    () => new Error("nothing was thrown"),
    (thrown: unknown) => thrown as Error,
  );
  expect(error).toMatchObject({ code: "E_IMAGE" });
  return error.message;
}

describe("fetchImage", () => {
  it("downloads a file, whatever the server says it is", async () => {
    const host = await serve((_, response) => response.setHeader("content-type", "text/html").end("pixels"));
    expect(Buffer.from(await fetchImage(`http://${host}/a.png`, here)).toString()).toBe("pixels");
  });

  it("follows redirects, to other hosts without the headers that were meant for the first", async () => {
    const seen: [string, string | undefined][] = [];
    const note = (request: IncomingMessage) => seen.push([request.url!, request.headers.authorization]);
    const other = await serve((request, response) => {
      note(request);
      response.end("there");
    });
    const host = await serve((request, response) => {
      note(request);
      const location = request.url === "/1" ? "/2" : `http://${other}/3`;
      response.writeHead(request.url === "/1" ? 302 : 307, { location }).end();
    });
    const bytes = await fetchImage(`http://${host}/1`, { ...here, headers: { authorization: "Token abc" } });
    expect(Buffer.from(bytes).toString()).toBe("there");
    expect(seen).toEqual([
      ["/1", "Token abc"],
      ["/2", "Token abc"],
      ["/3", undefined],
    ]);
  });

  it("gives up on a loop of redirects", async () => {
    let requests = 0;
    const host = await serve((_, response) => {
      requests++;
      response.writeHead(301, { location: "/again" }).end();
    });
    expect(await failure(`http://${host}/`, { ...here, maxRedirects: 3 })).toMatch(/redirected too often/);
    expect(requests).toBe(4);
    expect(await failure(`http://${host}/`, { ...here, maxRedirects: 0 })).toMatch(/redirected too often/);
  });

  it("refuses private addresses: by name, by number and in any spelling", async () => {
    let requests = 0;
    const host = await serve((_, response) => {
      requests++;
      response.end("secret");
    });
    const port = host.split(":")[1];
    const spellings = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0", "10.1.2.3"];
    for (const name of [...spellings, "169.254.169.254", "192.168.0.1", "[fd00::1]", "[fe80::1]", "[64:ff9b::7f00:1]"]) {
      expect(await failure(`http://${name}:${port}/`, {}), name).toMatch(/not allowed \(allowPrivateAddresses\)/);
    }
    expect(requests).toBe(0);
  });

  it("allows hosts that are named, and checks each redirect anew", async () => {
    let requests = 0;
    const secret = await serve((_, response) => {
      requests++;
      response.end("secret");
    });
    const host = await serve((request, response) => {
      if (request.url === "/image") response.end("image");
      else
        response
          .writeHead(302, {
            location: request.url === "/name" ? `http://localhost:${secret.split(":")[1]}/` : `http://${secret}/`,
          })
          .end();
    });
    const options = { allowPrivateAddresses: [host] };
    expect(Buffer.from(await fetchImage(`http://${host}/image`, options)).toString()).toBe("image");
    expect(await failure(`http://${host}/number`, options)).toMatch(/127\.0\.0\.1 is an address of this machine/);
    expect(await failure(`http://${host}/name`, options)).toMatch(/localhost is an address of this machine/);
    expect(requests).toBe(0);
  });

  it("refuses a body that is too large, announced or not", async () => {
    let sent = 0;
    const host = await serve((request, response) => {
      if (request.url === "/announced") response.setHeader("content-length", 10_000).end(Buffer.alloc(10_000));
      else {
        const more = () => {
          if (response.destroyed) return;
          sent += 1000;
          if (sent < 1e8) response.write(Buffer.alloc(1000), more);
        };
        more();
      }
    });
    expect(await failure(`http://${host}/announced`, { ...here, maxBytes: 9_999 })).toMatch(/larger than 9999 bytes/);
    expect(await failure(`http://${host}/endless`, { ...here, maxBytes: 5_000 })).toMatch(/larger than 5000 bytes/);
    expect(sent).toBeLessThan(1e8);
    expect(await fetchImage(`http://${host}/announced`, { ...here, maxBytes: 10_000 })).toHaveLength(10_000);
  });

  it("does not wait for a server that says nothing, or whose body never ends", async () => {
    const host = await serve((request, response) => {
      if (request.url === "/body") response.write("a little");
    });
    for (const path of ["/silent", "/body"]) {
      expect(await failure(`http://${host}${path}`, { ...here, timeoutMs: 60 })).toMatch(/not there after 0\.06 s/);
    }
  });

  it("stops when it is told to", async () => {
    const host = await serve(() => {});
    const controller = new AbortController();
    const download = fetchImage(`http://${host}/`, { ...here, signal: controller.signal });
    controller.abort();
    await expect(download).rejects.toMatchObject({ code: "E_ABORTED" });
    await expect(fetchImage(`http://${host}/`, { ...here, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "E_ABORTED",
    });
  });

  it("names the address, without a password, and the reason", async () => {
    const host = await serve((request, response) => {
      if (request.url === "/cut") {
        response.writeHead(200, { "content-length": 100 }).write("half");
        setTimeout(() => response.destroy(), 10);
      } else response.writeHead(404).end();
    });
    expect(await failure(`http://user:secret@${host}/a.png`)).toBe(
      `The image http://${host}/a.png cannot be used: ${host} answered 404.`,
    );
    expect(await failure(`http://${host}/cut`)).toMatch(/the download failed/);
    expect(await failure("http://127.0.0.1:1/")).toMatch(/ECONNREFUSED/);
    expect(await failure("ftp://example.org/a.png")).toMatch(/ftp: is not http: or https:/);
    expect(await failure("nonsense")).toMatch(/"nonsense" is no address/);
  });

  it("refuses limits that are none", async () => {
    for (const options of [{ maxBytes: 0 }, { timeoutMs: 1.5 }, { maxRedirects: -1 }])
      await expect(fetchImage("http://example.org", options)).rejects.toMatchObject({ code: "E_ARGUMENT" });
  });
});

describe("images from addresses", () => {
  it("are read through ImageDataset, and kept in a folder on request", async () => {
    const png = await encode(picture(12, 8)).png().toBuffer();
    let requests = 0;
    let together = 0;
    let most = 0;
    const host = await serve((_, response) => {
      requests++;
      most = Math.max(most, ++together);
      setTimeout(() => {
        together--;
        response.end(png);
      }, 5);
    });
    const processor = imageProcessor({ size: [8, 12] });
    const rows = Array.from({ length: 20 }, (_, i) => ({ image: `http://${host}/${i}.png` }));
    const cacheFolder = temporaryFolder();
    for (let round = 0; round < 2; round++) {
      const dataset = new ImageDataset(rows, { processor, downloads: { ...here, cacheFolder } });
      const loaded = await Promise.all(rows.map((_, i) => dataset.at(i).input.load()));
      expect(loaded[19]!.shape).toEqual([3, 8, 12]);
      expect(dataset.at(3).input.name).toBe(`http://${host}/3.png`);
      await dataset.at(0).input.contentKey!();
    }
    expect(requests).toBe(20);
    expect(most).toBeLessThanOrEqual(8);
    const refused = new ImageDataset(rows, { processor });
    await expect(refused.at(0).input.load()).rejects.toMatchObject({ code: "E_IMAGE" });
  });
});

describe("isPublicAddress", () => {
  it("knows the ranges", () => {
    for (const address of ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
      expect(isPublicAddress(address), address).toBe(true);
    const closed = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1"];
    for (const address of [
      ...closed,
      "255.255.255.255",
      "240.0.0.1",
      "198.18.0.1",
      "::",
      "::1",
      "fc00::1",
      "fe80::1",
      "2002:7f00:1::",
      "::ffff:10.0.0.1",
      "ff02::1",
      "no address",
    ])
      expect(isPublicAddress(address), address).toBe(false);
  });
});
