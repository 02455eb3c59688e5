import type { ComponentChildren } from "preact";

/** Drawings of 20 by 20, one line thick. */
const DRAWINGS = {
  label: (
    <path d="M3.5 9.2V4.5a1 1 0 0 1 1-1h4.7a1.5 1.5 0 0 1 1 .4l6.2 6.2a1.4 1.4 0 0 1 0 2l-4.3 4.3a1.4 1.4 0 0 1-2 0L3.9 10.2a1.5 1.5 0 0 1-.4-1ZM7 7h.01" />
  ),
  explore: <path d="M4 14.500h.01M7 9.500h.01M9.5 13h.01M12 5.500h.01M15.5 8.500h.01M13.5 12.500h.01M16 15.500h.01M5.5 5h.01" />,
  review: <path d="M7.5 3.500h5M4.5 5h11v11.500h-11ZM7.5 11l1.7 1.700L12.8 9" />,
  model: (
    <path d="M4 5.500h.01M4 10h.01M4 14.500h.01M10 7.500h.01M10 12.500h.01M16 10h.01M4.5 5.7 9.5 7.300M4.5 9.700l5-2M4.5 10.300l5 2M4.5 14.300l5-1.600M10.5 7.7 15.5 9.800M10.5 12.300l5-2.1" />
  ),
  train: <path d="M3.5 4v12.500h13M6 6.500c1.5 5 4 6.5 10.5 7" />,
  propagate: <path d="M5 10h.01M8 10l5-4.500M8 10h6M8 10l5 4.500M15.5 5h.01M16.5 10h.01M15.5 15h.01" />,
  progress: <path d="M3.5 16.500V11.500M8 16.500V8M12.5 16.500V10M17 16.500V4" />,
  export: <path d="M10 3.500v8.500M6.5 8.8 10 12.200l3.5-3.400M3.5 13v2.500a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1V13" />,
  settings: (
    <path d="M3.5 6h6.500M14 6h2.500M3.5 14H6M10 14h6.500M12 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM8 12a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z" />
  ),
  more: <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" />,
  sun: (
    <path d="M10 6.500a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM10 2v1.500M10 16.500V18M2 10h1.500M16.5 10H18M4.3 4.300l1.1 1.100M14.6 14.600l1.1 1.100M4.3 15.700l1.1-1.100M14.6 5.400l1.1-1.1" />
  ),
  moon: <path d="M16.5 11.500A6.8 6.8 0 0 1 8.5 3.500a6.8 6.8 0 1 0 8 8Z" />,
  system: <path d="M3.5 4.500h13v8.500h-13ZM7.5 16.500h5M10 13v3.5" />,
  help: (
    <path d="M10 2.800a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.400ZM7.9 8a2.1 2.1 0 1 1 3.2 1.800c-.7.4-1.1.9-1.1 1.700M10 14h.01" />
  ),
  undo: <path d="M7 4 3.5 7.5 7 11M4 7.500h8a4.2 4.2 0 0 1 0 8.500H8" />,
  redo: <path d="m13 4 3.5 3.500L13 11M16 7.500H8a4.2 4.2 0 0 0 0 8.500h4" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  check: <path d="m4 10.5 4 4 8-9" />,
  exclude: <path d="M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM5.2 5.200l9.6 9.6" />,
  validation: <path d="M10 2.8 16 5v4.500c0 3.7-2.5 6.3-6 7.7-3.5-1.4-6-4-6-7.700V5ZM7.3 9.800l2 2 3.5-3.6" />,
  comment: <path d="M3.5 4.500h13v9h-7L6 16.500v-3H3.500Z" />,
  skip: <path d="M4.5 5v10l6-5ZM10.5 5v10l6-5Z" />,
  guideline: <path d="M4.5 3.500h8a3 3 0 0 1 3 3v10h-8a3 3 0 0 1-3-3ZM7.5 7.500h5M7.5 10.500h5" />,
  grid: <path d="M3.5 3.500h5v5h-5ZM11.5 3.500h5v5h-5ZM3.5 11.500h5v5h-5ZM11.5 11.500h5v5h-5Z" />,
  card: <path d="M3.5 4.500h13v11h-13ZM6.5 8h7M6.5 11h4.5" />,
  contrast: <path d="M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM10 3v14M10 6h4.500M10 9h6.500M10 12h6.500M10 15h4" />,
  zoom: <path d="M9 3.500a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM13 13l4 4M6.5 9h5M9 6.500v5" />,
  search: <path d="M9 3.500a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM13 13l4 4" />,
  similar: <path d="M7.5 5a3.5 5 0 1 1 0 10 3.5 5 0 0 1 0-10ZM12.5 5a3.5 5 0 1 1 0 10 3.5 5 0 0 1 0-10Z" />,
  warning: <path d="M10 3.5 17.5 16.500h-15ZM10 8.500v3.500M10 14.300h.01" />,
  left: <path d="m12.5 4.5-5.5 5.5 5.5 5.5" />,
  right: <path d="m7.5 4.5 5.5 5.5-5.5 5.5" />,
  down: <path d="m4.5 7.5 5.5 5.5 5.5-5.5" />,
  plus: <path d="M10 4v12M4 10h12" />,
  copy: <path d="M7 7h9.500v9.500H7ZM4.5 13h-1V3.500H13v1" />,
} as const satisfies Readonly<Record<string, ComponentChildren>>;

export type IconName = keyof typeof DRAWINGS;

/** A drawing beside words; those who hear the page hear the words alone. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true">
      {DRAWINGS[name]}
    </svg>
  );
}
