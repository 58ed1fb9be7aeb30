import { useSignal } from "@preact/signals";
import type { HistoryRow, Trouble } from "../model/types.ts";
import { type Table, troubleIn } from "../words/index.ts";
import { clock, moment } from "./format.ts";
import { Icon, type IconName } from "./icons.tsx";
import { OldLead } from "./note.tsx";
import { Dialog, Page, Wrong } from "./parts.tsx";
import { placeOf, useStage, useWords } from "./stage.ts";

const ICONS: Readonly<Record<HistoryRow["state"], IconName>> = {
  waiting: "clock",
  sending: "ring",
  lead: "check",
  not_shared: "hand",
  let_in: "check",
  refused: "cross",
  double: "checks",
  unreadable: "warning",
};

function stateIn(words: Table, state: HistoryRow["state"]): string {
  return {
    waiting: words.rowWaiting,
    sending: words.rowSending,
    lead: words.rowLead,
    not_shared: words.rowNotShared,
    let_in: words.rowLetIn,
    refused: words.rowRefused,
    double: words.rowDouble,
    unreadable: words.rowUnreadable,
  }[state];
}

/** So many rows are drawn at once: a page of thousands takes a phone seconds. */
const DRAWN_ROWS = 200;

/** What was scanned when and what became of it, never who. */
export function History() {
  const { app, go } = useStage();
  const words = useWords();
  const open = useSignal<HistoryRow | null>(null);
  const syncing = useSignal(false);
  const discards = useSignal(false);
  const drawn = useSignal(DRAWN_ROWS);
  const now = new Date().toISOString();
  const place = placeOf(app);
  const at = (time: string | null, none: string) => (time ? moment(time, now, place) : none);
  const totals = app.totals.value;
  const history = app.history.value;
  const rows = app.waiting.value;
  const off = app.clockOffBySeconds.value;
  const sync = async () => {
    syncing.value = true;
    await app.syncNow();
    syncing.value = false;
  };
  const counts: readonly (readonly [string, number])[] =
    app.phone.value?.kind === "door"
      ? [
          [words.countInside, totals.inside],
          [words.countWaiting, totals.waiting],
        ]
      : [
          [words.countLeads, totals.leads],
          [words.countNotShared, totals.notShared],
          [words.countWaiting, totals.waiting],
        ];
  return (
    <Page
      title={words.historyTitle}
      back={() => go("scan")}
      foot={
        <button type="button" onClick={() => void sync()}>
          {syncing.value ? words.syncing : words.sync}
        </button>
      }
    >
      <dl class="counts">
        {counts.map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      <p class={rows > 0 ? "box later" : "box good"} role="status">
        <Icon name={rows > 0 ? "clock" : "check"} />
        <span>{rows > 0 ? words.rowsWait(rows) : words.allSent}</span>
      </p>
      {app.blocked.value > 0 && (
        <p class="box bad">
          <Icon name="warning" />
          <span>{words.rowsBlocked(app.blocked.value)}</span>
        </p>
      )}
      {app.stranded.value > 0 && (
        <>
          <p class="box bad">
            <Icon name="warning" />
            <span>{words.rowsStranded(app.stranded.value)}</span>
          </p>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              discards.value = true;
            }}
          >
            {words.strandedDiscard}
          </button>
        </>
      )}
      {app.specialNotes.value.length > 0 && (
        <p class="box later">
          <Icon name="pencil" />
          <span>{words.notesSpecial(app.specialNotes.value.length)}</span>
        </p>
      )}
      {app.droppedNotes.value.length > 0 && (
        <p class="box later">
          <Icon name="pencil" />
          <span>{words.notesDropped(app.droppedNotes.value.length)}</span>
        </p>
      )}
      {off !== null && (
        <p class="box later">
          <Icon name="warning" />
          <span>{words.clockOff(Math.round(Math.abs(off) / 60))}</span>
        </p>
      )}
      <dl class="facts">
        <dt>{words.lastSync}</dt>
        <dd>{at(app.lastSyncAt.value, words.never)}</dd>
        <dt>{words.listAge}</dt>
        <dd>{at(app.listAt.value, words.noList)}</dd>
      </dl>
      {history.length === 0 && <p class="soft">{words.noScans}</p>}
      <ul class="rows">
        {history.slice(0, drawn.value).map((row) => (
          <li key={row.id} class={row.state}>
            <Icon name={ICONS[row.state]} />
            <time dateTime={row.at}>{clock(row.at, place)}</time>
            <span class="what">
              {stateIn(words, row.state)}
              {row.hasNote && <span class="soft"> · {words.rowNote}</span>}
              {app.specialNotes.value.includes(row.id) && <Icon name="warning" />}
            </span>
            {row.state === "lead" && (
              <button
                type="button"
                class="quiet"
                onClick={() => {
                  open.value = row;
                }}
              >
                {words.rowOpen}
                <span class="hush"> {clock(row.at, place)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {history.length > drawn.value && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            drawn.value += DRAWN_ROWS;
          }}
        >
          {words.rowsMore(Math.min(DRAWN_ROWS, history.length - drawn.value))}
        </button>
      )}
      {discards.value && app.stranded.value > 0 && (
        <Discard
          close={() => {
            discards.value = false;
          }}
        />
      )}
      {open.value && (
        <OldLead
          scan={open.value.id}
          hasNote={open.value.hasNote}
          onClose={() => {
            open.value = null;
          }}
        />
      )}
    </Page>
  );
}

/** What was read for another booth or event is sent by no button of this one: it can only go, once that is plain. */
function Discard({ close }: { close: () => void }) {
  const { app } = useStage();
  const words = useWords();
  const trouble = useSignal<Trouble | null>(null);
  const discard = async () => {
    trouble.value = await app.discardStranded();
    if (trouble.value === null) close();
  };
  return (
    <Dialog title={words.strandedTitle} onClose={close}>
      <p class="box bad" role="alert">
        <Icon name="warning" />
        <span>{words.strandedWhy(app.stranded.value)}</span>
      </p>
      {trouble.value && <Wrong>{troubleIn(words, trouble.value)}</Wrong>}
      <div class="pair">
        <button type="button" class="quiet" onClick={close}>
          {words.cancel}
        </button>
        <button type="button" class="danger" onClick={() => void discard()}>
          {words.strandedDiscard}
        </button>
      </div>
    </Dialog>
  );
}
