import { Presets, SingleBar } from "cli-progress";

/** Shows how far some work has come. */
export interface Progress {
  /** `done` of the total, with a remark such as the loss. */
  update(done: number, remark?: string): void;
  /** Ends the display; the last state stays to be read. */
  stop(): void;
}

export const silentProgress: Progress = { update() {}, stop() {} };

/** So many items make a line where there is no terminal and the total is not known. */
const itemsPerLine = 10_240;

/** A bar on a terminal; elsewhere (logs, CI) a line for each tenth of the work. Without a total the items are counted. */
export function createProgress(title: string, total: number | undefined, stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? bar(title, total, stream) : lines(title, total, stream);
}

function bar(title: string, total: number | undefined, stream: NodeJS.WriteStream): Progress {
  const format = total === undefined ? "{title} {value} {remark}" : "{title} [{bar}] {value}/{total} {remark}";
  const single = new SingleBar({ format, stream, hideCursor: true, gracefulExit: false }, Presets.shades_classic);
  single.start(total ?? 0, 0, { title, remark: "" });
  return {
    update: (done, remark) => single.update(done, remark === undefined ? {} : { remark }),
    stop: () => single.stop(),
  };
}

function lines(title: string, total: number | undefined, stream: NodeJS.WriteStream): Progress {
  const itemsPerMark = total === undefined ? itemsPerLine : Math.max(1, total) / 10;
  let marks = 0;
  return {
    update(done, remark) {
      const reached = Math.floor(done / itemsPerMark);
      if (reached <= marks) return;
      marks = reached;
      stream.write(`${title}: ${total === undefined ? done : `${done}/${total}`}${remark ? ` ${remark}` : ""}\n`);
    },
    stop() {},
  };
}
