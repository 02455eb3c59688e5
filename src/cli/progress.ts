import { Presets, SingleBar } from "cli-progress";
import { duration } from "./duration.js";

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
  const left = timeLeft(total);
  let said = "";
  single.start(total ?? 0, 0, { title, remark: said });
  return {
    update(done, remark = said) {
      said = remark;
      single.update(done, { remark: [remark, left(done)].filter(Boolean).join(", ") });
    },
    stop: () => single.stop(),
  };
}

function lines(title: string, total: number | undefined, stream: NodeJS.WriteStream): Progress {
  const itemsPerMark = total === undefined ? itemsPerLine : Math.max(1, total) / 10;
  const left = timeLeft(total);
  let marks = 0;
  return {
    update(done, remark) {
      const rest = left(done);
      const reached = Math.floor(done / itemsPerMark);
      if (reached <= marks) return;
      marks = reached;
      const place = total === undefined ? done : `${done}/${total}`;
      const remarks = [remark, rest].filter(Boolean).join(", ");
      stream.write(`${title}: ${place}${remarks && ` ${remarks}`}\n`);
    },
    stop() {},
  };
}

/** Says how long the rest will take, by the time that the work since the first update took; "" while that is short or not known. */
function timeLeft(total: number | undefined): (done: number) => string {
  let first: { readonly done: number; readonly at: number } | undefined;
  return (done) => {
    first ??= { done, at: performance.now() };
    if (total === undefined || done <= first.done || done >= total) return "";
    const seconds = ((performance.now() - first.at) / 1000 / (done - first.done)) * (total - done);
    return seconds < SHORT_S ? "" : `about ${duration(seconds)} left`;
  };
}

/** Less is over before it is read. */
const SHORT_S = 5;
