// Starts `baal studio` of an unpacked package on a CSV of texts, with a hub that cannot be reached, and asks for the first item as a browser does.
// node .ci/packed-studio.mjs FOLDER; how long it took is printed, and asserted nowhere.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const home = resolve(process.argv[2]);
for (const path of ["src", "dist/page/bundle-page.js"])
  if (existsSync(join(home, path)))
    throw new Error(`${path} is in the package: the page could be built, which users do not have to.`);

const folder = await mkdtemp(join(tmpdir(), "baaljs-packed-"));
await writeFile(
  join(folder, "all.csv"),
  `text\n${Array.from({ length: 200 }, (_, n) => `message ${n} about ${n % 7} parcels`).join("\n")}\n`,
);
const begin = performance.now();
const studio = spawn(
  process.execPath,
  [join(home, "dist/cli/main.js"), "studio", join(folder, "all.csv"), "--labels", "a,b", "--no-open", "--port", "0"],
  {
    cwd: folder,
    // Nobody listens there: the usual encoder cannot come, which is no reason not to begin.
    env: {
      ...process.env,
      HF_ENDPOINT: "http://127.0.0.1:9",
      HF_HOME: join(folder, "hub"),
      XDG_CACHE_HOME: join(folder, "cache"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  },
);
let said = "";
const listening = new Promise((found, fail) => {
  for (const stream of [studio.stdout, studio.stderr])
    stream.on("data", (text) => {
      said += text;
      const match = /listening on (\S+)\/\?token=(\S+)/.exec(said);
      if (match) found(match.slice(1));
    });
  studio.once("close", () => fail(new Error(`baal studio has ended: ${said}`)));
});
try {
  const [url, token] = await listening;
  const signedIn = await fetch(`${url}/?token=${token}`, { redirect: "manual" });
  const headers = { cookie: signedIn.headers.getSetCookie()[0].split(";")[0], "content-type": "application/json" };
  const ask = async (path, options = {}) => {
    const response = await fetch(`${url}/${path}`, { headers, ...options });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const { items, reason } = await (await ask("api/next", { method: "POST", body: JSON.stringify({ count: 1 }) })).json();
  const seconds = (performance.now() - begin) / 1000;
  if (!/^message \d+ about/.test(items[0]?.content)) throw new Error(`No first item came: ${JSON.stringify(items)}`);
  const [page, script, style] = await Promise.all(["label", "page.js", "page.css"].map(async (path) => (await ask(path)).text()));
  if (!page.includes("page.js") || script.length < 10_000 || style.length < 10_000)
    throw new Error(`The page is not whole: ${page.length}, ${script.length} and ${style.length} characters.`);
  console.log(`the first item after ${seconds.toFixed(1)} s (${reason}); a script of ${script.length} characters`);
} finally {
  studio.kill("SIGTERM");
  if (studio.exitCode === null && studio.signalCode === null) await once(studio, "close");
  await rm(folder, { recursive: true, force: true });
}
