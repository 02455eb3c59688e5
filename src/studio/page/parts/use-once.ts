import { useRef, useState } from "preact/hooks";
import { toastError } from "../client/toasts.js";

/** Asks the server for something, and not a second time while that is under way; what goes wrong is said. */
export function useOnce<A extends readonly unknown[]>(
  work: (...of: A) => Promise<unknown>,
): readonly [isUnderWay: boolean, run: (...of: A) => void] {
  const [isUnderWay, setUnderWay] = useState(false);
  const isBusy = useRef(false);
  const run = async (...of: A) => {
    if (isBusy.current) return;
    isBusy.current = true;
    setUnderWay(true);
    await work(...of).catch(toastError);
    isBusy.current = false;
    setUnderWay(false);
  };
  return [isUnderWay, (...of) => void run(...of)];
}
