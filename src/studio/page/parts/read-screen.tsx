import type { ComponentChildren } from "preact";
import { ScreenHead, type ScreenHeadProps } from "./screen-head.js";
import { Skeleton, Trouble } from "./trouble.js";
import type { Reading } from "./use-reading.js";

interface ReadScreenProps<T> extends Omit<ScreenHeadProps, "children"> {
  readonly reading: Reading<T>;
  /** Of the parts' frame, which stands while they are read, too. */
  readonly frame?: string | undefined;
  /** Parts that are still to come. */
  readonly parts?: number | undefined;
  readonly children: (value: T) => ComponentChildren;
}

/** A screen whose content is one reading: its head, then what was read, what is still to come, or why it could not be read. */
export function ReadScreen<T>({ title, words, reading, frame, parts = 1, children }: ReadScreenProps<T>) {
  const { value, error, again } = reading;
  return (
    <div class="screen">
      <ScreenHead title={title} words={words} />
      {error && value === undefined ? (
        <Trouble error={error} again={again} />
      ) : (
        <div class={frame}>
          {value === undefined ? Array.from({ length: parts }, (_, n) => <Skeleton key={n} />) : children(value)}
        </div>
      )}
    </div>
  );
}
