import { capsOf } from "../keys/actions.js";

/** A chord as it stands on the keyboard. */
export function Caps({ chord }: { readonly chord: string }) {
  return (
    <span class="caps">
      {capsOf(chord).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
