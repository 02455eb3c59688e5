import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { imageProtocol, terminalImages } from "../../../src/studio/terminal/terminal-images.js";
import { temporaryFolder } from "../../temporary-folder.js";

/** 2 x 2 pixels: red above, blue below. */
async function drawn(): Promise<string> {
  const path = join(temporaryFolder(), "image.png");
  const data = Uint8Array.from({ length: 12 }, (_, i) => (i < 6 ? [255, 0, 0] : [0, 0, 255])[i % 3]!);
  await sharp(data, { raw: { width: 2, height: 2, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

it("knows what a terminal can", () => {
  expect(imageProtocol({ TERM: "xterm-kitty" })).toBe("kitty");
  expect(imageProtocol({ TERM: "xterm-256color", TERM_PROGRAM: "WezTerm" })).toBe("iterm");
  expect(imageProtocol({ TERM: "xterm-kitty", TMUX: "1", COLORTERM: "truecolor" })).toBe("blocks");
  expect(imageProtocol({ TERM: "linux" })).toBe("none");
  expect(terminalImages("none")).toBeUndefined();
});

it("draws by kitty's and iTerm2's protocols what is the image", async () => {
  const path = await drawn();
  const size = { columns: 10, rows: 5 };
  const kitty = await terminalImages("kitty")!.draw(path, size);
  const [head, payload] = kitty.split(";");
  expect(head).toBe("\x1b_Ga=T,f=100,q=2,C=1,m=0");
  expect(await sharp(Buffer.from(payload!.replace("\x1b\\", ""), "base64")).metadata()).toMatchObject({
    format: "png",
    width: 2,
    height: 2,
  });
  const iterm = await terminalImages("iterm")!.draw(path, size);
  const [before, image] = iterm.split(":");
  const { length } = Buffer.from(image!.replace("\x07", ""), "base64");
  expect(before).toBe(`\x1b]1337;File=inline=1;size=${length};preserveAspectRatio=1`);
});

it("draws two pixels a character in half blocks, and nothing of what is no image", async () => {
  const blocks = terminalImages("blocks")!;
  const text = await blocks.draw(await drawn(), { columns: 2, rows: 1 });
  expect(text).toBe(`${"\x1b[38;2;255;0;0;48;2;0;0;255m\u2580".repeat(2)}\x1b[0m`);
  expect(await blocks.draw("/nowhere.png", { columns: 2, rows: 1 })).toBe("");
});
