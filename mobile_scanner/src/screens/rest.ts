import { signal } from "@preact/signals";
import type { Language } from "../model/types.ts";
import { loadWords } from "../words/index.ts";

const RETRY_MILLISECONDS = 2000;

/** Firefox keeps an import that failed as failed: after so many tries the page itself is loaded again, once. */
const TRIES = 3;
const RELOADED = "events-scan-reloaded";

/** What `load` comes to, tried again for as long as the network of a crowded hall fails it. */
export async function untilLoaded<T>(
  load: () => Promise<T>,
  stuck: () => Promise<void> = loadPageAgain,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await load();
    } catch {
      await new Promise((go) => setTimeout(go, RETRY_MILLISECONDS));
      if (tries === TRIES) await stuck().catch(() => undefined);
    }
  }
}

async function loadPageAgain(): Promise<void> {
  if (sessionStorage.getItem(RELOADED)) return;
  // only when it is there to be loaded: a page that does not scan is better than none
  if (!(await fetch(location.pathname, { cache: "no-store" })).ok) return;
  sessionStorage.setItem(RELOADED, "1");
  location.reload();
}

/** The screens beyond the first; null for the moment until they are there. */
export const rest = signal<typeof import("./pages.ts") | null>(null);

/** What the first screen did without, now that it is drawn: from then on nothing needs the network. */
export async function loadTheRest(language: Language): Promise<void> {
  await untilLoaded(() => loadWords(language));
  rest.value = await untilLoaded(() => import("./pages.ts"));
  await untilLoaded(() => loadWords("th"));
  await untilLoaded(() => loadWords("en"));
}
