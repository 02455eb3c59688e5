/** 0.8512: "85.1 %". */
export function percent(share: number | undefined | null): string {
  return share === undefined || share === null || !Number.isFinite(share) ? "–" : `${(100 * share).toFixed(1)} %`;
}

export function number(value: number): string {
  return value.toLocaleString("en");
}

/** "1 label", "2 labels". */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** Milliseconds in words, roughly: "40 s", "3 min", "2 h 5 min", "4 days". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** "just now", "3 min ago". */
export function ago(at: number, now: number): string {
  const ms = now - at;
  return ms < 10_000 ? "just now" : `${duration(ms)} ago`;
}

export function dateTime(at: number): string {
  return new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
}

export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB");
}

export function mebibytes(bytes: number): string {
  return bytes < 1024 ** 3 ? `${Math.round(bytes / 1024 ** 2)} MiB` : `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
