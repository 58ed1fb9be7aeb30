/** What a helper writes beside a lead, and looking at it again. */
import { noteId } from "../core/queue.ts";
import { cardOf } from "../core/verdicts.ts";
import type { ScanNow } from "../server/wire.ts";
import type { Book } from "./book.ts";
import type { Clock } from "./clock.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";
import type { Sync } from "./sync.ts";
import type { App, Note, Trouble } from "./types.ts";
import { troubleOf } from "./words.ts";
import type { World } from "./world.ts";

export function makeNotes(
  world: World,
  state: State,
  book: Book,
  session: Session,
  sync: Sync,
  clock: Clock,
): Pick<App, "keepNote" | "lookAt"> {
  return {
    async keepNote(scan: string, note: Note): Promise<Trouble | null> {
      const own = state.own;
      if (state.phase.value !== "ready" || !own) return "server";
      const line = book.lines.get(scan);
      if (line && line.state !== "lead" && line.state !== "waiting") return "not_a_lead";
      const { rating, answers, note: text } = note;
      try {
        const plain = JSON.stringify({ rating, answers, note: text });
        const sealed = await own.sealer.seal("note", own.view.device, scan, plain);
        await book.change({
          add: [
            {
              ...{
                what: "note",
                id: noteId(scan),
                scan,
                owner: own.owner,
                device: own.view.device,
                at: world.now(),
                offset: clock.offset(),
                sealed,
              },
              ...{ tries: 0, aside: false },
            },
          ],
          marks: new Map([[scan, { hasNote: true }]]),
        });
      } catch {
        return "storage";
      }
      sync.nudge();
      return null;
    },

    async lookAt(scan) {
      const answer = await session.json<ScanNow>({ method: "GET", path: `/scans/${scan}` });
      if (!answer.ok) return troubleOf(answer);
      const { lead, note } = answer.value;
      return { card: lead && cardOf(lead), note };
    },
  };
}
