import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { inLanguage } from "../words/index.ts";
import { Dialog } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";

/** The attendee's own choices for this party, as a QR for her own phone: staff never set them. */
export function Ask() {
  const { app, dialog } = useStage();
  const words = useWords();
  const phone = app.phone.value;
  const url = phone?.askUrl ? inLanguage(phone.askUrl, app.language.value) : null;
  return (
    <Dialog
      bright
      title={words.askTitle}
      onClose={() => {
        dialog.value = null;
      }}
    >
      {url && <Qr text={url} label={words.askOf(phone?.partyName ?? "")} />}
      {phone?.partyName && <p class="strong">{words.askOf(phone.partyName)}</p>}
      <p>{words.askWhy}</p>
    </Dialog>
  );
}

function Qr({ text, label }: { text: string; label: string }) {
  const drawing = useSignal<{ size: number; path: string } | null>(null);
  useEffect(() => {
    let gone = false;
    void import("uqr").then(({ encode }) => {
      if (gone) return;
      const { data, size } = encode(text, { ecc: "M", border: 3 });
      const squares = data.flatMap((row, y) =>
        row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])),
      );
      drawing.value = { size, path: squares.join("") };
    });
    return () => {
      gone = true;
    };
  }, [text]);
  const drawn = drawing.value;
  if (!drawn) return <div class="ask-code" />;
  return (
    <svg
      class="ask-code"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${drawn.size} ${drawn.size}`}
      shape-rendering="crispEdges"
    >
      <path d={drawn.path} />
    </svg>
  );
}
