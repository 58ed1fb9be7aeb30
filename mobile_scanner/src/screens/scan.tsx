import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { inLanguage, troubleIn } from "../words/index.ts";
import { CameraTools, CameraView } from "./camera-view.tsx";
import { Icon } from "./icons.tsx";
import { ModeButton } from "./modes.tsx";
import { IconButton } from "./parts.tsx";
import { rest } from "./rest.ts";
import { ResultSheet } from "./result.tsx";
import { type DialogName, useStage, useWords } from "./stage.ts";
import type { Shown } from "./verdict.ts";

/** The screen of the day: the camera, the newest result, and one row of tools for the thumb. */
export function Scan({ shown }: { shown: Shown | null }) {
  const { app, camera, dialog, writing } = useStage();
  const words = useWords();
  const door = app.phone.value?.kind === "door";
  const result = app.result.value;
  const opens = (name: DialogName) => () => {
    dialog.value = name;
  };
  useSignalEffect(() => {
    const newest = app.result.value;
    const scan = newest && "id" in newest ? newest.id : null;
    // the next badge: its sheet makes room, and its note is kept (see LeadSheet)
    if (scan && writing.peek() && writing.peek()?.scan !== scan) writing.value = null;
  });
  useNoticeThatGoes();
  const lead = writing.value;
  const more = rest.value;
  const open = dialog.value;
  return (
    <main class="scan">
      <h1 class="hush">{words.scanTitle}</h1>
      <Strip />
      <CameraView typeInstead={opens("type")} />
      <div class="dock">
        <Offers />
        {more && lead ? (
          <more.LeadSheet key={lead.scan} lead={lead} />
        ) : result && shown ? (
          <ResultSheet key={shown.turn} result={result} verdict={shown.verdict} />
        ) : (
          camera.state.value === "running" && <p class="aim">{words.aim}</p>
        )}
        {door && !lead && <ModeButton />}
        <nav class={door ? "bar door" : "bar"} aria-label={words.menu}>
          <IconButton
            icon="keyboard"
            label={words.typeCode}
            worded={!door}
            onClick={opens("type")}
          />
          {door && (
            <IconButton icon="search" label={words.search} worded onClick={opens("search")} />
          )}
          <CameraTools />
          <IconButton icon="menu" label={words.menu} onClick={opens("menu")} />
        </nav>
      </div>
      {more && open === "type" && <more.TypedBadge />}
      {more && open === "search" && <more.Search />}
      {more && open === "mode" && <more.ModeChooser />}
      {more && open === "ask" && <more.Ask />}
      {more && open === "menu" && <more.Menu />}
    </main>
  );
}

/** Where this phone scans, and whether what it scanned has left it. */
function Strip() {
  const { app, go } = useStage();
  const words = useWords();
  const phone = app.phone.value;
  const online = app.online.value;
  const rows = app.waiting.value;
  return (
    <header class="strip">
      <p class="where">
        <b>{phone?.partyName ?? phone?.place}</b>
        <span>{phone && inLanguage(phone.event.title, app.language.value)}</span>
      </p>
      <button type="button" class={online ? "net" : "net off"} onClick={() => go("history")}>
        <Icon name={online ? "online" : "offline"} />
        <span>
          {online ? words.online : words.offline}
          {rows > 0 && <b>{words.waiting(rows)}</b>}
        </span>
      </button>
    </header>
  );
}

/** Short sentences above the result: something was kept, or a new version is there. */
function Offers() {
  const { app, notice, pairing } = useStage();
  const words = useWords();
  const trouble = pairing.value.trouble;
  return (
    <>
      {app.updateReady.value && (
        <div class="offer">
          <span>{words.updateReady}</span>
          <button type="button" class="quiet" onClick={() => app.applyUpdate()}>
            {words.updateNow}
          </button>
        </div>
      )}
      {(notice.value ?? trouble) && (
        <p class="offer" aria-hidden="true">
          {notice.value ?? (trouble && troubleIn(words, trouble))}
        </p>
      )}
    </>
  );
}

const NOTICE_MILLISECONDS = 5000;
const LETTER_MILLISECONDS = 80; // a long sentence takes longer to read

function useNoticeThatGoes() {
  const { notice } = useStage();
  const said = notice.value;
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(
      () => {
        notice.value = null;
      },
      Math.max(NOTICE_MILLISECONDS, said.length * LETTER_MILLISECONDS),
    );
    return () => clearTimeout(timer);
  }, [said]);
}
