import { useEffect, useState } from "preact/hooks";
import { theme } from "../client/theme.js";

/** Another text whenever the page's colours are other ones: for what is drawn, not styled. */
export function useThemeRevision(): string {
  const [isDark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const media = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setDark(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);
  const revision = `${theme.value} ${isDark}`;
  // The root's attribute is set in an effect of the signal, which may come after this.
  const [settled, setSettled] = useState(revision);
  useEffect(() => {
    const request = requestAnimationFrame(() => setSettled(revision));
    return () => cancelAnimationFrame(request);
  }, [revision]);
  return settled;
}
