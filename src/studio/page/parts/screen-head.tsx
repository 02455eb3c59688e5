import type { ComponentChildren } from "preact";

export interface ScreenHeadProps {
  readonly title: string;
  /** What the screen is for, in a line. */
  readonly words?: string | undefined;
  /** At the other end of the line: what can be done. */
  readonly children?: ComponentChildren;
}

/** The title of a screen. */
export function ScreenHead({ title, words, children }: ScreenHeadProps) {
  return (
    <header class="screen-head">
      <div>
        <h2>{title}</h2>
        {words !== undefined && <p class="quiet">{words}</p>}
      </div>
      {children !== undefined && <div class="screen-actions">{children}</div>}
    </header>
  );
}
