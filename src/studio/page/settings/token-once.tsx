import { useEffect, useRef } from "preact/hooks";
import { base } from "../client/api.js";
import { toast } from "../client/toasts.js";
import { Dialog } from "../parts/dialog.js";

interface TokenOnceProps {
  readonly name: string;
  readonly token: string;
  readonly onClose: () => void;
}

/** A token, which nobody can look up later: only its hash is kept. */
export function TokenOnce({ name, token, onClose }: TokenOnceProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const address = `${location.origin}${base}?token=${encodeURIComponent(token)}`;
  const copy = async () => {
    field.current?.select();
    // There is no clipboard on a page that came by plain HTTP from another machine: what is selected can be copied by keys.
    const isCopied = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    toast(isCopied ? "The address is copied." : "Copy the address with Ctrl C.", { kind: isCopied ? "good" : "plain" });
  };
  return (
    <Dialog title={`The token of ${name}`} onClose={onClose}>
      <div class="dialog-form">
        <p>
          Give them this address: it signs them in, in every browser. It is shown this once; later only a new one can be made.
        </p>
        <label class="field">
          <span>Address with the token</span>
          <input
            ref={field}
            class="input code"
            readOnly
            value={address}
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
        </label>
        <div class="form-end">
          <button type="button" class="action" onClick={() => void copy()}>
            Copy
          </button>
          <button type="button" class="action primary" onClick={onClose}>
            Done
          </button>
        </div>
      </div>
    </Dialog>
  );
}
